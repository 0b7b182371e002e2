//! What is planned for what is owned and no longer desired.

use super::objects::steps_of;
use super::sample::{Sample, address, cluster};
use leeward::estate::{ObjectId, OnRemove, What};
use leeward::plan::{Action, Plan, Step};

fn deleted(plan: &Plan) -> Vec<String> {
    let delete = |step: &&Step| matches!(step.action, Action::Delete { .. });
    plan.steps.iter().filter(delete).map(|step| step.object.as_ref().unwrap().to_string()).collect()
}

fn forgotten(plan: &Plan) -> Vec<String> {
    let forget = |step: &&Step| matches!(step.action, Action::Forget);
    plan.steps.iter().filter(forget).map(|step| step.object.as_ref().unwrap().to_string()).collect()
}

#[test]
fn a_removed_topic_is_let_go_and_its_records_stay() {
    let mut sample = Sample::whole().applied();
    sample.remove("topic.payments");
    let plan = sample.plan();
    assert_eq!(forgotten(&plan), ["topic payments on hangzhou", "topic payments on shanghai"]);
    assert_eq!(deleted(&plan), Vec::<String>::new());
    assert!(plan.steps[0].reason.as_deref().unwrap().contains("no longer declared"));
}

#[test]
fn a_removed_topic_that_says_delete_is_deleted() {
    let mut sample = Sample::whole();
    sample.change_topic("payments", |topic| topic.on_remove = OnRemove::Delete);
    let mut sample = sample.applied();
    sample.remove("topic.payments");
    assert_eq!(deleted(&sample.plan()), ["topic payments on hangzhou", "topic payments on shanghai"]);
}

#[test]
fn a_renamed_topic_never_takes_records_along_even_if_it_says_delete() {
    let mut sample = Sample::whole();
    sample.change_topic("payments", |topic| topic.on_remove = OnRemove::Delete);
    let mut sample = sample.applied();
    sample.change_topic("payments", |topic| topic.name = "payments.v2".into());
    let plan = sample.plan();
    assert_eq!(deleted(&plan), Vec::<String>::new());
    assert_eq!(forgotten(&plan).len(), 2);
}

#[test]
fn what_is_gone_already_is_forgotten_without_a_step() {
    let mut sample = Sample::whole().applied();
    sample.remove("dns_record.bootstrap");
    let id = sample.state.resources[&address("dns_record.bootstrap")][0].id.clone();
    sample.forget_sight_of(&id);
    let plan = sample.plan();
    assert!(plan.is_empty());
    assert_eq!(plan.forgotten[0].object, id);
}

#[test]
fn a_topic_made_anew_by_someone_else_is_never_deleted_for_the_old_one() {
    let mut sample = Sample::whole();
    sample.change_topic("payments", |topic| topic.on_remove = OnRemove::Delete);
    let mut sample = sample.applied();
    sample.topic_on("hangzhou", "payments").incarnation = Some("theirs".into());
    sample.remove("topic.payments");
    let plan = sample.plan();
    assert_eq!(deleted(&plan), ["topic payments on shanghai"]);
    assert_eq!(forgotten(&plan), ["topic payments on hangzhou"]);
}

#[test]
fn a_forgotten_topic_asks_nothing_of_a_dead_cluster_but_a_deletion_waits_for_it() {
    let mut sample = Sample::whole().applied();
    sample.remove("topic.payments");
    sample.remove("access.orders_writers");
    sample.lose("cluster.hangzhou");
    let plan = sample.plan();
    assert_eq!(forgotten(&plan).len(), 2);
    assert_eq!(plan.deferred.len(), 1 + 1, "{:#?}", plan.deferred);
    let grants = ObjectId::new(&cluster("hangzhou"), What::Grants(address("access.orders_writers")));
    assert!(plan.deferred.iter().any(|deferred| deferred.object == grants));
}

#[test]
fn a_destroy_goes_backwards_connectors_and_grants_before_topics() {
    let mut sample = Sample::whole();
    sample.change_topic("orders", |topic| topic.on_remove = OnRemove::Delete);
    let mut sample = sample.applied();
    let plan = sample.destroy();
    assert_eq!(deleted(&plan).len(), 3 + 1 + 1 + 2, "{plan:#?}");
    let on_hangzhou = |step: &&&Step| step.object.as_ref().unwrap().place == cluster("hangzhou");
    let orders = steps_of(&plan, "topic.orders");
    let topic = orders.iter().find(on_hangzhou).unwrap();
    let before: Vec<String> =
        topic.after.iter().map(|id| plan.steps[id.0 as usize].object.as_ref().unwrap().to_string()).collect();
    assert_eq!(
        before,
        [
            "grants of access.orders_writers on hangzhou",
            "connector orders-hangzhou-shanghai-source on shanghai",
            "connector orders-hangzhou-shanghai-checkpoint on shanghai",
            "connector orders-hangzhou-shanghai-heartbeat on hangzhou",
        ]
    );
    sample.apply(&plan);
    assert!(sample.state.resources.is_empty());
}

#[test]
fn a_destroy_refuses_what_is_protected() {
    let mut sample = Sample::whole().applied();
    sample.lifecycle("dns_record.bootstrap", |lifecycle| lifecycle.prevent_destroy = true);
    let plan = sample.destroy();
    assert_eq!(plan.refused[0].address, address("dns_record.bootstrap"));
    assert!(!plan.is_applicable());
}

#[test]
fn a_flip_of_roles_moves_grants_and_turns_the_flow_around() {
    let mut sample = Sample::whole().applied();
    sample.flip();
    let plan = sample.plan();
    assert_eq!(
        deleted(&plan),
        [
            "grants of access.orders_writers on hangzhou",
            "connector orders-hangzhou-shanghai-source on shanghai",
            "connector orders-hangzhou-shanghai-checkpoint on shanghai",
            "connector orders-hangzhou-shanghai-heartbeat on hangzhou",
        ]
    );
    sample.apply(&plan);
    assert!(sample.plan().is_empty());
}
