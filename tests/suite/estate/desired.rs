use super::sample::{address, declare, estate, pair, replication, topic};
use leeward::estate::{
    Access, AclResource, Address, Binding, Connector, Desired, Endpoints, EndpointsFormat, Estate, Home,
    Naming, Object, ObjectId, On, OnRemove, Pair, Pattern, Permission, Resource, Role, Setting, Side, Task,
    What, contested, covered_topics, desired, offset_syncs_topic,
};
use std::collections::BTreeSet;

fn replicated(active: Side, naming: Naming) -> Estate {
    let mut estate = estate(active);
    let topics = ["orders", "payments\\..*"];
    declare(
        &mut estate,
        "replication.orders",
        &["pair.orders"],
        Resource::Replication(replication(&topics, naming)),
    );
    estate
}

fn of(estate: &Estate, at: &str) -> Vec<Desired> {
    desired(estate).into_iter().filter(|desired| desired.address == address(at)).collect()
}

fn names(desired: &[Desired]) -> Vec<String> {
    desired.iter().map(|desired| desired.id.to_string()).collect()
}

fn connector<'a>(desired: &'a [Desired], part: &str) -> (&'a Desired, &'a Connector) {
    desired
        .iter()
        .find_map(|desired| match &desired.object {
            Object::Connector(connector) if desired.id.to_string().contains(part) => {
                Some((desired, connector))
            }
            _ => None,
        })
        .unwrap()
}

