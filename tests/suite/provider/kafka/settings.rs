//! Whose a setting is.

use crate::e2e::unique;
use crate::provider::contract::topic;
use crate::provider::stage::{Stage, cluster};
use leeward::estate::{Comparison, Object, ObjectId, Query, TopicSetting, Verb};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Kafka 4 with eligible leader replicas (KIP-966) sets `min.insync.replicas` as a dynamic default of the whole
/// cluster: other tools take it for the topic's own and see a difference on every topic.
#[tokio::test]
async fn a_default_of_the_cluster_is_not_the_topics_own() {
    let Some(stage) = Stage::live() else { return };
    let name = unique("elr");
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let keys = Arc::new(BTreeSet::from(["min.insync.replicas".to_owned()]));
    let there = stage.present(Query::Topic { cluster: cluster(), name, keys }).await;
    let Object::Topic(found) = &there else { panic!("{there:?}") };
    assert_eq!(found.config["min.insync.replicas"], TopicSetting::Inherited("1".into()));
    assert_eq!(Object::Topic(topic(1, &[])).compare(&there), Comparison::Same);
}
