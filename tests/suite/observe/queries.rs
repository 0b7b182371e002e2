//! What is asked, and what is not.

use crate::estate::sample::{address, declare, estate, replication};
use leeward::estate::{
    Access, AclResource, Address, Binding, DnsRecord, Estate, Home, Naming, Object, ObjectId, On, OnRemove,
    Owned, Pattern, Permission, Query, RecordType, Resource, SecretRef, Selector, Side, Topic, TopicObject,
    TopicSetting, What,
};
use leeward::observe::queries;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Remembered = BTreeMap<Address, Vec<Owned>>;

fn shown(queries: &[Query]) -> Vec<String> {
    queries.iter().map(|query| query.id().to_string()).collect()
}

fn owned(at: &str, id: ObjectId, keys: &[&str], bindings: &[Binding]) -> (Address, Vec<Owned>) {
    let config = keys.iter().map(|key| ((*key).to_owned(), TopicSetting::Own("1".into()))).collect();
    let last = TopicObject { incarnation: None, partitions: 1, replication_factor: 1, config };
    let mut owned = Owned::of(&id, &Object::Topic(last), OnRemove::Forget);
    owned.bindings = bindings.iter().cloned().collect();
    (address(at), vec![owned])
}

fn keys_of<'a>(queries: &'a [Query], cluster: &str, topic: &str) -> &'a Arc<BTreeSet<String>> {
    let id = ObjectId::topic(&address(cluster), topic);
    match queries.iter().find(|query| query.id() == id) {
        Some(Query::Topic { keys, .. }) => keys,
        other => panic!("{other:?}"),
    }
}

fn facts_of(queries: &[Query], place: &str) -> Option<(bool, bool)> {
    queries.iter().find_map(|query| match query {
        Query::Cluster { cluster, topics, groups } if *cluster == address(place) => Some((*topics, *groups)),
        _ => None,
    })
}

