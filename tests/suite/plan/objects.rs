//! What is planned for one object: create, update, adopt, refuse, nothing.

use super::sample::{Sample, address, cluster, write_on};
use leeward::estate::{Grants, Object, ObjectId, On, OnRemove, TopicSetting, What};
use leeward::plan::{Action, Options, Plan, Step, Undo};

pub fn steps_of<'a>(plan: &'a Plan, of: &str) -> Vec<&'a Step> {
    plan.steps.iter().filter(|step| step.address == address(of)).collect()
}

fn fields(step: &Step) -> Vec<String> {
    match &step.action {
        Action::Update { fields, .. } | Action::Adopt { fields, .. } => {
            fields.iter().map(|change| change.field.clone()).collect()
        }
        other => panic!("{other:?} has no fields"),
    }
}

fn one_topic() -> Sample {
    let mut sample = Sample::new();
    sample.topic("orders", |_| {});
    sample
}

#[test]
fn a_topic_that_is_not_there_is_made_on_both_sides() {
    let plan = one_topic().plan();
    let places: Vec<&str> =
        plan.steps.iter().map(|step| step.object.as_ref().unwrap().place.name.as_str()).collect();
    assert_eq!(places, ["hangzhou", "shanghai"]);
    assert!(plan.steps.iter().all(|step| matches!(step.action, Action::Create(_)) && step.reason.is_none()));
    assert!(plan.steps.iter().all(|step| matches!(step.undo, Undo::ByHand(_))));
}

#[test]
fn an_applied_estate_is_unchanged() {
    let mut sample = Sample::whole().applied();
    let plan = sample.plan();
    assert!(plan.is_empty() && !plan.updates_state(), "{plan:#?}");
    assert_eq!(plan.unchanged.len(), 5);
}

#[test]
fn a_setting_that_drifted_is_brought_back_with_its_old_and_new_value() {
    let mut sample = one_topic().applied();
    sample.topic_on("shanghai", "orders").config.insert("retention.ms".into(), TopicSetting::Own("1".into()));
    let plan = sample.plan();
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(fields(&plan.steps[0]), ["config.retention.ms"]);
    let Undo::Inverse(undo) = &plan.steps[0].undo else { panic!("{plan:#?}") };
    let Action::Update { fields, .. } = undo.as_ref() else { panic!("{undo:?}") };
    assert_eq!((fields[0].from.as_deref(), fields[0].to.as_deref()), (Some("604800000"), Some("1")));
}

#[test]
fn a_setting_that_is_no_longer_declared_goes_back_to_inherited() {
    let mut sample = one_topic().applied();
    sample.change_topic("orders", |topic| {
        topic.config.remove("retention.ms");
    });
    let plan = sample.plan();
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(fields(&plan.steps[0]), ["config.retention.ms"]);
    sample.apply(&plan);
    assert!(sample.plan().is_empty());
}

#[test]
fn a_topic_that_exists_is_adopted_as_it_is() {
    let mut sample = one_topic().applied();
    sample.state.resources.clear();
    let plan = sample.plan();
    assert_eq!(plan.steps.len(), 2);
    assert!(plan.steps.iter().all(|step| fields(step).is_empty() && step.undo == Undo::Nothing));
    sample.apply(&plan);
    assert!(sample.plan().is_empty());
}

#[test]
fn a_topic_that_exists_and_differs_is_adopted_with_its_differences() {
    let mut sample = one_topic().applied();
    sample.state.resources.clear();
    sample.topic_on("hangzhou", "orders").partitions = 2;
    let plan = sample.plan();
    assert_eq!(fields(&plan.steps[0]), ["partitions"]);
    assert!(matches!(plan.steps[0].undo, Undo::ByHand(_)));
}

#[test]
fn a_topic_that_was_deleted_outside_is_made_again_and_the_plan_says_why() {
    let mut sample = one_topic().applied();
    sample.forget_sight_of(&ObjectId::topic(&cluster("shanghai"), "orders"));
    let plan = sample.plan();
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(plan.steps[0].reason.as_deref(), Some("it was deleted outside of leeward"));
}

