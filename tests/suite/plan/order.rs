//! The order of steps, and what it costs.

use super::sample::{Sample, address};
use leeward::estate::{On, Task};
use leeward::plan::{Action, StepId};

#[test]
fn steps_are_numbered_by_their_place_and_come_after_smaller_ones() {
    let plan = Sample::whole().plan();
    for (at, step) in (0..).zip(&plan.steps) {
        assert_eq!(step.id, StepId(at));
        assert!(step.after.iter().all(|after| *after < step.id));
        assert!(step.after.is_sorted());
    }
}

#[test]
fn the_same_world_gives_the_same_plan() {
    assert_eq!(Sample::whole().plan(), Sample::whole().plan());
}

#[test]
fn grants_come_after_the_topic_that_they_refer_to() {
    let plan = Sample::whole().plan();
    let grants = plan.steps.iter().find(|step| step.address == address("access.orders_writers")).unwrap();
    let before: Vec<&Action> = grants.after.iter().map(|id| &plan.steps[id.0 as usize].action).collect();
    let awaits = |action: &&Action| matches!(action, Action::Task(Task::AwaitTopics { .. }));
    assert_eq!((before.len(), before.iter().filter(|action| awaits(action)).count()), (2, 2));
}

#[test]
fn no_broker_is_waited_for_if_nothing_depends_on_its_topics() {
    let mut sample = Sample::new();
    sample.topic("orders", |_| {});
    assert_eq!(sample.plan().steps.len(), 2);
}

#[test]
fn topics_that_wait_for_something_themselves_are_waited_for_one_by_one() {
    let mut sample = Sample::new();
    sample.topic("a", |_| {});
    sample.topic("b", |_| {});
    sample.access("between", On::Active, &["a"]);
    let declared = sample.estate.resources.get_mut(&address("topic.b")).unwrap();
    declared.after.push(address("access.between"));
    let plan = sample.plan();
    let of = |name: &str| plan.steps.iter().filter(|step| step.address == address(name)).collect::<Vec<_>>();
    let grants = of("access.between")[0].id;
    assert!(of("topic.b").iter().all(|step| step.after == [grants]));
    let Action::Task(Task::AwaitTopics { topics, .. }) = &of("cluster.hangzhou")[0].action else {
        panic!("{plan:#?}")
    };
    assert_eq!(topics.keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_resource_without_steps_hands_on_what_it_waits_for() {
    let mut sample = Sample::new();
    sample.topic("a", |_| {});
    sample.access("first", On::Active, &["a"]);
    let mut sample = sample.applied();
    sample.change_topic("a", |topic| topic.partitions = 9);
    sample.access("second", On::Active, &["b"]);
    let declared = sample.estate.resources.get_mut(&address("access.second")).unwrap();
    declared.after.push(address("access.first"));
    let plan = sample.plan();
    let second = plan.steps.iter().find(|step| step.address == address("access.second")).unwrap();
    assert_eq!(second.after.len(), 2, "{plan:#?}");
}

#[test]
fn a_flow_of_many_topics_has_few_edges() {
    let mut sample = Sample::new();
    let names: Vec<String> = (0..2_000).map(|n| format!("topic-{n:05}")).collect();
    names.iter().for_each(|name| sample.topic(name, |_| {}));
    sample.replication(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let plan = sample.plan();
    let edges: usize = plan.steps.iter().map(|step| step.after.len()).sum();
    assert!(edges < 2 * 2 * 2_000 + 100, "{edges} edges");
}