fn plain<'a>(connector: &'a Connector, key: &str) -> &'a str {
    match connector.config.get(key) {
        Some(Setting::Plain(value)) => value,
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn a_topic_of_a_pair_stands_on_both_sides() {
    let topics = of(&estate(Side::Primary), "topic.orders");
    assert_eq!(names(&topics), ["topic orders on hangzhou", "topic orders on shanghai"]);
    assert_eq!(topics[0].role, Some((Side::Primary, Role::Active)));
    let Object::Topic(standby) = &topics[1].object else { panic!() };
    assert_eq!(standby.replication_factor, 1);
    assert_eq!(standby.config["retention.ms"].value(), "2000");
    assert!(topics.iter().all(|topic| topic.on_remove == OnRemove::Forget));
}

#[test]
fn overrides_belong_to_a_side_and_not_to_a_role() {
    let topics = of(&estate(Side::Secondary), "topic.orders");
    assert_eq!(names(&topics), ["topic orders on shanghai", "topic orders on hangzhou"]);
    let Object::Topic(active) = &topics[0].object else { panic!() };
    assert_eq!(active.replication_factor, 1);
}

#[test]
fn under_the_default_policy_the_standby_has_the_prefixed_name() {
    let naming = Naming::Prefixed { separator: ".".into() };
    let topics = of(&replicated(Side::Primary, naming), "topic.orders");
    assert_eq!(names(&topics)[1], "topic hangzhou.orders on shanghai");
}

#[test]
fn a_replication_is_three_connectors_and_the_topic_of_its_offset_syncs() {
    let flow = of(&replicated(Side::Primary, Naming::Identity), "replication.orders");
    assert_eq!(
        names(&flow),
        [
            "topic mm2-offset-syncs.hangzhou.internal on shanghai",
            "connector orders-hangzhou-shanghai-source on shanghai",
            "connector orders-hangzhou-shanghai-checkpoint on shanghai",
            "connector orders-hangzhou-shanghai-heartbeat on hangzhou",
        ]
    );
    assert_eq!(flow[0].on_remove, OnRemove::Forget);
    assert_eq!(flow[1].after, [flow[0].id.clone()]);
}

#[test]
fn after_a_failover_the_same_estate_flows_the_other_way() {
    let flow = of(&replicated(Side::Secondary, Naming::Identity), "replication.orders");
    assert_eq!(names(&flow)[1], "connector orders-shanghai-hangzhou-source on hangzhou");
    let (_, source) = connector(&flow, "source");
    assert_eq!(plain(source, "source.cluster.alias"), "shanghai");
    assert_eq!(plain(source, "target.cluster.bootstrap.servers"), "hangzhou:9092");
}

#[test]
fn the_source_connector_keeps_its_evidence_and_leaves_declared_topics_alone() {
    let flow = of(&replicated(Side::Primary, Naming::Identity), "replication.orders");
    let (desired, source) = connector(&flow, "source");
    assert_eq!(plain(source, "topics"), "orders,payments\\..*,heartbeats");
    assert_eq!(plain(source, "offset-syncs.topic.location"), "target");
    assert_eq!(plain(source, "producer.override.enable.idempotence"), "true");
    assert_eq!(
        plain(source, "source.consumer.isolation.level"),
        "read_committed",
        "aborted records stay behind"
    );
    assert_eq!(plain(source, "sync.topic.acls.enabled"), "false");
    assert_eq!(plain(source, "sync.topic.configs.enabled"), "true");
    assert!(plain(source, "config.properties.exclude").contains("retention\\.ms"));
    let [Task::NoteStarts { topics, .. }] = desired.before_start.as_slice() else { panic!() };
    assert_eq!(topics.keys().collect::<Vec<_>>(), ["orders", "payments.card"]);
    assert!(
        matches!(&desired.seen_by[1], Task::AwaitHeartbeat { topic, .. } if topic == "hangzhou.heartbeats")
    );
}

#[test]
fn without_a_pattern_nothing_is_left_to_mirror_makers_own_sync() {
    let mut estate = estate(Side::Primary);
    let flow = Resource::Replication(replication(&["orders", "a.b"], Naming::Identity));
    declare(&mut estate, "replication.orders", &[], flow);
    let flow = of(&estate, "replication.orders");
    let (_, source) = connector(&flow, "source");
    assert_eq!(plain(source, "sync.topic.configs.enabled"), "false");
    assert_eq!(plain(source, "topics"), "orders,a\\.b,heartbeats");
}

#[test]
fn secrets_stand_in_connectors_by_reference_only() {
    let estate = replicated(Side::Primary, Naming::Identity);
    let flow = of(&estate, "replication.orders");
    let (_, source) = connector(&flow, "source");
    let Setting::Secret(reference) = &source.config["source.cluster.sasl.jaas.config"] else { panic!() };
    assert_eq!(reference.0, "cluster.hangzhou:sasl.jaas.config");
    assert!(estate.vault()[reference].expose().contains("password=\"hunter2\""));
    assert!(!serde_json::to_string(source).unwrap().contains("hunter2"));
}

#[test]
fn a_config_provider_stands_in_the_clear_and_keeps_the_secret_out_of_connect() {
    let mut estate = replicated(Side::Primary, Naming::Identity);
    for declared in estate.resources.values_mut() {
        if let Resource::Cluster(cluster) = &mut declared.resource {
            let sasl = cluster.security.sasl.as_mut().unwrap();
            sasl.password_in_connect = Some("${file:/run/secrets/kafka:password}".into());
        }
    }
    let flow = of(&estate, "replication.orders");
    let (_, source) = connector(&flow, "source");
    let jaas = plain(source, "source.cluster.sasl.jaas.config");
    assert!(jaas.ends_with("password=\"${file:/run/secrets/kafka:password}\";"), "{jaas}");
    assert!(estate.vault().is_empty());
}

#[test]
fn without_a_connect_beside_the_source_heartbeats_are_written_across() {
    let mut estate = replicated(Side::Primary, Naming::Identity);
    estate.resources.remove(&address("connect.hangzhou"));
    let flow = of(&estate, "replication.orders");
    let (desired, heartbeat) = connector(&flow, "heartbeat");
    assert_eq!(desired.id.place, address("connect.shanghai"));
    assert_eq!(plain(heartbeat, "producer.override.bootstrap.servers"), "hangzhou:9092");
}

#[test]
fn without_a_connect_beside_the_standby_nothing_can_flow() {
    let mut estate = replicated(Side::Primary, Naming::Identity);
    estate.resources.remove(&address("connect.shanghai"));
    assert_eq!(of(&estate, "replication.orders"), []);
}

#[test]
fn the_users_settings_win() {
    let mut estate = estate(Side::Primary);
    let mut flow = replication(&["orders"], Naming::Identity);
    flow.mirror_maker.config.insert("offset.lag.max".into(), "10".into());
    flow.mirror_maker.config.insert("sync.topic.acls.enabled".into(), "true".into());
    declare(&mut estate, "replication.orders", &[], Resource::Replication(flow));
    let flow = of(&estate, "replication.orders");
    let (_, source) = connector(&flow, "source");
    assert_eq!((plain(source, "offset.lag.max"), plain(source, "sync.topic.acls.enabled")), ("10", "true"));
}

#[test]
fn offset_syncs_that_two_replications_share_are_wanted_once() {
    let mut estate = replicated(Side::Primary, Naming::Identity);
    let second = Resource::Replication(replication(&["other"], Naming::Identity));
    declare(&mut estate, "replication.second", &[], second);
    let all = desired(&estate);
    let ids: BTreeSet<_> = all.iter().map(|desired| &desired.id).collect();
    assert_eq!(ids.len(), all.len());
    assert_eq!(of(&estate, "replication.second").len(), 3);
}

#[test]
fn what_two_resources_want_is_contested_but_for_shared_offset_syncs() {
    let mut estate = replicated(Side::Primary, Naming::Identity);
    let second = Resource::Replication(replication(&["other"], Naming::Identity));
    declare(&mut estate, "replication.second", &[], second);
    assert_eq!(contested(&estate), []);
    declare(&mut estate, "topic.twin", &[], Resource::Topic(topic("orders")));
    let twin = Resource::Topic(topic("mm2-offset-syncs.hangzhou.internal"));
    declare(&mut estate, "topic.syncs", &[], twin);
    let told: Vec<String> =
        contested(&estate).into_iter().map(|c| format!("{}: {} or {}", c.id, c.first, c.other)).collect();
    let syncs = "topic mm2-offset-syncs.hangzhou.internal on shanghai: topic.syncs or";
    assert_eq!(
        told,
        [
            "topic orders on hangzhou: topic.orders or topic.twin".to_owned(),
            "topic orders on shanghai: topic.orders or topic.twin".to_owned(),
            format!("{syncs} replication.orders"),
            format!("{syncs} replication.second"),
        ]
    );
}

#[test]
fn the_name_of_the_offset_syncs_follows_the_separator() {
    assert_eq!(offset_syncs_topic(&Naming::Identity, "a"), "mm2-offset-syncs.a.internal");
    let naming = Naming::Prefixed { separator: "-".into() };
    assert_eq!(offset_syncs_topic(&naming, "a"), "mm2-offset-syncs-a-internal");
}

#[test]
fn patterns_cover_declared_topics_by_their_whole_name() {
    let estate = estate(Side::Primary);
    let cover = |topics: &[&str]| {
        let covered = covered_topics(&estate, &replication(topics, Naming::Identity));
        covered.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(cover(&["order"]), Vec::<String>::new());
    assert_eq!(cover(&["orders"]), ["orders"]);
    assert_eq!(cover(&[".*"]), ["orders", "payments.card"]);
    assert_eq!(cover(&["(?<!x)orders"]), Vec::<String>::new(), "Java's lookbehind is not Rust's");
}

fn writers(on: On) -> Access {
    let binding = Binding {
        principal: "User:app".into(),
        host: "*".into(),
        permission: Permission::Allow,
        operation: "WRITE".into(),
        resource: AclResource::Topic,
        name: "orders".into(),
        pattern: Pattern::Literal,
    };
    Access { home: Home::Pair(address("pair.orders")), on, bindings: BTreeSet::from([binding]) }
}

#[test]
fn grants_follow_the_role() {
    for (active, on, expected) in [
        (Side::Primary, On::Active, vec!["hangzhou"]),
        (Side::Secondary, On::Active, vec!["shanghai"]),
        (Side::Primary, On::Standby, vec!["shanghai"]),
        (Side::Primary, On::Both, vec!["hangzhou", "shanghai"]),
    ] {
        let mut estate = estate(active);
        declare(&mut estate, "access.writers", &[], Resource::Access(writers(on)));
        let places: Vec<String> =
            of(&estate, "access.writers").into_iter().map(|desired| desired.id.place.name).collect();
        assert_eq!(places, expected);
    }
}

/// Each format, while each side is active.
#[test]
fn files_follow_the_pair() {
    let text = |format: EndpointsFormat, side: Side| {
        let mut estate = estate(side);
        let of = |estate: &mut Estate| match &mut estate
            .resources
            .get_mut(&address("pair.orders"))
            .unwrap()
            .resource
        {
            Resource::Pair(pair) => pair.endpoints = vec![Endpoints { path: "brokers".into(), format }],
            other => panic!("{other:?}"),
        };
        of(&mut estate);
        let file =
            desired(&estate).into_iter().find(|desired| desired.address == address("pair.orders")).unwrap();
        assert_eq!(file.id, ObjectId::new(&address("pair.orders"), What::File("brokers".into())));
        match file.object {
            Object::File(file) => file.text,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        text(EndpointsFormat::Properties, Side::Primary),
        "# cluster.hangzhou (primary) is the active side of pair.orders; written by leeward.\nbootstrap.servers=hangzhou:9092\n"
    );
    assert_eq!(
        text(EndpointsFormat::Env, Side::Secondary),
        "LEEWARD_PAIR=pair.orders\nLEEWARD_SIDE=secondary\nLEEWARD_CLUSTER=cluster.shanghai\nLEEWARD_BOOTSTRAP=shanghai:9092\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&text(EndpointsFormat::Json, Side::Secondary)).unwrap();
    let wanted = serde_json::json!({
        "pair": "pair.orders", "side": "secondary", "cluster": "cluster.shanghai", "bootstrap": ["shanghai:9092"],
    });
    assert_eq!(json, wanted);
}

/// An address with a key has quotes and brackets in it.
#[test]
fn a_shell_reads_variables_as_they_are() {
    let endpoints = Endpoints { path: "brokers.env".into(), format: EndpointsFormat::Env };
    let (pair, at) = (address("pair.eu[\"it's\"]"), address("cluster.hangzhou"));
    let estate = estate(Side::Primary);
    let text = endpoints.text(&pair, Side::Primary, (&at, estate.cluster(&at).unwrap()));
    let script = format!("{text}printf %s \"$LEEWARD_PAIR\"");
    let said = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap(), pair.to_string());
}

/// One path can't be two pairs' file.
#[test]
fn a_file_of_two_pairs_is_contested() {
    let mut estate = estate(Side::Primary);
    let file = || vec![Endpoints { path: "brokers".into(), format: EndpointsFormat::Json }];
    let pair = Pair { endpoints: file(), ..pair(Side::Primary) };
    declare(&mut estate, "pair.orders", &[], Resource::Pair(pair.clone()));
    declare(&mut estate, "pair.other", &[], Resource::Pair(pair));
    let others: Vec<Address> = contested(&estate).into_iter().map(|contested| contested.other).collect();
    assert_eq!(others, [address("pair.other")]);
}