#[test]
fn an_estate_is_asked_for_once_facts_first() {
    let mut estate = estate(Side::Primary);
    declare(
        &mut estate,
        "replication.flow",
        &["pair.orders"],
        Resource::Replication(replication(&["orders"], Naming::Identity)),
    );
    let asked = shown(&queries(&estate, &Remembered::new()));
    insta::assert_snapshot!(asked.join("\n"), @r"
    cluster on hangzhou
    cluster on shanghai
    connect on hangzhou
    connect on shanghai
    topic orders on hangzhou
    topic payments.card on hangzhou
    topic mm2-offset-syncs.hangzhou.internal on shanghai
    topic orders on shanghai
    topic payments.card on shanghai
    connector flow-hangzhou-shanghai-heartbeat on hangzhou
    connector flow-hangzhou-shanghai-checkpoint on shanghai
    connector flow-hangzhou-shanghai-source on shanghai
    ");
    let once: BTreeSet<&String> = asked.iter().collect();
    assert_eq!(once.len(), asked.len());
}

#[test]
fn a_place_without_use_is_not_asked() {
    let mut estate = estate(Side::Primary);
    let only = |place: &Address| !place.to_string().starts_with("topic.");
    estate.resources.retain(|address, _| only(address));
    assert_eq!(queries(&estate, &Remembered::new()), []);
}

#[test]
fn all_names_are_asked_for_only_where_a_pattern_selects() {
    let cases = [
        ("orders", "billing", (false, false)),
        ("orders\\.v1", "billing", (false, false)),
        ("orders.*", "billing", (true, false)),
        ("orders", "bill.*", (false, true)),
    ];
    for (topics, groups, expected) in cases {
        for (active, source, target) in [
            (Side::Primary, "cluster.hangzhou", "cluster.shanghai"),
            (Side::Secondary, "cluster.shanghai", "cluster.hangzhou"),
        ] {
            let mut estate = estate(active);
            let mut flow = replication(&[topics], Naming::Identity);
            flow.groups = vec![Selector(groups.into())];
            declare(&mut estate, "replication.flow", &["pair.orders"], Resource::Replication(flow));
            let asked = queries(&estate, &Remembered::new());
            assert_eq!(facts_of(&asked, source), Some(expected), "{topics} {groups}");
            assert_eq!(facts_of(&asked, target), Some((false, false)), "{topics} {groups}");
        }
    }
}

#[test]
fn what_was_managed_until_now_is_asked_for_too() {
    let estate = estate(Side::Primary);
    let place = address("cluster.hangzhou");
    let state = Remembered::from([
        owned("topic.orders", ObjectId::topic(&place, "orders"), &["segment.ms"], &[]),
        owned("topic.gone", ObjectId::topic(&place, "gone"), &["cleanup.policy"], &[]),
    ]);
    let asked = queries(&estate, &state);
    let keys = |topic| keys_of(&asked, "cluster.hangzhou", topic).iter().cloned().collect::<Vec<_>>();
    assert_eq!(keys("orders"), ["retention.ms", "segment.ms"]);
    assert_eq!(keys("gone"), ["cleanup.policy"], "no longer declared, and still owned");
    assert_eq!(keys("payments.card"), ["retention.ms"], "owned by nobody yet");
}

#[test]
fn the_place_of_what_is_owned_is_asked_even_if_nothing_is_declared() {
    let nowhere = address("cluster.nowhere");
    let state =
        Remembered::from([owned("topic.gone", ObjectId::topic(&nowhere, "gone"), &["retention.ms"], &[])]);
    let asked = queries(&Estate::default(), &state);
    assert_eq!(shown(&asked), ["cluster on nowhere", "topic gone on nowhere"]);
}

fn entry(operation: &str) -> Binding {
    Binding {
        principal: "User:orders-app".into(),
        host: "*".into(),
        permission: Permission::Allow,
        operation: operation.into(),
        resource: AclResource::Topic,
        name: "orders".into(),
        pattern: Pattern::Literal,
    }
}

#[test]
fn grants_are_asked_for_with_those_of_before() {
    let mut estate = estate(Side::Primary);
    let access = Access {
        home: Home::Pair(address("pair.orders")),
        on: On::Active,
        bindings: BTreeSet::from([entry("WRITE")]),
    };
    declare(&mut estate, "access.writers", &["pair.orders"], Resource::Access(access));
    let what = What::Grants(address("access.writers"));
    let [active, standby] =
        ["cluster.hangzhou", "cluster.shanghai"].map(|place| ObjectId::new(&address(place), what.clone()));
    let mut state = Remembered::from([owned("access.writers", active.clone(), &[], &[entry("READ")])]);
    state.extend([owned("access.readers", standby.clone(), &[], &[entry("DESCRIBE")])]);
    let asked = queries(&estate, &state);
    let bindings = |id: &ObjectId| match asked.iter().find(|query| query.id() == *id) {
        Some(Query::Grants { bindings, .. }) => bindings.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(bindings(&active), BTreeSet::from([entry("WRITE"), entry("READ")]));
    assert_eq!(bindings(&standby), BTreeSet::from([entry("DESCRIBE")]), "what stands there from before");
}

#[test]
fn a_zone_is_asked_for_once_however_many_records() {
    let mut estate = Estate::default();
    for name in ["kafka", "schema"] {
        let record = DnsRecord {
            dns: address("dns.main"),
            zone: "example.test.".into(),
            name: format!("{name}.example.test."),
            rtype: RecordType::Cname,
            ttl: 30,
            values: BTreeSet::from(["hz.example.test.".to_owned()]),
        };
        declare(&mut estate, &format!("dns_record.{name}"), &[], Resource::DnsRecord(record));
    }
    let expected = [
        "zone example.test. on main",
        "kafka.example.test. CNAME on main",
        "schema.example.test. CNAME on main",
    ];
    assert_eq!(shown(&queries(&estate, &Remembered::new())), expected);
}

#[test]
fn secrets_are_named_and_not_held() {
    let mut estate = estate(Side::Primary);
    declare(
        &mut estate,
        "replication.flow",
        &["pair.orders"],
        Resource::Replication(replication(&["orders"], Naming::Identity)),
    );
    let asked = queries(&estate, &Remembered::new());
    let secrets: Vec<(String, SecretRef)> = asked
        .iter()
        .filter_map(|query| match query {
            Query::Connector { name, secrets, .. } if name.ends_with("source") => Some(secrets.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    let reference = |name: &str| SecretRef(format!("cluster.{name}:sasl.jaas.config"));
    assert!(
        secrets.contains(&("source.cluster.sasl.jaas.config".into(), reference("hangzhou"))),
        "{secrets:?}"
    );
    assert!(!format!("{asked:?}").contains("hunter2"));
}

#[test]
fn topics_that_manage_the_same_keys_share_one_set() {
    let mut estate = Estate::default();
    for at in 0..1_000 {
        let key = if at % 2 == 0 { "retention.ms" } else { "segment.ms" };
        let topic = Topic {
            name: format!("topic-{at}"),
            home: Home::Cluster(address("cluster.hangzhou")),
            partitions: 1,
            replication_factor: 1,
            config: BTreeMap::from([(key.to_owned(), "1000".to_owned())]),
            overrides: BTreeMap::new(),
            on_remove: OnRemove::Forget,
        };
        declare(&mut estate, &format!("topic.topic-{at}"), &[], Resource::Topic(topic));
    }
    let asked = queries(&estate, &Remembered::new());
    let sets: BTreeSet<*const BTreeSet<String>> = asked
        .iter()
        .filter_map(|query| match query {
            Query::Topic { keys, .. } => Some(Arc::as_ptr(keys)),
            _ => None,
        })
        .collect();
    assert_eq!((asked.len(), sets.len()), (1_001, 2));
}
