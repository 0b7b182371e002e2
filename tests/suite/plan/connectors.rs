//! What is planned for connectors: made stopped, prepared, started, seen to run.

use super::objects::steps_of;
use super::sample::{Sample, cluster};
use leeward::estate::{ConnectorState, FailedTask, Object, ObjectId, Setting, Task};
use leeward::plan::{Action, Plan, Step, StepId};

const SOURCE: &str = "orders-hangzhou-shanghai-source";

fn told(step: &Step) -> String {
    match &step.action {
        Action::Create(_) => format!("create {}", step.object.as_ref().unwrap().what),
        Action::Update { .. } => format!("update {}", step.object.as_ref().unwrap().what),
        Action::Delete { .. } => format!("delete {}", step.object.as_ref().unwrap().what),
        Action::Adopt { .. } => format!("adopt {}", step.object.as_ref().unwrap().what),
        Action::Task(task) => task.to_string(),
        other => format!("{other:?}"),
    }
}

fn all_told(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(told).collect()
}

/// Whether `late` comes after `early`, directly or not.
fn comes_after(plan: &Plan, late: StepId, early: StepId) -> bool {
    let after = &plan.steps[late.0 as usize].after;
    after.contains(&early) || after.iter().any(|step| comes_after(plan, *step, early))
}

fn find(plan: &Plan, text: &str) -> StepId {
    plan.steps.iter().find(|step| told(step).contains(text)).unwrap_or_else(|| panic!("{text}")).id
}

#[test]
fn a_flow_is_made_stopped_noted_started_and_seen() {
    let plan = Sample::whole().plan();
    let chain = [
        "see 2 topics on every broker of shanghai",
        "create topic mm2-offset-syncs.hangzhou.internal",
        "create connector orders-hangzhou-shanghai-source",
        "note where 2 topics began",
        "bring connector orders-hangzhou-shanghai-source on shanghai to running",
        "see connector orders-hangzhou-shanghai-source on shanghai run",
        "see a heartbeat cross",
    ];
    for pair in chain.windows(2) {
        assert!(
            comes_after(&plan, find(&plan, pair[1]), find(&plan, pair[0])),
            "{pair:?} in {:#?}",
            all_told(&plan)
        );
    }
    let heartbeat = find(&plan, "heartbeat on hangzhou to running");
    assert!(comes_after(&plan, find(&plan, "see a heartbeat cross"), heartbeat));
}

#[test]
fn a_new_connector_is_made_stopped() {
    let plan = Sample::whole().plan();
    let made: Vec<ConnectorState> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Create(Object::Connector(connector)) => Some(connector.state),
            _ => None,
        })
        .collect();
    assert_eq!(made, [ConnectorState::Stopped; 3]);
}

#[test]
fn a_changed_setting_is_an_update_and_then_seen_to_run() {
    let mut sample = Sample::whole().applied();
    sample.change_replication(|replication| replication.mirror_maker.tasks_max = 4);
    assert_eq!(
        all_told(&sample.plan()),
        [
            "update connector orders-hangzhou-shanghai-source",
            "see connector orders-hangzhou-shanghai-source on shanghai run with all its tasks",
        ]
    );
}

#[test]
fn a_paused_connector_is_resumed_and_not_updated() {
    for state in [ConnectorState::Paused, ConnectorState::Stopped, ConnectorState::Failed] {
        let mut sample = Sample::whole().applied();
        sample.connector_on("shanghai", SOURCE).state = state;
        let plan = sample.plan();
        assert_eq!(
            all_told(&plan),
            [
                "bring connector orders-hangzhou-shanghai-source on shanghai to running",
                "see connector orders-hangzhou-shanghai-source on shanghai run with all its tasks",
                "see a heartbeat cross: hangzhou.heartbeats on shanghai",
            ]
        );
        sample.apply(&plan);
        assert!(sample.plan().is_empty());
    }
}

#[test]
fn a_failed_task_is_restarted() {
    let mut sample = Sample::whole().applied();
    sample.connector_on("shanghai", SOURCE).failed =
        vec![FailedTask { id: 0, trace: "org.apache.kafka.common.errors.TimeoutException".into() }];
    assert!(all_told(&sample.plan())[0].starts_with("bring connector"));
}

