//! Asking all at once.

use crate::estate::sample::{address, estate};
use leeward::estate::{Fault, FaultKind, ObjectId, Reading, Side, What};
use leeward::observe::{observe, queries};
use leeward::provider::{Memory, Provider as _};
use std::collections::BTreeMap;

#[tokio::test]
async fn every_query_has_its_reading_under_its_identity() {
    let estate = estate(Side::Primary);
    let memory = Memory::of(&estate);
    memory.edit(|world| {
        let cluster = world.clusters.get_mut(&address("cluster.hangzhou")).unwrap();
        cluster.put_topic("orders", 6, 3, BTreeMap::new());
    });
    let fault = Fault::new(FaultKind::Timeout, "silence");
    memory.cut(&address("cluster.shanghai"), fault.clone());
    let queries = queries(&estate, &BTreeMap::new());
    let before = jiff::Timestamp::now();
    let observed = observe(&memory, &queries).await;
    assert!(observed.at >= before);
    assert_eq!(observed.readings.len(), queries.len());
    let expected = memory.read(&queries).await;
    for (query, reading) in queries.iter().zip(expected) {
        assert_eq!(observed.reading(&query.id()), Some(&reading));
    }
    let orders = |place: &str| observed.reading(&ObjectId::topic(&address(place), "orders")).unwrap().clone();
    assert!(matches!(orders("cluster.hangzhou"), Reading::Present(_)));
    assert_eq!(orders("cluster.shanghai"), Reading::Unreachable(fault), "the rest is read all the same");
    let hangzhou = observed.cluster(&address("cluster.hangzhou")).unwrap();
    assert_eq!(hangzhou.cluster_id, "cluster-id-of-hangzhou");
    assert!(observed.reading(&ObjectId::new(&address("cluster.none"), What::Cluster)).is_none());
}
