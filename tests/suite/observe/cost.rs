//! Part 5 of the estate on real clusters: ten times the objects, the same number of requests.

use crate::e2e::{sandbox, unique};
use crate::estate::sample::address;
use crate::provider::stage::sandbox_estate;
use leeward::estate::{Query, RecordType};
use leeward::observe::observe;
use leeward::provider::{Live, Memory, Requests};
use std::collections::BTreeSet;
use std::sync::Arc;

const PLACES: [&str; 4] = ["cluster.hangzhou", "cluster.shanghai", "connect.shanghai", "dns.main"];
const SORTS: [&str; 10] = [
    "DescribeCluster",
    "DescribeTopicPartitions",
    "DescribeConfigs",
    "ListOffsets",
    "GET /",
    "GET /connectors?expand",
    "GET /connectors",
    "GET /connector-plugins",
    "AXFR",
    "SOA",
];

/// Questions about so many topics on either side, a tenth as many connectors and record sets, and all places.
fn queries(zone: &str, topics: usize) -> Vec<Query> {
    let tag = unique("cost");
    let keys = Arc::new(BTreeSet::from(["retention.ms".to_owned()]));
    let (connect, dns) = (address("connect.shanghai"), address("dns.main"));
    let mut queries = vec![
        Query::Connect { connect: connect.clone() },
        Query::Zone { dns: dns.clone(), zone: zone.to_owned() },
    ];
    for cluster in ["cluster.hangzhou", "cluster.shanghai"].map(address) {
        let (cluster, keys) = (&cluster, &keys);
        queries.extend((0..topics).map(|at| Query::Topic {
            cluster: cluster.clone(),
            name: format!("{tag}-{at}"),
            keys: keys.clone(),
        }));
    }
    for at in 0..topics / 10 {
        let (connect, dns, zone) = (connect.clone(), dns.clone(), zone.to_owned());
        queries.push(Query::Connector { connect, name: format!("{tag}-{at}"), secrets: Vec::new() });
        let name = format!("{tag}-{at}.{zone}");
        queries.push(Query::RecordSet { dns, zone, name, rtype: RecordType::Cname });
    }
    queries
}

/// How many requests of each sort a place was sent, and how many in all.
fn counts(requests: &Requests) -> ([u64; 10], u64) {
    (SORTS.map(|sort| requests.of(sort)), requests.total())
}

#[tokio::test]
async fn ten_times_the_objects_take_no_more_requests() {
    let Some(sandbox) = sandbox() else { return };
    let zone = &sandbox.layout().zone.name;
    let mut seen = Vec::new();
    for topics in [100, 1_000] {
        let live = Live::new(&sandbox_estate(&sandbox));
        let observed = observe(&live, &queries(zone, topics)).await;
        assert_eq!(observed.readings.len(), 2 + topics * 2 + topics / 10 * 2);
        seen.push(PLACES.map(|place| counts(live.requests(&address(place)).unwrap())));
    }
    let [hangzhou, shanghai, connect, dns] = seen[0];
    assert_eq!(hangzhou, ([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], 3));
    assert_eq!(shanghai, hangzhou);
    assert_eq!(connect, ([0, 0, 0, 0, 1, 1, 1, 1, 0, 0], 4));
    assert_eq!(dns, ([0, 0, 0, 0, 0, 0, 0, 0, 2, 3], 5), "two authorities, and whether the key is known");
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn the_fake_world_counts_as_the_real_one() {
    let Some(sandbox) = sandbox() else { return };
    let zone = &sandbox.layout().zone.name;
    let estate = sandbox_estate(&sandbox);
    for topics in [10, 100] {
        let (live, memory) = (Live::new(&estate), Memory::of(&estate));
        let queries = queries(zone, topics);
        observe(&live, &queries).await;
        observe(&memory, &queries).await;
        let sent =
            |sort| PLACES.map(|place| live.requests(&address(place)).unwrap().of(sort)).iter().sum::<u64>();
        assert_eq!(SORTS.map(sent), SORTS.map(|sort| memory.requests().of(sort)), "{topics}");
    }
}
