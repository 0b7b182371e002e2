//! A side that is seen to be quiet tells who wrote there last.

use super::execute::{Place, options};
use super::sample::{address, plan, task};
use leeward::estate::{Evidence, ProducerAt, Task};
use leeward::provider::Memory;
use leeward::provider::memory::{MemoryCluster, World as Held};
use leeward::run::{Event, Fact, Options, Silent, Stop, World, execute};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn producer(id: i64, last: i64, open: Option<i64>) -> ProducerAt {
    ProducerAt { topic: "orders".into(), partition: 0, id, last: Some(last), open }
}

/// What is said of a quiet topic with these producers.
async fn said(producers: Vec<ProducerAt>) -> String {
    let mut hangzhou = MemoryCluster::new("hangzhou");
    hangzhou.put_topic("orders", 1, 1, BTreeMap::new());
    hangzhou.topics.get_mut("orders").unwrap().producers = producers;
    let clusters = BTreeMap::from([(address("cluster.hangzhou"), hangzhou)]);
    let memory = Memory::with(Held { clusters, ..Held::default() });
    let (place, stop) = (Place::new(), Stop::default());
    let cluster = address("cluster.hangzhou");
    let quiet = Task::AwaitQuiet { cluster, topics: BTreeSet::from(["orders".to_owned()]) };
    let mut run = place.run(plan(vec![task("fence.orders", &[], quiet)]));
    let world = World { objects: &memory, records: &memory };
    let options = Options { pause: Duration::from_millis(1), ..options(&stop, &Silent) };
    execute(&mut run, place.state().await, world, &place.store, &options).await.unwrap();
    let found = place.events().into_iter().find_map(|event| match event {
        Event::Done { fact: Fact::Found(Evidence::Still { seen, .. }), .. } => Some(seen),
        _ => None,
    });
    let found = found.unwrap();
    let (_, still) = found.split_once("stood still for ").unwrap();
    still.split_once(" s").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_quiet_side_tells_how_long_ago_the_last_producer_wrote() {
    let now = jiff::Timestamp::now().as_millisecond();
    let of = |seconds: i64| now - seconds * 1_000;
    assert_eq!(said(Vec::new()).await, "");
    let one = said(vec![producer(7, of(3_600), None)]).await;
    assert!(one.starts_with("; the one known producer wrote 3600."), "{one}");
    let two = said(vec![producer(7, of(3_600), None), producer(8, of(60), Some(17))]).await;
    assert!(two.starts_with("; the last of 2 known producers wrote 60."), "{two}");
    assert!(two.ends_with("; producer 8 has a transaction open in orders-0 from offset 17 on"), "{two}");
}
