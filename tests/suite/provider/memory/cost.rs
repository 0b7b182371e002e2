//! The fake world counts requests as the real one sends them: by batch.

use crate::estate::sample::{address, estate};
use leeward::estate::{Query, Side};
use leeward::provider::{Memory, Provider};
use std::collections::BTreeSet;
use std::sync::Arc;

fn topics(count: usize, keys: &Arc<BTreeSet<String>>) -> Vec<Query> {
    let topic = |at| Query::Topic {
        cluster: address("cluster.hangzhou"),
        name: format!("topic-{at}"),
        keys: keys.clone(),
    };
    (0..count).map(topic).collect()
}

async fn requests(queries: Vec<Query>) -> [u64; 3] {
    let memory = Memory::of(&estate(Side::Primary));
    memory.read(&queries).await;
    let requests = memory.requests();
    assert_eq!(requests.of("DescribeCluster"), 1);
    ["DescribeTopicPartitions", "DescribeConfigs", "ListOffsets"].map(|api| requests.of(api))
}

#[tokio::test]
async fn requests_grow_by_batches_of_a_thousand() {
    let keys = Arc::new(BTreeSet::from(["retention.ms".to_owned()]));
    for (topics_asked, batches) in [(1, 1), (1_000, 1), (1_001, 2), (100_000, 100)] {
        assert_eq!(requests(topics(topics_asked, &keys)).await, [batches, batches, 0], "{topics_asked}");
    }
}

#[tokio::test]
async fn topics_that_manage_other_keys_are_asked_for_apart() {
    let [one, other] = ["retention.ms", "segment.ms"].map(|key| Arc::new(BTreeSet::from([key.to_owned()])));
    let mut queries = topics(10, &one);
    queries.extend(topics(20, &other).split_off(10));
    queries.extend(topics(30, &Arc::default()).split_off(20));
    assert_eq!(requests(queries).await, [1, 2, 0]);
}

#[tokio::test]
async fn ends_take_two_requests_however_many() {
    let ends = |at| Query::Ends { cluster: address("cluster.hangzhou"), topic: format!("topic-{at}") };
    assert_eq!(requests((0..500).map(ends).collect()).await, [1, 0, 2]);
}
