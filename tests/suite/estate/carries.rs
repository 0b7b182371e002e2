use super::sample::replication;
use leeward::estate::{Carries, MirrorMaker, Naming};

fn prefixed() -> Naming {
    Naming::Prefixed { separator: ".".into() }
}

#[test]
fn what_mirror_maker_leaves_out_is_not_carried() {
    let carries = Carries::of(&replication(&[".*"], Naming::Identity), "shanghai");
    for (topic, expected) in [
        ("orders", true),
        ("shanghai.orders", true),
        ("orders.internal", false),
        ("orders-internal", false),
        ("orders.replica", false),
        ("__consumer_offsets", false),
        (".hidden", false),
    ] {
        assert_eq!(carries.topic(topic), expected, "{topic}");
    }
}

#[test]
fn what_came_from_the_target_is_not_carried_back() {
    let carries = Carries::of(&replication(&[".*"], prefixed()), "shanghai");
    assert!(carries.topic("orders") && carries.topic("hangzhou.orders"));
    assert!(!carries.topic("shanghai.orders"));
}

#[test]
fn the_users_own_exclusions_take_the_place_of_mirror_makers() {
    let mut replication = replication(&[".*"], Naming::Identity);
    replication.mirror_maker.config.insert("topics.exclude".into(), "secret.*".into());
    let carries = Carries::of(&replication, "shanghai");
    assert!(carries.topic("orders.replica"), "only MirrorMaker's own list has it");
    assert!(!carries.topic("secret") && !carries.topic("orders.internal"));
}

#[test]
fn groups_of_connect_and_of_the_console_are_not_carried() {
    let mut replication = replication(&["orders"], Naming::Identity);
    replication.groups = vec![leeward::estate::Selector(".*".into())];
    let carries = Carries::of(&replication, "shanghai");
    assert!(carries.group("billing"));
    assert!(!carries.group("connect-sink") && !carries.group("console-consumer-7"));
}

#[test]
fn what_is_laid_over_decides_whether_mirror_maker_sets_groups_by_itself() {
    let of = |is_on: bool, over: Option<&str>| {
        let config = over.map(|value| ("sync.group.offsets.enabled".to_owned(), value.to_owned()));
        let config = config.into_iter().collect();
        MirrorMaker { sync_group_offsets: is_on, config, ..MirrorMaker::default() }.sets_groups()
    };
    assert!(!MirrorMaker::default().sets_groups());
    assert!(of(true, None) && !of(true, Some("false")));
    assert!(!of(false, None) && of(false, Some(" true")));
}
