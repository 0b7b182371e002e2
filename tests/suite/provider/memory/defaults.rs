//! What a topic inherits in memory is what it inherits on a real broker.

use crate::e2e::unique;
use crate::provider::contract::topic;
use crate::provider::stage::{Stage, cluster};
use leeward::estate::{Object, ObjectId, Query, TopicSetting, Verb};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Kafka 4.3's topic settings.
const SETTINGS: &str = "cleanup.policy compression.gzip.level compression.lz4.level compression.type \
    compression.zstd.level delete.retention.ms file.delete.delay.ms flush.messages flush.ms \
    follower.replication.throttled.replicas index.interval.bytes leader.replication.throttled.replicas \
    local.retention.bytes local.retention.ms max.compaction.lag.ms max.message.bytes \
    message.timestamp.after.max.ms message.timestamp.before.max.ms message.timestamp.type \
    min.cleanable.dirty.ratio min.compaction.lag.ms min.insync.replicas preallocate remote.log.copy.disable \
    remote.log.delete.on.disable remote.storage.enable retention.bytes retention.ms segment.bytes \
    segment.index.bytes segment.jitter.ms segment.ms unclean.leader.election.enable";

async fn inherited(stage: &Stage) -> BTreeMap<String, TopicSetting> {
    let name = unique("defaults");
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let keys = SETTINGS.split_whitespace().map(str::to_owned).collect();
    match stage.present(Query::Topic { cluster: cluster(), name, keys: Arc::new(keys) }).await {
        Object::Topic(topic) => topic.config,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn they_are_those_of_a_real_broker() {
    let Some(live) = Stage::live() else { return };
    let (fake, real) = (inherited(&Stage::memory()).await, inherited(&live).await);
    assert_eq!(fake.len(), SETTINGS.split_whitespace().count());
    assert_eq!(fake, real);
}
