//! Part 5 of the estate on real clusters: the number of requests grows by batch, not by topic.

use crate::e2e::{sandbox, sasl_sandbox, unique};
use crate::provider::contract::topic;
use crate::provider::stage::{cluster, cluster_at, failed};
use leeward::estate::{
    AclResource, Binding, Change, Object, ObjectId, Outcome, Pattern, Permission, Query, Reading,
    TopicObject, Verb,
};
use leeward::provider::kafka::Kafka;
use std::collections::BTreeSet;
use std::sync::Arc;

fn place() -> Option<Kafka> {
    let bootstrap = sandbox()?.cluster("hangzhou").unwrap().bootstrap();
    Some(Kafka::new(&cluster(), &cluster_at(bootstrap, None)))
}

fn topics(names: impl IntoIterator<Item = String>) -> Vec<Query> {
    let keys = Arc::new(BTreeSet::from(["retention.ms".to_owned(), "cleanup.policy".to_owned()]));
    names.into_iter().map(|name| Query::Topic { cluster: cluster(), name, keys: keys.clone() }).collect()
}

async fn read(kafka: &Kafka, queries: &[Query]) -> Vec<Reading> {
    kafka.read(&queries.iter().collect::<Vec<_>>()).await
}

#[tokio::test]
async fn reading_many_topics_takes_few_requests() {
    let tag = unique("none");
    for (asked, batches) in [(1, 1), (300, 1), (1_000, 1), (2_500, 3)] {
        let Some(kafka) = place() else { return };
        let queries = topics((0..asked).map(|at| format!("{tag}-{at}")));
        let readings = read(&kafka, &queries).await;
        assert_eq!(readings.len(), asked);
        assert!(readings.iter().all(|reading| *reading == Reading::Absent));
        let sent = ["DescribeCluster", "DescribeTopicPartitions", "DescribeConfigs"];
        assert_eq!(sent.map(|api| kafka.requests().of(api)), [1, batches, batches], "{asked} topics");
        assert_eq!(kafka.requests().total(), 1 + 2 * batches);
    }
}

#[tokio::test]
async fn making_changing_and_deleting_many_topics_takes_one_request_each() {
    let Some(kafka) = place() else { return };
    let tag = unique("many");
    let ids: Vec<ObjectId> = (0..120).map(|at| ObjectId::topic(&cluster(), format!("{tag}-{at}"))).collect();
    let bare = Object::Topic(topic(1, &[]));
    let kept = Object::Topic(topic(2, &[("retention.ms", "3600000")]));
    let verbs =
        [Verb::Create(bare.clone()), Verb::Update { from: bare, to: kept.clone() }, Verb::Delete(kept)];
    for verb in verbs {
        let changes: Vec<Change> =
            ids.iter().map(|id| Change { id: id.clone(), verb: verb.clone() }).collect();
        let outcomes = kafka.change(&changes.iter().collect::<Vec<_>>()).await;
        let odd = outcomes.iter().find(|outcome| **outcome != Outcome::Done(()));
        assert_eq!(odd, None, "{verb:?}");
    }
    let sent = ["CreateTopics", "CreatePartitions", "IncrementalAlterConfigs", "DeleteTopics"];
    assert_eq!(sent.map(|api| kafka.requests().of(api)), [1; 4]);
}

/// A request that would write more than 10,000 records is refused as a whole (`POLICY_VIOLATION`). These topics would, and
/// are refused one by one for what is wrong with each, so that no broker has to make 10,000 partitions.
#[tokio::test]
async fn a_request_writes_no_more_than_a_controller_takes() {
    let Some(kafka) = place() else { return };
    let tag = unique("wide");
    let wanted = TopicObject { replication_factor: 100, ..topic(100, &[]) };
    let create = |at| Change {
        id: ObjectId::topic(&cluster(), format!("{tag}-{at}")),
        verb: Verb::Create(Object::Topic(wanted.clone())),
    };
    let changes: Vec<Change> = (0..150).map(create).collect();
    for outcome in kafka.change(&changes.iter().collect::<Vec<_>>()).await {
        let fault = failed(outcome);
        assert!(fault.message.contains("InvalidReplicationFactor"), "{fault}");
    }
    assert_eq!(kafka.requests().of("CreateTopics"), 2);
}

#[tokio::test]
async fn all_grants_take_one_request() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let admin = &sandbox.layout().sasl.as_ref().unwrap().admin;
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap, Some(admin)));
    let grants = |at: u32| Query::Grants {
        cluster: cluster(),
        access: format!("access.a{at}").parse().unwrap(),
        bindings: BTreeSet::from([Binding {
            principal: format!("User:nobody-{at}"),
            host: "*".into(),
            permission: Permission::Allow,
            operation: "READ".into(),
            resource: AclResource::Topic,
            name: "orders".into(),
            pattern: Pattern::Literal,
        }]),
    };
    let readings = read(&kafka, &(0..50).map(grants).collect::<Vec<_>>()).await;
    assert_eq!(readings, vec![Reading::Absent; 50]);
    assert_eq!(kafka.requests().of("DescribeAcls"), 1);
}
