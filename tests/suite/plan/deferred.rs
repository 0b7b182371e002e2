//! What is planned while a part of the world does not answer.

use super::sample::{Sample, address, cluster};
use leeward::estate::{Fault, FaultKind, ObjectId, On, Reading};
use leeward::plan::{Action, Plan};

fn waiting(plan: &Plan) -> Vec<(String, String)> {
    let told =
        |deferred: &leeward::plan::Deferred| (deferred.object.to_string(), deferred.fault.message.clone());
    plan.deferred.iter().map(told).collect()
}

#[test]
fn a_dead_side_is_planned_around() {
    let mut sample = Sample::whole();
    sample.lose("cluster.hangzhou");
    let plan = sample.plan();
    let made: Vec<String> = plan
        .steps
        .iter()
        .filter(|step| matches!(step.action, Action::Create(_)))
        .map(|step| step.object.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(
        made,
        [
            "topic orders on shanghai",
            "topic payments on shanghai",
            "topic mm2-offset-syncs.hangzhou.internal on shanghai",
            "kafka.example.com. CNAME on main",
        ]
    );
    assert!(plan.is_applicable());
}

#[test]
fn what_depends_on_the_unseen_waits_and_says_for_what() {
    let mut sample = Sample::whole();
    sample.lose("cluster.hangzhou");
    let waiting = waiting(&sample.plan());
    let source = waiting.iter().find(|(object, _)| object.contains("-source")).unwrap();
    assert_eq!(source.1, "waits for cluster.hangzhou: cluster.hangzhou does not answer");
    assert_eq!(waiting.len(), 2 + 1 + 3, "{waiting:#?}");
}

#[test]
fn one_unreadable_topic_holds_back_only_what_needs_it_there() {
    let mut sample = Sample::whole();
    sample.access("readers", On::Both, &["orders"]);
    sample.read_all();
    let topic = ObjectId::topic(&cluster("hangzhou"), "orders");
    let fault = Fault::new(FaultKind::Denied, "needs DESCRIBE on topic orders");
    sample.observed.readings.insert(topic, Reading::Unreachable(fault));
    let plan = sample.plan();
    let waiting = waiting(&plan);
    let names: Vec<&str> = waiting.iter().map(|(object, _)| object.as_str()).collect();
    assert_eq!(
        names,
        [
            "topic orders on hangzhou",
            "grants of access.orders_writers on hangzhou",
            "grants of access.readers on hangzhou",
            "connector orders-hangzhou-shanghai-heartbeat on hangzhou",
            "connector orders-hangzhou-shanghai-checkpoint on shanghai",
            "connector orders-hangzhou-shanghai-source on shanghai",
        ]
    );
    assert_eq!(waiting[1].1, "waits for topic.orders (topic orders on hangzhou), which could not be read");
    let on_shanghai = |step: &&leeward::plan::Step| step.address == address("access.readers");
    assert_eq!(plan.steps.iter().filter(on_shanghai).count(), 1);
}

#[test]
fn what_was_not_asked_for_is_not_guessed() {
    let mut sample = Sample::new();
    sample.topic("orders", |_| {});
    let plan = leeward::plan::plan(
        &sample.estate,
        &sample.observed,
        &sample.state,
        &leeward::plan::Options::default(),
    );
    assert_eq!(waiting(&plan.unwrap())[0].1, "topic orders on hangzhou was not read");
}

#[test]
fn a_heartbeat_is_not_awaited_while_its_connector_can_not_be_seen() {
    let mut sample = Sample::whole();
    sample.lose("connect.hangzhou");
    let plan = sample.plan();
    assert!(
        plan.steps.iter().any(
            |step| matches!(&step.action, Action::Task(task) if task.to_string().contains("to running"))
        )
    );
    let awaits = |step: &leeward::plan::Step| {
        matches!(&step.action, Action::Task(leeward::estate::Task::AwaitHeartbeat { .. }))
    };
    assert!(!plan.steps.iter().any(awaits));
}
