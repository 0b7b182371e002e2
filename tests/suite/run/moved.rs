use super::execute::Place;
use super::sample::{
    connector, connector_on, create, grants, grants_on, plan, record, record_id, step, topic, topic_on,
    update,
};
use super::world::World;
use leeward::estate::{ConnectorState, Object, ObjectId, Task, TopicObject};
use leeward::plan::{Action, Expect, Step};
use leeward::run::Event;

/// What a step says that finds `there` instead of what it expects; the world is as it was.
async fn refusal(step: Step, there: Option<Object>) -> String {
    let place = Place::new();
    let id: ObjectId = step.object.clone().unwrap();
    let world = World::new(there.map(|object| (id.clone(), object)).into_iter().collect());
    let before = world.objects();
    let ending = place.execute(&mut place.run(plan(vec![step])), &world).await.unwrap();
    assert!(!ending.whole);
    assert_eq!(world.objects(), before);
    assert_eq!(world.changes_of(&id), 0);
    let message = place.events().into_iter().find_map(|event| match event {
        Event::Failed { fault, .. } => Some(fault.message),
        _ => None,
    });
    message.unwrap()
}

fn life(name: &str) -> Object {
    match topic("1", 1) {
        Object::Topic(topic) => Object::Topic(TopicObject { incarnation: Some(name.into()), ..topic }),
        other => other,
    }
}

#[tokio::test]
async fn what_has_moved_is_said_and_left_alone() {
    let id = || topic_on("hangzhou", "t");
    let change = |from, to| step("topic.t", id(), &[], update(from, to));
    let connector_step =
        step("replication.r", connector_on("sh", "m"), &[], update(connector("1"), connector("2")));
    let record_step = step("dns_record.b", record_id(), &[], update(record("a."), record("b.")));
    let grants_step = step("access.w", grants_on("hz"), &[], update(grants(&["a"]), grants(&["b"])));
    let delete = step("topic.t", id(), &[], Action::Delete { from: topic("1", 1) });
    let cases = [
        (create("topic.t", id(), &[], topic("1", 1)), Some(topic("1", 1)), "it is there already"),
        (change(topic("1", 1), topic("2", 1)), None, "it is gone"),
        (change(topic("1", 1), topic("2", 1)), Some(topic("3", 1)), "config.retention.ms 1 → 3"),
        // Somebody was faster: it is as desired, and not by us.
        (change(topic("1", 1), topic("2", 1)), Some(topic("2", 1)), "config.retention.ms 1 → 2"),
        (change(topic("1", 1), topic("2", 1)), Some(topic("1", 4)), "partitions 1 → 4"),
        (change(life("a"), topic("2", 1)), Some(life("b")), "it was deleted and made anew"),
        (delete, None, "it is gone"),
        (connector_step, Some(connector("3")), "other settings: tasks.max"),
        (record_step, Some(record("c.")), "values a. → c."),
        (grants_step, None, "it is gone"),
    ];
    for (step, there, expected) in cases {
        let sort = format!("{:?}", step.action);
        let message = refusal(step, there).await;
        assert_eq!(message, format!("it is not as the plan expects: {expected}"), "{sort:.20}");
    }
}

#[tokio::test]
async fn no_grants_are_as_good_as_none_there() {
    let place = Place::new();
    let world = World::new(vec![(grants_on("hz"), grants(&[]))]);
    let mut run = place.run(plan(vec![create("access.w", grants_on("hz"), &[], grants(&["a"]))]));
    place.execute(&mut run, &world).await.unwrap();
    assert_eq!(world.changes_of(&grants_on("hz")), 1);
}

#[tokio::test]
async fn a_task_looks_at_what_it_expects_too() {
    let resume =
        Task::SetConnectorState { connector: connector_on("sh", "m"), state: ConnectorState::Running };
    for (expected, whole) in [(connector("1"), true), (connector("2"), false)] {
        let (place, world) = (Place::new(), World::new(vec![(connector_on("sh", "m"), connector("1"))]));
        let step = step("replication.r", connector_on("sh", "m"), &[], Action::Task(resume.clone()));
        let step = Step { expect: Expect::Present(expected), ..step };
        let ending = place.execute(&mut place.run(plan(vec![step])), &world).await.unwrap();
        assert_eq!((ending.whole, world.performed().len()), (whole, usize::from(whole)));
    }
}
