//! Tasks on clusters, and what is no task of a world.

use super::scenes;
use super::topic::topic;
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::{Stage, cluster, failed};
use leeward::estate::{Evidence, FaultKind, Object, ObjectId, PartitionEnds, Side, Start, Task, Verb};
use std::collections::BTreeMap;

scenes!(
    live: topics_are_awaited,
    starts_are_noted_on_both_sides,
    a_start_without_its_topic_is_refused,
    what_the_run_does_is_refused,
);

async fn make(stage: &Stage, place: &str, name: &str, partitions: i32) {
    let id = ObjectId::topic(&address(place), name);
    stage.done(&id, Verb::Create(Object::Topic(topic(partitions, &[])))).await;
}

async fn topics_are_awaited(stage: &Stage) {
    let name = unique("contract");
    make(stage, "cluster.hangzhou", &name, 2).await;
    let wait = Task::AwaitTopics { cluster: cluster(), topics: BTreeMap::from([(name, 2)]) };
    assert_eq!(stage.perform(wait).await, Evidence::Nothing);
}

async fn starts_are_noted_on_both_sides(stage: &Stage) {
    let (here, there) = (unique("contract"), unique("contract"));
    make(stage, "cluster.hangzhou", &here, 2).await;
    make(stage, "cluster.shanghai", &there, 2).await;
    let note = Task::NoteStarts {
        source: cluster(),
        target: address("cluster.shanghai"),
        topics: BTreeMap::from([(here.clone(), there)]),
    };
    let zero = PartitionEnds { start: 0, end: 0 };
    let start = |partition| Start {
        topic: here.clone(),
        partition,
        source: zero,
        target: zero,
        continues: false,
        at: None,
    };
    assert_eq!(stage.perform(note).await, Evidence::Starts(vec![start(0), start(1)]));
}

async fn a_start_without_its_topic_is_refused(stage: &Stage) {
    let note = Task::NoteStarts {
        source: cluster(),
        target: address("cluster.shanghai"),
        topics: BTreeMap::from([(unique("contract"), unique("contract"))]),
    };
    let fault = failed(stage.world.perform(&note).await);
    assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");
}

async fn what_the_run_does_is_refused(stage: &Stage) {
    let active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    for task in [active, Task::Approve { name: "cutover".into(), seconds: None }] {
        let fault = failed(stage.world.perform(&task).await);
        assert_eq!(fault.kind, FaultKind::Invalid, "{fault}");
    }
}