#[test]
fn a_renamed_block_takes_its_object_along() {
    let mut sample = one_topic().applied();
    let mut declared = sample.estate.resources.remove(&address("topic.orders")).unwrap();
    declared.address = address("topic.sales");
    sample.estate.resources.insert(declared.address.clone(), declared);
    let plan = sample.plan();
    assert!(plan.steps.iter().all(|step| {
        step.reason.as_deref() == Some("it belonged to topic.orders until now") && fields(step).is_empty()
    }));
    assert_eq!((plan.steps.len(), plan.forgotten.len()), (2, 2));
    sample.apply(&plan);
    assert!(sample.plan().is_empty() && !sample.plan().updates_state());
}

#[test]
fn ignored_fields_are_in_neither_side_of_a_change() {
    let mut sample = one_topic().applied();
    sample
        .lifecycle("topic.orders", |lifecycle| lifecycle.ignore_changes = vec!["config.retention.ms".into()]);
    let topic = sample.topic_on("hangzhou", "orders");
    topic.config.insert("retention.ms".into(), TopicSetting::Own("5".into()));
    topic.config.insert("min.insync.replicas".into(), TopicSetting::Own("1".into()));
    let plan = sample.plan();
    let Action::Update { from: Object::Topic(from), to: Object::Topic(to), fields } = &plan.steps[0].action
    else {
        panic!("{plan:#?}")
    };
    assert_eq!(fields.len(), 1);
    assert!(!from.config.contains_key("retention.ms") && !to.config.contains_key("retention.ms"));
    sample.apply(&plan);
    assert_eq!(sample.topic_on("hangzhou", "orders").config["retention.ms"].value(), "5");
    assert!(sample.plan().is_empty());
}

#[test]
fn ignored_partitions_make_fewer_of_them_possible() {
    let mut sample = one_topic().applied();
    sample.topic_on("hangzhou", "orders").partitions = 12;
    assert_eq!(sample.plan().refused.len(), 1);
    sample.lifecycle("topic.orders", |lifecycle| lifecycle.ignore_changes = vec!["partitions".into()]);
    assert!(sample.plan().is_empty() && sample.plan().refused.is_empty());
}

#[test]
fn what_can_not_be_done_is_refused_with_its_place_and_reason() {
    let mut sample = one_topic().applied();
    sample.change_topic("orders", |topic| topic.replication_factor = 2);
    let plan = sample.plan();
    assert!(plan.is_empty() && !plan.is_applicable());
    assert_eq!(plan.refused.len(), 2);
    assert_eq!(plan.refused[0].position.as_ref().unwrap().line, 40);
    assert!(plan.refused[0].reason.contains("replication factor 3 and 2 is declared"), "{plan:#?}");
}

#[test]
fn a_replace_of_a_topic_needs_leave_to_delete_its_records() {
    let mut sample = one_topic().applied();
    let options = Options { replace: vec![address("topic.orders")], ..Options::default() };
    assert!(sample.plan_for(&options).refused[0].reason.contains("on_remove"));
    sample.change_topic("orders", |topic| topic.on_remove = OnRemove::Delete);
    let plan = sample.plan_for(&options);
    assert!(plan.steps.iter().all(|step| matches!(step.action, Action::Replace { .. })));
    sample.lifecycle("topic.orders", |lifecycle| lifecycle.prevent_destroy = true);
    assert!(sample.plan_for(&options).refused[0].reason.contains("prevent_destroy"));
}

#[test]
fn an_entry_that_two_accesses_want_goes_only_with_the_second() {
    let mut sample = one_topic();
    sample.access("a", On::Active, &["orders"]);
    sample.access("b", On::Active, &["orders"]);
    let mut sample = sample.applied();
    sample.remove("access.a");
    let plan = sample.plan();
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(plan.forgotten.len(), 1);
    sample.apply(&plan);
    sample.remove("access.b");
    let id = ObjectId::new(&cluster("hangzhou"), What::Grants(address("access.b")));
    let plan = sample.plan();
    let grants = Object::Grants(Grants { bindings: [write_on("orders")].into() });
    assert_eq!(plan.steps[0].action, Action::Delete { from: grants });
    assert_eq!(plan.steps[0].object.as_ref(), Some(&id));
}

#[test]
fn what_the_state_does_not_know_yet_is_remembered_without_a_step() {
    let mut sample = one_topic().applied();
    sample.change_topic("orders", |topic| topic.on_remove = OnRemove::Delete);
    let plan = sample.plan();
    assert!(plan.is_empty() && plan.updates_state());
    sample.apply(&plan);
    assert!(!sample.plan().updates_state());
}
