//! What is read of a replication's flow, and what is said where something can't be read.

use crate::estate::sample::{address, declare, estate, replication};
use leeward::estate::{
    Address, Carried, Estate, Fault, FaultKind, Group, Naming, Object, ObjectId, Resource, Selector, Side,
    Start, What,
};
use leeward::observe::{flow, prove};
use leeward::offsets::{Certainty, Checkpoint, Digest, Flow, Heartbeat, OffsetSync, Position, Teller};
use leeward::provider::Memory;
use leeward::provider::records::{NewRecord, Records};
use std::collections::BTreeMap;

/// The sample's pair with a replication of `orders` and of what begins with `pa`, followed by `billing` and `ship-*`.
pub(super) fn mirrored(naming: Naming) -> Estate {
    let mut estate = estate(Side::Primary);
    let mut flow = replication(&["orders", "pa.*"], naming);
    flow.groups = ["billing", "ship-.*"].map(|text| Selector(text.into())).into();
    declare(&mut estate, "replication.orders", &["pair.orders"], Resource::Replication(flow));
    estate
}

pub(super) fn hangzhou() -> Address {
    address("cluster.hangzhou")
}

pub(super) fn shanghai() -> Address {
    address("cluster.shanghai")
}

pub(super) async fn write(memory: &Memory, cluster: &Address, topic: &str, records: &[(Vec<u8>, Vec<u8>)]) {
    let mut producer = memory.producer(cluster, None).await.unwrap();
    let records: Vec<NewRecord<'_>> = records
        .iter()
        .map(|(key, value)| NewRecord::new(topic, Some(key), Some(value)).partition(0).timestamp(1_000))
        .collect();
    producer.send(&records).await.unwrap();
}

pub(super) fn sync(topic: &str, upstream: i64, downstream: i64) -> (Vec<u8>, Vec<u8>) {
    OffsetSync { topic: topic.into(), partition: 0, upstream, downstream }.encode()
}

pub(super) fn checkpoint(group: &str, topic: &str, upstream: i64, downstream: i64) -> (Vec<u8>, Vec<u8>) {
    let (group, topic) = (group.into(), topic.into());
    Checkpoint { group, topic, partition: 0, upstream, downstream, metadata: String::new() }.encode()
}

pub(super) fn stands(topic: &str, offset: i64) -> Group {
    Group { members: 0, positions: BTreeMap::from([(topic.to_owned(), BTreeMap::from([(0, offset)]))]) }
}

/// Ten records of `orders` on both sides, two syncs, one checkpoint, one heartbeat, and what can't be read in between.
pub(super) async fn world(estate: &Estate) -> Memory {
    let memory = Memory::of(estate);
    memory.edit(|world| {
        for cluster in [hangzhou(), shanghai()] {
            let cluster = world.clusters.get_mut(&cluster).unwrap();
            for topic in ["orders", "payments.card", "paper", "__secret", "other"] {
                cluster.put_topic(topic, 1, 3, BTreeMap::new());
            }
        }
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        for topic in
            ["mm2-offset-syncs.hangzhou.internal", "hangzhou.checkpoints.internal", "hangzhou.heartbeats"]
        {
            target.put_topic(topic, 1, 3, BTreeMap::new());
        }
        let source = world.clusters.get_mut(&hangzhou()).unwrap();
        source.groups.insert("billing".into(), stands("orders", 7));
        source.groups.insert("ship-eu".into(), stands("orders", 3));
        source.groups.insert("stranger".into(), stands("orders", 1));
    });
    let ten: Vec<_> = (0..10_u8).map(|at| (vec![at], vec![at])).collect();
    write(&memory, &hangzhou(), "orders", &ten).await;
    write(&memory, &shanghai(), "orders", &ten).await;
    let syncs = [sync("orders", 0, 0), (vec![1], vec![2]), sync("orders", 9, 9)];
    write(&memory, &shanghai(), "mm2-offset-syncs.hangzhou.internal", &syncs).await;
    let checkpoints = [
        checkpoint("billing", "orders", 2, 2),
        checkpoint("billing", "orders", 6, 5),
        checkpoint("ship-us", "orders", 4, 4),
    ];
    write(&memory, &shanghai(), "hangzhou.checkpoints.internal", &checkpoints).await;
    let heartbeat =
        Heartbeat { source: "hangzhou".into(), target: "shanghai".into(), timestamp: 777 }.encode();
    write(&memory, &shanghai(), "hangzhou.heartbeats", &[heartbeat]).await;
    memory
}

pub(super) async fn read(memory: &Memory, estate: &Estate, starts: &[Start]) -> Flow {
    flow(memory, memory, estate, &address("replication.orders"), starts).await.unwrap()
}

pub(super) fn dead() -> Fault {
    Fault::new(FaultKind::Unreachable, "nobody answers")
}

#[tokio::test]
async fn topics_and_groups_are_those_that_are_carried() {
    let estate = mirrored(Naming::Identity);
    let flow = read(&world(&estate).await, &estate, &[]).await;
    let topics: Vec<&str> = flow.topics.keys().map(String::as_str).collect();
    assert_eq!(topics, ["orders", "paper", "payments.card"]);
    assert_eq!(
        flow.groups,
        ["billing", "ship-eu", "ship-us"],
        "named, seen on the source, seen in a checkpoint"
    );
    assert_eq!((&flow.source, &flow.target), (&hangzhou(), &shanghai()));
    assert_eq!(flow.connector.unwrap().what, What::Connector("orders-hangzhou-shanghai-source".into()));
}

