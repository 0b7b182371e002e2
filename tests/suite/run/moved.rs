use super::execute::{Place, options};
use super::sample::{
    connector, connector_on, create, grants, grants_on, plan, record, record_id, step, topic, topic_on,
    update,
};
use super::world::World;
use futures::future::BoxFuture;
use leeward::estate::{
    Change, ConnectorState, Evidence, Fault, FaultKind, Object, ObjectId, Outcome, Query, Reading, Task,
    TopicObject,
};
use leeward::plan::{Action, Expect, Step};
use leeward::provider::{Memory, Provider};
use leeward::run::{Event, Options, Silent, Stop, execute};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

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

/// A world in which the first looks at anything fail in this way.
struct Deaf {
    world: World,
    looks: AtomicUsize,
    kind: FaultKind,
}

impl Provider for Deaf {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        let is_deaf = self.looks.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
        let fault = Reading::Unreachable(Fault::new(self.kind, "answered 500"));
        match is_deaf {
            true => Box::pin(std::future::ready(queries.iter().map(|_| fault.clone()).collect())),
            false => self.world.read(queries),
        }
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        self.world.change(changes)
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.world.perform(task)
    }
}

#[tokio::test]
async fn a_task_waits_for_a_place_that_fails_to_tell_what_it_expects() {
    let at = || connector_on("sh", "m");
    let resume = Task::SetConnectorState { connector: at(), state: ConnectorState::Running };
    // How many looks fail, how, whether the run can do without it, and whether it comes to be done.
    let cases = [
        (4, FaultKind::Internal, false, true),
        (4, FaultKind::Unreachable, false, true),
        (1_000_000, FaultKind::Timeout, false, false),
        (1, FaultKind::Denied, false, false),
        // A dead side is waited for nowhere: what it would need is left out.
        (1, FaultKind::Unreachable, true, false),
    ];
    for (looks, kind, optional, done) in cases {
        let place = Place::new();
        let world = World::new(vec![(at(), connector("1"))]);
        let deaf = Deaf { world, looks: AtomicUsize::new(looks), kind };
        let step = step("replication.r", at(), &[], Action::Task(resume.clone()));
        let step = Step { expect: Expect::Present(connector("1")), optional, ..step };
        let (stop, state) = (Stop::default(), place.state().await);
        let options = Options { pause: Duration::from_millis(2), ..options(&stop, &Silent) };
        let records = Memory::default();
        let both = leeward::run::World { objects: &deaf, records: &records };
        let mut run = place.run(plan(vec![step]));
        execute(&mut run, state, both, &place.store, &options).await.unwrap();
        assert_eq!(deaf.world.performed().len(), usize::from(done), "{looks} {kind:?} {optional}");
    }
}
