//! Places that don't answer, places that nobody declares, and what places tell about themselves.

use super::scenes;
use super::topic::topic;
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::{Stage, TIMEOUT, cluster};
use leeward::estate::{
    Address, Change, FaultKind, Object, ObjectId, Outcome, Query, Reading, RecordType, Task, Verb, What,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

scenes!(
    live: a_dead_place_is_unreachable_and_the_rest_is_read,
    nothing_is_changed_on_a_dead_place,
    an_undeclared_place_says_so,
    a_cluster_tells_about_itself,
    what_can_only_be_read_is_not_changed,
);

fn of_cluster(cluster: Address) -> Vec<Query> {
    vec![
        Query::Cluster { cluster: cluster.clone(), topics: true, groups: true },
        Query::Topic { cluster: cluster.clone(), name: "contract-none".into(), keys: Arc::default() },
        Query::Ends { cluster, topic: "contract-none".into() },
    ]
}

async fn a_dead_place_is_unreachable_and_the_rest_is_read(stage: &Stage) {
    let mut queries = of_cluster(address("cluster.dead"));
    let dns = address("dns.dead");
    queries.extend([
        Query::Connect { connect: address("connect.dead") },
        Query::Connector { connect: address("connect.dead"), name: "none".into(), secrets: Vec::new() },
        Query::Zone { dns: dns.clone(), zone: stage.zone.clone() },
        Query::RecordSet { dns, zone: stage.zone.clone(), name: stage.zone.clone(), rtype: RecordType::A },
    ]);
    let dead = queries.len();
    queries.extend(of_cluster(cluster()));
    let started = Instant::now();
    let readings = stage.world.read(&queries).await;
    assert!(started.elapsed() < TIMEOUT, "a closed port says no at once");
    for (query, reading) in queries.iter().zip(&readings[..dead]) {
        // A zone of which no authority answers is still a zone, with a fault of each of them.
        let zone = matches!((query, reading), (Query::Zone { .. }, Reading::Present(_)));
        assert!(zone || matches!(reading, Reading::Unreachable(_)), "{query:?}: {reading:?}");
    }
    assert!(matches!(readings[dead], Reading::Present(_)));
    assert_eq!(readings[dead + 1..], [Reading::Absent, Reading::Absent]);
}

async fn nothing_is_changed_on_a_dead_place(stage: &Stage) {
    let dead = address("cluster.dead");
    let name = unique("contract");
    let create = |place: &Address| Change {
        id: ObjectId::topic(place, &name),
        verb: Verb::Create(Object::Topic(topic(1, &[]))),
    };
    let outcomes = stage.world.change(&[create(&dead), create(&cluster())]).await;
    assert!(
        matches!(&outcomes[0], Outcome::Failed(fault) if fault.kind == FaultKind::Unreachable),
        "{:?}",
        outcomes[0]
    );
    assert_eq!(outcomes[1], Outcome::Done(()));
    let wait = Task::AwaitTopics { cluster: dead, topics: BTreeMap::from([(name, 1)]) };
    assert!(matches!(stage.world.perform(&wait).await, Outcome::Failed(_)));
}

async fn an_undeclared_place_says_so(stage: &Stage) {
    let nowhere = address("cluster.nowhere");
    let query = Query::Ends { cluster: nowhere.clone(), topic: "orders".into() };
    let Reading::Unreachable(fault) = stage.read(query).await else { panic!("it was read") };
    assert!(fault.message.contains("cluster.nowhere is not declared"), "{fault}");
    let outcome =
        stage.change(&ObjectId::topic(&nowhere, "orders"), Verb::Create(Object::Topic(topic(1, &[])))).await;
    assert_eq!(outcome, Outcome::Failed(fault));
}

async fn a_cluster_tells_about_itself(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let query = |topics, groups| Query::Cluster { cluster: cluster(), topics, groups };
    let Object::Cluster(facts) = stage.present(query(false, false)).await else { panic!("no facts") };
    assert!(!facts.cluster_id.is_empty() && !facts.brokers.is_empty(), "{facts:?}");
    assert!(facts.brokers.iter().all(|broker| broker.advertised.contains(':')), "{facts:?}");
    assert_eq!((facts.topics, facts.groups), (None, None), "only if asked for");
    let Object::Cluster(facts) = stage.present(query(true, true)).await else { panic!("no facts") };
    assert!(facts.topics.unwrap().contains(&name));
    assert!(facts.groups.is_some());
}

async fn what_can_only_be_read_is_not_changed(stage: &Stage) {
    let id = ObjectId::new(&cluster(), What::Ends("orders".into()));
    let outcome = stage.change(&id, Verb::Delete(Object::Topic(topic(1, &[])))).await;
    assert!(matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Invalid), "{outcome:?}");
}