#[tokio::test]
async fn mirror_makers_records_are_read_and_what_is_malformed_is_counted() {
    let estate = mirrored(Naming::Identity);
    let flow = read(&world(&estate).await, &estate, &[]).await;
    let syncs = flow.syncs.as_ref().unwrap();
    assert_eq!((syncs.count(), syncs.malformed().0), (2, 1));
    assert_eq!(syncs.track("orders", 0).unwrap().len(), 2);
    let checkpoints = flow.checkpoints.as_ref().unwrap();
    assert_eq!(checkpoints.last("billing", "orders", 0).unwrap().record.downstream, 5, "the last one counts");
    assert_eq!(flow.heartbeat.unwrap().unwrap().record.timestamp, 777);
}

#[tokio::test]
async fn each_group_has_a_row_where_it_stands() {
    let estate = mirrored(Naming::Identity);
    let mut flow = read(&world(&estate).await, &estate, &[]).await;
    flow.observed.readings.insert(
        ObjectId::new(&shanghai(), What::Group("billing".into())),
        leeward::estate::Reading::Present(Object::Group(stands("orders", 5))),
    );
    let rows = flow.rows(Certainty::Proven);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.group.as_str(), row.position.map(|p| p.offset), row.lag, row.checkpoint, row.now))
        .collect();
    assert_eq!(
        shown,
        [
            ("billing", Some(7), Some(3), Some(5), Some(5)),
            ("ship-eu", Some(3), Some(7), None, None),
            ("ship-us", None, None, Some(4), None),
        ]
    );
    for row in &rows {
        let Some(answer) = &row.answer else { continue };
        assert!(answer.offset <= row.position.unwrap().offset, "the sides are alike: {row:?}");
    }
}

#[tokio::test]
async fn with_the_source_dead_a_checkpoint_says_where_a_group_stood() {
    let estate = mirrored(Naming::Identity);
    let memory = world(&estate).await;
    memory.cut(&hangzhou(), dead());
    let flow = read(&memory, &estate, &[]).await;
    let topics: Vec<&str> = flow.topics.keys().map(String::as_str).collect();
    assert_eq!(topics, ["orders", "paper", "payments.card"], "as the target has them");
    let rows = flow.rows(Certainty::Proven);
    let told = Position { offset: 6, told_by: Teller::Checkpoint(Some(1_000)) };
    let billing = rows.iter().find(|row| row.group == "billing").unwrap();
    assert_eq!((billing.position, billing.lag), (Some(told), None));
    assert!(billing.answer.as_ref().unwrap().offset <= 6);
}

#[tokio::test]
async fn with_the_target_dead_nothing_is_answered() {
    let estate = mirrored(Naming::Identity);
    let memory = world(&estate).await;
    memory.cut(&shanghai(), dead());
    let flow = read(&memory, &estate, &[]).await;
    assert_eq!(flow.syncs.as_ref().unwrap_err().message, "nobody answers");
    let rows = flow.rows(Certainty::Proven);
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.position.is_some() && row.answer.is_none()), "{rows:?}");
}

#[tokio::test]
async fn the_connectors_position_is_an_anchor_only_where_it_is_known() {
    let estate = mirrored(Naming::Identity);
    let mut flow = read(&world(&estate).await, &estate, &[]).await;
    assert_eq!(flow.carried(), Ok(None), "nobody has made the connector");
    let next = BTreeMap::from([("orders".to_owned(), BTreeMap::from([(0, 10)]))]);
    let id =
        ObjectId::new(&address("connect.shanghai"), What::Carried("orders-hangzhou-shanghai-source".into()));
    let reading = leeward::estate::Reading::Present(Object::Carried(Carried { next }));
    flow.observed.readings.insert(id, reading);
    assert_eq!(flow.carried().unwrap().unwrap().next["orders"][&0], 10);
}

#[tokio::test]
async fn what_is_asked_to_be_read_is_read_once() {
    let estate = mirrored(Naming::Identity);
    let memory = world(&estate).await;
    let mut flow = read(&memory, &estate, &[]).await;
    prove(&memory, &mut flow, 1_000).await.unwrap();
    for ((topic, _), windows) in &flow.windows {
        for window in windows {
            let there = window.entries.iter().all(|entry| (window.from..window.to).contains(&entry.offset));
            assert!(there && topic == "orders", "{window:?}");
        }
    }
    assert!(flow.reads(1_000).is_empty(), "there is nothing left to win");
}

#[tokio::test]
async fn a_time_that_the_broker_gave_does_not_tell_copies_apart() {
    let estate = mirrored(Naming::Identity);
    let memory = world(&estate).await;
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        let config = &mut target.topics.get_mut("orders").unwrap().config;
        config.insert("message.timestamp.type".into(), "LogAppendTime".into());
    });
    let mut flow = read(&memory, &estate, &[]).await;
    prove(&memory, &mut flow, 1_000).await.unwrap();
    let entries: Vec<_> = flow.windows.values().flatten().flat_map(|window| &window.entries).collect();
    assert!(!entries.is_empty());
    for entry in entries {
        let bytes = [u8::try_from(entry.offset).unwrap()];
        assert_eq!(entry.digest, Digest::of(-1, Some(&bytes), Some(&bytes), []));
    }
}

#[tokio::test]
async fn prefixed_names_are_found_from_either_side() {
    let naming = Naming::Prefixed { separator: ".".into() };
    let estate = mirrored(naming);
    let memory = Memory::of(&estate);
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        target.put_topic("hangzhou.paper", 1, 3, BTreeMap::new());
        target.put_topic("paper", 1, 3, BTreeMap::new());
    });
    memory.cut(&hangzhou(), dead());
    let flow = read(&memory, &estate, &[]).await;
    assert_eq!(flow.topics["paper"], "hangzhou.paper");
    assert_eq!(flow.topics["orders"], "hangzhou.orders");
}
