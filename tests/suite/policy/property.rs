use super::world::{World, address, record, replication, selectors, sound, topic};
use leeward::estate::{Home, Naming, Resource, Side};
use leeward::plan::PlanKind;
use leeward::policy::{self, rule};
use proptest::prelude::*;

/// Names that rules look at, and some that they don't.
fn name() -> impl Strategy<Value = String> {
    let words = [
        "orders",
        "__x",
        "a-internal",
        ".replica",
        "heartbeats",
        "shanghai",
        "é.日",
        ".*",
        "(",
        "connect-x",
        "",
    ];
    let word = prop::sample::select(words.to_vec());
    prop::collection::vec(word, 1..3).prop_map(|words| words.join("."))
}

#[derive(Debug, Clone)]
enum Spoil {
    Topic(String, bool, i16, String),
    Replication(Vec<String>, Vec<String>, bool),
    Record(String, u32),
    Forget(usize),
    Turn,
    Silence(usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        (name(), any::<bool>(), any::<i16>(), name()).prop_map(|(a, b, c, d)| Spoil::Topic(a, b, c, d)),
        (prop::collection::vec(name(), 0..4), prop::collection::vec(name(), 0..4), any::<bool>())
            .prop_map(|(topics, groups, identity)| Spoil::Replication(topics, groups, identity)),
        (name(), any::<u32>()).prop_map(|(value, ttl)| Spoil::Record(value, ttl)),
        any::<usize>().prop_map(Spoil::Forget),
        Just(Spoil::Turn),
        any::<usize>().prop_map(Spoil::Silence),
    ]
}

fn apply(world: &mut World, at: usize, spoil: &Spoil) {
    match spoil {
        Spoil::Topic(name, of_pair, factor, setting) => {
            let mut topic = topic(name);
            topic.replication_factor = *factor;
            topic.config.insert("min.insync.replicas".into(), setting.clone());
            if !of_pair {
                topic.home = Home::Cluster(address("cluster.nowhere"));
            }
            world.declare(&format!("topic.t{at}"), &[], Resource::Topic(topic));
        }
        Spoil::Replication(topics, groups, identity) => {
            let texts =
                |texts: &'_ [String]| selectors(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            let mut flow = replication(&[]);
            flow.topics = texts(topics);
            flow.groups = texts(groups);
            if !identity {
                flow.naming = Naming::Prefixed { separator: ".".into() };
            }
            world.declare(&format!("replication.r{at}"), &[], Resource::Replication(flow));
        }
        Spoil::Record(value, ttl) => {
            let mut record = record("x.", value);
            record.ttl = *ttl;
            world.declare(&format!("dns_record.d{at}"), &["pair.orders"], Resource::DnsRecord(record));
        }
        Spoil::Forget(index) => {
            let chosen =
                world.estate.resources.keys().nth(index % world.estate.resources.len().max(1)).cloned();
            chosen.map(|address| world.estate.resources.remove(&address));
        }
        Spoil::Turn => {
            if world.estate.pair(&address("pair.orders")).is_some() {
                let pair = world.pair("pair.orders");
                pair.active = Side::other(pair.active);
            }
        }
        Spoil::Silence(index) => {
            let chosen =
                world.observed.readings.keys().nth(index % world.observed.readings.len().max(1)).cloned();
            chosen.map(|id| world.observed.readings.remove(&id));
        }
    }
}

proptest! {
    #[test]
    fn check_is_total_deterministic_and_ordered(spoils in prop::collection::vec(spoil(), 0..12)) {
        let mut world = sound();
        for (at, spoil) in spoils.iter().enumerate() {
            apply(&mut world, at, spoil);
        }
        let findings = world.findings();
        prop_assert_eq!(&findings, &policy::check(&world.plan, &world.estate, &world.observed));
        let keys: Vec<_> = findings.iter().map(|f| (f.severity, f.code.clone(), f.address.clone())).collect();
        prop_assert!(keys.is_sorted());
        for finding in &findings {
            let rule = rule(&finding.code).unwrap();
            prop_assert!(finding.severity >= rule.severity, "{} is worse than its rule says", finding.code);
            let address = finding.address.as_ref().unwrap();
            prop_assert!(world.estate.resources.contains_key(address));
            prop_assert!(!finding.message.is_empty() && finding.help.is_some());
        }
    }
}

fn with_two_faults() -> World {
    let mut world = sound();
    world.carry("topic.x", "a-internal");
    world.worker("connect.shanghai").kafka_cluster_id = "other".into();
    world
}

fn codes(world: &World) -> Vec<String> {
    world.findings().into_iter().map(|finding| finding.code).collect()
}

#[test]
fn a_targeted_plan_hears_of_its_targets_and_what_they_need() {
    let mut world = with_two_faults();
    assert_eq!(codes(&world), ["LW1001", "LW1402"]);
    for (target, heard) in [("topic.x", "LW1001"), ("connect.shanghai", "LW1402")] {
        world.plan.targets = vec![address(target)];
        assert_eq!(codes(&world), [heard]);
    }
    world.plan.targets = vec![address("topic.orders")];
    assert_eq!(codes(&world), [""; 0]);
}

#[test]
fn a_destroy_is_not_kept_from_going() {
    let mut world = with_two_faults();
    world.plan.kind = PlanKind::Destroy;
    assert_eq!(codes(&world), [""; 0]);
}