#[test]
fn a_flow_without_tasks_does_nothing_and_is_restarted() {
    let mut sample = Sample::whole().applied();
    sample.connector_on("shanghai", SOURCE).tasks = 0;
    assert!(all_told(&sample.plan())[0].starts_with("bring connector"));
}

#[test]
fn a_changed_setting_of_a_paused_connector_is_written_first() {
    let mut sample = Sample::whole().applied();
    let connector = sample.connector_on("shanghai", SOURCE);
    connector.state = ConnectorState::Paused;
    connector.config.insert("tasks.max".into(), Setting::Plain("9".into()));
    let told = all_told(&sample.plan());
    assert!(told[0].starts_with("update") && told[1].starts_with("bring"), "{told:#?}");
}

#[test]
fn a_topic_that_joins_a_flow_has_its_start_noted_before_the_flow_takes_it() {
    let mut sample = Sample::whole().applied();
    sample.topic("refunds", |_| {});
    sample.replication(&["orders", "payments", "refunds"]);
    let plan = sample.plan();
    let note = find(&plan, "note where 1 topic began");
    let Action::Task(Task::NoteStarts { topics, .. }) = &plan.steps[note.0 as usize].action else {
        panic!("{plan:#?}")
    };
    assert_eq!(topics.keys().collect::<Vec<_>>(), ["refunds"]);
    assert!(comes_after(&plan, find(&plan, "update connector orders-hangzhou-shanghai-source"), note));
    assert!(comes_after(&plan, note, find(&plan, "see 1 topic on every broker of shanghai")));
}

#[test]
fn a_topic_that_only_a_pattern_covers_is_there_before_the_flow_starts() {
    let mut sample = Sample::new();
    sample.topic("orders", |_| {});
    sample.replication(&["ord.*"]);
    let plan = sample.plan();
    let source = find(&plan, "to running");
    for side in ["hangzhou", "shanghai"] {
        assert!(comes_after(&plan, source, find(&plan, &format!("topic on every broker of {side}"))));
    }
}

#[test]
fn the_old_direction_ends_before_the_new_one_starts() {
    let mut sample = Sample::whole().applied();
    sample.flip();
    let plan = sample.plan();
    let start = find(&plan, "bring connector orders-shanghai-hangzhou-source on hangzhou to running");
    let end = find(&plan, "delete connector orders-hangzhou-shanghai-source");
    let stop = find(&plan, "bring connector orders-hangzhou-shanghai-source on shanghai to stopped");
    assert!(comes_after(&plan, start, end) && comes_after(&plan, end, stop));
}

#[test]
fn the_new_direction_waits_while_the_old_one_can_not_be_read() {
    let mut sample = Sample::whole().applied();
    sample.flip();
    sample.read_all();
    let connect = leeward::estate::Address::new(leeward::estate::Kind::Connect, "shanghai");
    let old = ObjectId::connector(&connect, SOURCE);
    let fault = leeward::estate::Fault::new(leeward::estate::FaultKind::Timeout, "no answer in 10 s");
    sample.observed.readings.insert(old, leeward::estate::Reading::Unreachable(fault));
    let plan = sample.plan();
    assert!(!all_told(&plan).iter().any(|told| told.contains("to running")), "{:#?}", all_told(&plan));
    let waits = |text: &str| plan.deferred.iter().any(|deferred| deferred.fault.message.contains(text));
    assert!(waits("waits for the end of connector orders-hangzhou-shanghai-source"), "{:#?}", plan.deferred);
}

#[test]
fn no_connector_is_touched_for_the_sake_of_a_cluster_alone() {
    let mut sample = Sample::whole().applied();
    sample.topic_on("shanghai", "orders").config.clear();
    let plan = sample.plan();
    assert!(steps_of(&plan, "replication.orders").is_empty());
    assert!(plan.steps.iter().all(|step| step.address != cluster("shanghai")), "{plan:#?}");
}
