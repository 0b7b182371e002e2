//! Waiting for a heartbeat: one more than there was.

use crate::e2e::{sandbox, unique};
use crate::provider::contract::topic;
use crate::provider::stage::{cluster, cluster_at};
use leeward::estate::{Change, Evidence, Object, ObjectId, Outcome, Task, Verb};
use leeward::provider::kafka::Kafka;
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::time::Duration;

#[tokio::test]
async fn an_old_heartbeat_does_not_count() {
    let Some(sandbox) = sandbox() else { return };
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap.clone(), None));
    let name = unique("heartbeats");
    let create =
        Change { id: ObjectId::topic(&cluster(), &name), verb: Verb::Create(Object::Topic(topic(1, &[]))) };
    assert_eq!(kafka.change(&[&create]).await, [Outcome::Done(())]);
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", bootstrap.join(",")).create().unwrap();
    let beat = || async {
        let record = FutureRecord::to(&name).payload("beat").key("hangzhou");
        producer.send(record, Duration::from_secs(10)).await.unwrap();
    };
    beat().await;

    let task = Task::AwaitHeartbeat { cluster: cluster(), topic: name.clone() };
    let mut waiting = Box::pin(kafka.perform(&task));
    let early = tokio::time::timeout(Duration::from_millis(700), &mut waiting).await;
    assert!(early.is_err(), "the one that was there before: {early:?}");
    beat().await;
    let seen = tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap();
    assert_eq!(seen, Outcome::Done(Evidence::Nothing));
}
