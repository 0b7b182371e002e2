//! What is said of a world in which the evidence is spoilt.

use super::flow::{dead, hangzhou, mirrored, read, shanghai, sync, world, write};
use crate::estate::sample::{address, declare, replication};
use leeward::estate::{ConnectFacts, Estate, Naming, Object, ObjectId, Pair, Reading, Resource, What};
use leeward::offsets::{Doubt, Flow, OffsetSync};
use std::collections::BTreeMap;

const SYNCS: &str = "mm2-offset-syncs.hangzhou.internal";

fn only(flow: &Flow, code: &str) -> Doubt {
    let doubts: Vec<Doubt> = flow.doubts().into_iter().filter(|doubt| doubt.code == code).collect();
    let [doubt] = doubts.as_slice() else { panic!("{code}: {:?}", flow.doubts()) };
    doubt.clone()
}

fn said(flow: &Flow, code: &str) -> String {
    let doubt = only(flow, code);
    let severity = if doubt.is_error { "error" } else { "warning" };
    format!("{severity}: {}\n{}", doubt.message, doubt.help)
}

async fn sample() -> (Estate, leeward::provider::Memory) {
    let estate = mirrored(Naming::Identity);
    let memory = world(&estate).await;
    (estate, memory)
}

#[tokio::test]
async fn garbage_is_counted_and_said() {
    let (estate, memory) = sample().await;
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1702"), @"
    warning: 1 record of the offset syncs topic on shanghai can't be read, and is left out; the first stands at offset 1: the record ends within its topic
    find out who else writes to that topic
    ");
    write(&memory, &shanghai(), "hangzhou.checkpoints.internal", &[(vec![7], vec![7])]).await;
    let flow = read(&memory, &estate, &[]).await;
    let told: Vec<Doubt> = flow.doubts().into_iter().filter(|doubt| doubt.code == "LW1702").collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].message.starts_with("1 record of the checkpoints topic on shanghai"), "{told:?}");
}

#[tokio::test]
async fn syncs_that_compaction_took_are_missed() {
    let (estate, memory) = sample().await;
    assert!(read(&memory, &estate, &[]).await.doubts().iter().all(|doubt| doubt.code != "LW1703"));
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        target.topics.get_mut(SYNCS).unwrap().records.get_mut(&0).unwrap().remove(0);
    });
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1703"), @"
    warning: 1 offset sync is gone from shanghai, by compaction or retention: positions before those that are left rewind
    take a longer mirror_maker.offset_syncs_retention, and let leeward make the topic before the mirror does
    ");
}

#[tokio::test]
async fn syncs_of_a_topic_that_the_source_does_not_hold_are_anothers() {
    let (estate, memory) = sample().await;
    write(&memory, &shanghai(), SYNCS, &[sync("shipments", 3, 3), sync("invoices", 3, 3)]).await;
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1704"), @"
    warning: the offset syncs on shanghai are of invoices and 1 more too, which hangzhou does not hold
    see that no other mirror to shanghai calls its source hangzhou; deleted topics are harmless
    ");
}

#[tokio::test]
async fn topics_of_another_replication_of_the_pair_are_no_strangers() {
    let (mut estate, memory) = sample().await;
    let other = replication(&["shipments"], Naming::Identity);
    declare(&mut estate, "replication.shipments", &["pair.orders"], Resource::Replication(other));
    write(&memory, &shanghai(), SYNCS, &[sync("shipments", 3, 3), sync("other", 1, 1)]).await;
    let flow = read(&memory, &estate, &[]).await;
    assert!(flow.doubts().iter().all(|doubt| doubt.code != "LW1704"), "{:?}", flow.doubts());
}

#[tokio::test]
async fn two_sources_of_one_name_are_an_error() {
    let (mut estate, memory) = sample().await;
    let twin = estate.resources[&hangzhou()].resource.clone();
    declare(&mut estate, "module.eu.cluster.hangzhou", &[], twin);
    let pair = Pair {
        primary: address("module.eu.cluster.hangzhou"),
        ..estate.pair(&address("pair.orders")).unwrap().clone()
    };
    declare(&mut estate, "pair.eu", &[], Resource::Pair(pair));
    let mut other = replication(&["shipments"], Naming::Identity);
    other.pair = address("pair.eu");
    declare(&mut estate, "replication.eu", &["pair.eu"], Resource::Replication(other));
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1704"), @"
    error: replication.eu mirrors from another cluster called hangzhou, into the same offset syncs topic on shanghai
    give one of the clusters another name: it is MirrorMaker's alias
    ");
}

#[tokio::test]
async fn a_group_that_is_read_with_on_the_standby_is_said() {
    let (estate, memory) = sample().await;
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        target.groups.entry("billing".into()).or_default().members = 2;
    });
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1705"), @"
    warning: group billing is read with on shanghai (standby) already
    stop their consumers there: positions can be set only while nobody uses them
    ");
}

#[tokio::test]
async fn a_dead_source_is_a_warning_and_a_dead_standby_an_error() {
    let (estate, memory) = sample().await;
    memory.cut(&hangzhou(), dead());
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1706"), @"
    warning: hangzhou (active) can't be read, so that positions are those of MirrorMaker's last checkpoints: nobody answers
    groups repeat what they have read since; with the cluster back, ask again
    ");
    memory.heal(&hangzhou());
    memory.cut(&shanghai(), dead());
    insta::assert_snapshot!(said(&read(&memory, &estate, &[]).await, "LW1706"), @"
    error: shanghai (standby) can't be read, so that nothing can be said: nobody answers
    see that shanghai answers, then ask again
    ");
}

#[tokio::test]
async fn a_worker_of_another_cluster_is_not_believed() {
    let (estate, memory) = sample().await;
    let mut flow = read(&memory, &estate, &[]).await;
    let connect = flow.connector.as_ref().unwrap().place.clone();
    let facts = ConnectFacts {
        version: "4.3.1".into(),
        kafka_cluster_id: "elsewhere".into(),
        plugins: BTreeMap::new(),
        mirrors: BTreeMap::new(),
    };
    let id = ObjectId::new(&connect, What::Connect);
    assert!(flow.observed.connect(&connect).is_some(), "it was asked");
    flow.observed.readings.insert(id, Reading::Present(Object::Connect(facts)));
    insta::assert_snapshot!(said(&flow, "LW1402"), @"
    error: connect.shanghai is attached to a cluster with the id elsewhere, and not to shanghai: what it says of the connector is not used
    correct its url or its cluster
    ");
    assert!(flow.carried().is_err(), "what it says of the connector is another's");
}

#[test]
fn each_doubt_is_explained() {
    for code in ["LW1402", "LW1701", "LW1702", "LW1703", "LW1704", "LW1705", "LW1706"] {
        assert!(leeward::policy::rule(code).is_some(), "{code}");
    }
}

#[tokio::test]
async fn a_malformed_sync_of_a_known_topic_is_not_used() {
    let (estate, memory) = sample().await;
    let before = read(&memory, &estate, &[]).await.syncs.unwrap().track("orders", 0).unwrap().len();
    let (key, value) =
        OffsetSync { topic: "orders".into(), partition: 0, upstream: 5, downstream: 5 }.encode();
    write(&memory, &shanghai(), SYNCS, &[(key, value[..15].to_vec())]).await;
    let syncs = read(&memory, &estate, &[]).await.syncs.unwrap();
    assert_eq!((syncs.track("orders", 0).unwrap().len(), syncs.malformed().0), (before, 2));
}
