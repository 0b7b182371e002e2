//! What Terraform's providers, topicctl and jikkou were seen to get wrong: one test for each row.

use super::objects::steps_of;
use super::sample::{Sample, cluster};
use leeward::estate::{ConnectorState, Object, ObjectId, Reading, Setting, Task, TopicSetting};
use leeward::plan::{Action, basis, stale};

fn applied() -> Sample {
    let mut sample = Sample::new();
    sample.topic("orders", |topic| {
        topic.config.insert("cleanup.policy".into(), "delete,compact".into());
    });
    sample.applied()
}

const SOURCE: &str = "orders-hangzhou-shanghai-source";

/// Kafka 4 with ELR sets `min.insync.replicas` as a cluster-wide default; topicctl takes it for the topic's own.
#[test]
fn a_cluster_wide_default_is_not_the_topics_own() {
    let mut sample = applied();
    sample.change_topic("orders", |topic| {
        topic.config.remove("min.insync.replicas");
    });
    let plan = sample.plan();
    sample.apply(&plan);
    for side in ["hangzhou", "shanghai"] {
        let config = &mut sample.topic_on(side, "orders").config;
        config.insert("min.insync.replicas".into(), TopicSetting::Inherited("1".into()));
    }
    assert!(sample.plan().is_empty());
}

/// All three topic tools take another order of the same policies for a change.
#[test]
fn the_order_of_cleanup_policies_is_no_change() {
    let mut sample = applied();
    let config = &mut sample.topic_on("hangzhou", "orders").config;
    config.insert("cleanup.policy".into(), TopicSetting::Own("compact,delete".into()));
    assert!(sample.plan().is_empty());
}

/// terraform-provider-kafka's apply of a saved plan erases what someone else set in between.
#[test]
fn a_setting_of_someone_else_is_neither_planned_away_nor_erased() {
    let mut sample = applied();
    let config = &mut sample.topic_on("hangzhou", "orders").config;
    config.insert("retention.ms".into(), TopicSetting::Own("1".into()));
    let plan = sample.plan();
    let config = &mut sample.topic_on("hangzhou", "orders").config;
    config.insert("max.message.bytes".into(), TopicSetting::Own("9".into()));
    sample.apply(&plan);
    assert_eq!(sample.topic_on("hangzhou", "orders").config["max.message.bytes"].value(), "9");
}

/// The same, where the other changed what the plan changes: the step expects what was read.
#[test]
fn a_step_expects_the_value_that_the_plan_was_made_from() {
    let mut sample = applied();
    let retention = |value: &str| ("retention.ms".to_owned(), TopicSetting::Own(value.into()));
    sample.topic_on("hangzhou", "orders").config.extend([retention("1")]);
    let plan = sample.plan();
    sample.topic_on("hangzhou", "orders").config.extend([retention("2")]);
    let reading = sample.observed.reading(&ObjectId::topic(&cluster("hangzhou"), "orders")).unwrap();
    assert!(!plan.steps[0].expect.holds(reading));
}

/// A topic deleted and made anew, its data gone, is "no change" to Terraform.
#[test]
fn a_topic_made_anew_is_never_no_change() {
    let mut sample = applied();
    sample.topic_on("hangzhou", "orders").incarnation = Some("theirs".into());
    let plan = sample.plan();
    let Action::Adopt { replaces, fields, .. } = &plan.steps[0].action else { panic!("{plan:#?}") };
    assert!(replaces.as_deref().unwrap().starts_with("life-") && fields.is_empty());
    assert!(plan.steps[0].reason.as_deref().unwrap().contains("made it anew"));
}

/// … and Terraform applies a saved plan to another topic that took the name.
#[test]
fn a_saved_plan_is_stale_for_another_topic_of_the_same_name() {
    let mut sample = applied();
    sample
        .topic_on("hangzhou", "orders")
        .config
        .extend([("retention.ms".into(), TopicSetting::Own("1".into()))]);
    let plan = sample.plan();
    sample.topic_on("hangzhou", "orders").incarnation = Some("theirs".into());
    let now = basis(&sample.estate, &sample.observed, &sample.state);
    assert_eq!(stale(&plan, &now, &sample.observed).len(), 1);
}

/// Terraform plans partitions that someone added as destroy and create.
#[test]
fn partitions_that_someone_added_are_never_a_reason_to_destroy() {
    let mut sample = applied();
    sample.topic_on("hangzhou", "orders").partitions = 9;
    let plan = sample.plan();
    assert!(plan.is_empty());
    assert!(plan.refused[0].reason.contains("declare 9 or more"), "{plan:#?}");
}

/// Paused and stopped connectors are "No changes" to terraform-provider-kafka-connect.
#[test]
fn a_connector_that_does_not_run_is_a_change() {
    for state in [ConnectorState::Paused, ConnectorState::Stopped] {
        let mut sample = Sample::whole().applied();
        sample.connector_on("shanghai", SOURCE).state = state;
        assert!(!sample.plan().is_empty());
    }
}

/// So is a sensitive value that someone changed.
#[test]
fn a_changed_secret_is_a_change_and_is_not_shown() {
    let mut sample = Sample::whole().applied();
    let config = &mut sample.connector_on("shanghai", SOURCE).config;
    config.insert("source.cluster.sasl.jaas.config".into(), Setting::OtherSecret);
    let plan = sample.plan();
    let Action::Update { fields, .. } = &plan.steps[0].action else { panic!("{plan:#?}") };
    assert_eq!(fields[0].from.as_deref(), Some("(another sensitive value)"));
}

/// A deleted connector is an update to it.
#[test]
fn a_deleted_connector_is_made_again_and_started() {
    let mut sample = Sample::whole().applied();
    let connect = leeward::estate::Address::new(leeward::estate::Kind::Connect, "shanghai");
    sample.forget_sight_of(&ObjectId::connector(&connect, SOURCE));
    let plan = sample.plan();
    let steps = steps_of(&plan, "replication.orders");
    assert!(matches!(&steps[0].action, Action::Create(Object::Connector(_))));
    let starts = |action: &Action| matches!(action, Action::Task(Task::SetConnectorState { .. }));
    assert!(steps.iter().any(|step| starts(&step.action)));
}

/// jikkou plans fewer partitions as an update.
#[test]
fn fewer_partitions_are_refused_in_the_plan() {
    let mut sample = applied();
    sample.change_topic("orders", |topic| topic.partitions = 1);
    let plan = sample.plan();
    assert!(plan.is_empty() && !plan.is_applicable());
    assert!(plan.refused[0].reason.contains("can't take partitions away"));
}

/// Right after 9,000 creates Terraform planned 5,500 of them as new: what follows waits for every broker.
#[test]
fn what_follows_new_topics_waits_until_every_broker_shows_them() {
    let plan = Sample::whole().plan();
    let awaits = |step: &&leeward::plan::Step| matches!(step.action, Action::Task(Task::AwaitTopics { .. }));
    assert_eq!(plan.steps.iter().filter(awaits).count(), 2);
}

/// What could not be read is no change to nobody's tool but an error or a guess to most: it fails closed.
#[test]
fn what_could_not_be_read_is_neither_no_change_nor_a_create() {
    let mut sample = applied();
    sample.lose("cluster.hangzhou");
    let plan = sample.plan();
    assert!(plan.is_empty() && plan.unchanged.is_empty());
    assert_eq!(plan.deferred.len(), 1);
    let unread = |reading: &Reading| matches!(reading, Reading::Unreachable(_));
    assert!(sample.observed.readings.values().any(unread));
}
