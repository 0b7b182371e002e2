use super::journal::{Memory, header};
use super::sample::{
    address, before, create, every_sort, plan, record_id, step, task, topic, topic_on, update,
};
use super::shelf::Shelf;
use super::world::{Trouble, World, recordless};
use jiff::Timestamp;
use leeward::estate::{FaultKind, Object, ObjectId, Side, Task};
use leeward::plan::{Plan, StepId};
use leeward::run::{
    Approval, Ending, Event, Happening, Journal, Options, Progress, Recording, Run, RunError, RunId, Silent,
    Status, Stop, Witness, execute,
};
use leeward::state::{OutputState, State, Store};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

/// A state and the journal of one run, in memory.
#[derive(Default)]
pub struct Place {
    pub store: Shelf,
    pub tape: Memory,
}

impl Place {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn run(&self, plan: Plan) -> Run {
        let journal = Journal::begin(Box::new(self.tape.clone()), &header()).unwrap();
        let progress = Progress::new(&plan).unwrap();
        Run { id: RunId::parse("7f3a").unwrap(), plan, progress, journal, past: Vec::new() }
    }

    pub async fn state(&self) -> State {
        self.store.load().await.unwrap().unwrap_or_else(|| State::new("lineage"))
    }

    pub fn events(&self) -> Vec<Event> {
        let recording = Recording::read(&self.tape.0.lock().unwrap()).unwrap();
        recording.entries.into_iter().flat_map(|entry| entry.events).collect()
    }

    pub async fn execute(&self, run: &mut Run, world: &World) -> Result<Ending, RunError> {
        let (stop, state) = (Stop::default(), self.state().await);
        execute(run, state, recordless(world), &self.store, &options(&stop, &Silent)).await
    }
}

/// Whoever asks for "cutover" gets it.
static CUTOVER: LazyLock<BTreeMap<String, Approval>> = LazyLock::new(|| {
    let approval = Approval { by: "ann@site".into(), reason: "go".into(), at: Timestamp::UNIX_EPOCH };
    [("cutover".to_owned(), approval)].into()
});

pub fn options<'a>(stop: &'a Stop, witness: &'a dyn Witness) -> Options<'a> {
    Options { approvals: &*CUTOVER, pause: Duration::ZERO, ..Options::new(stop, witness) }
}

/// A witness that keeps what it is told, a line each.
#[derive(Default)]
pub struct Diary(pub Mutex<Vec<String>>);

impl Witness for Diary {
    fn saw(&self, happening: &Happening<'_>) {
        let line = match happening {
            Happening::Begun { steps, done, .. } => format!("begun {done} of {steps}"),
            Happening::Started { step, attempt } => format!("{} started {attempt}", step.address),
            Happening::Done { step, .. } => format!("{} done", step.address),
            Happening::Failed { step, fault } => format!("{} failed: {fault}", step.address),
            Happening::Skipped { step, because } => {
                format!("{} skipped for {}", step.address, because.address)
            }
            Happening::Stopping { under_way } => format!("stopping, {under_way} under way"),
            Happening::Waived { step, reason } => format!("{} waived: {reason}", step.address),
            Happening::Waiting { .. } => return,
            Happening::Ended => "ended".into(),
        };
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn every_sort_of_step_is_done_and_remembered() {
    let (place, world) = (Place::new(), World::new(before()));
    let mut run = place.run(every_sort());
    let ending = place.execute(&mut run, &world).await.unwrap();
    assert!(ending.whole && !ending.stopped);
    assert_eq!(place.store.load().await.unwrap().as_ref(), Some(&ending.state));
    insta::assert_snapshot!(world_and_state(&world, &ending.state));
}

/// The world and what is owned of it, a line each.
pub fn world_and_state(world: &World, state: &State) -> String {
    let mut lines = vec!["world".to_owned()];
    lines.extend(world.objects().iter().map(|(id, object)| format!("  {id}: {}", brief(object))));
    lines.push("state".to_owned());
    for (address, all) in &state.resources {
        for owned in all {
            let known = if owned.incarnation == world.life_of(&owned.id) { "" } else { " in another life" };
            lines.push(format!("  {address}: {}{known}, last {}", owned.id, brief(&owned.last)));
        }
    }
    for (pair, known) in &state.pairs {
        lines.push(format!("  {pair}: {} is active, epoch {}", known.active, known.epoch));
    }
    lines
        .extend(state.starts.iter().map(|(address, starts)| format!("  {address}: {} starts", starts.len())));
    lines.extend(state.outputs.iter().map(|(name, output)| format!("  output {name}: {output:?}")));
    lines.join("\n")
}

fn brief(object: &Object) -> String {
    match object {
        Object::Topic(topic) => {
            let values: Vec<&str> = topic.config.values().map(|value| value.value()).collect();
            format!("{} partitions, {}", topic.partitions, values.join(", "))
        }
        Object::Connector(connector) => {
            format!("{}, tasks {}", connector.state, connector.config["tasks.max"])
        }
        Object::Grants(grants) => {
            grants.bindings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Object::RecordSet(set) => set.values.iter().cloned().collect::<Vec<_>>().join(", "),
        _ => "facts".into(),
    }
}

#[tokio::test]
async fn changes_of_one_sort_at_one_place_are_one_request() {
    let many = |place: &'static str| (0..1_000).map(move |number| topic_on(place, &format!("t{number}")));
    let ids = many("hangzhou").chain(many("shanghai"));
    let steps = ids.map(|id| create("topic.t", id, &[], topic("1", 1))).collect();
    let (place, world) = (Place::new(), World::default());
    let mut run = place.run(plan(steps));
    assert!(place.execute(&mut run, &world).await.unwrap().whole);
    // At each place: a look before, the change, and a look after.
    assert_eq!(world.calls(), 6);
    let lines = place.tape.0.lock().unwrap().iter().filter(|byte| **byte == b'\n').count();
    assert!(lines <= 10, "{lines} lines, each synced, for 2,000 steps");
    assert!(place.state().await.serial <= 3, "the state is not written for each resource");
}

#[tokio::test]
async fn a_batch_has_at_most_a_thousand_changes() {
    let steps = (0..2_500)
        .map(|number| create("topic.t", topic_on("hangzhou", &format!("t{number}")), &[], topic("1", 1)));
    let (place, world) = (Place::new(), World::default());
    let mut run = place.run(plan(steps.collect()));
    assert!(place.execute(&mut run, &world).await.unwrap().whole);
    assert_eq!(world.calls(), 9);
}

#[tokio::test]
async fn a_failed_step_poisons_what_needs_it_and_others_go_on() {
    let place = Place::new();
    let id = |name| topic_on("hangzhou", name);
    let world = World::new(vec![(id("taken"), topic("1", 1)), (id("old"), topic("1", 1))]);
    let mut run = place.run(plan(vec![
        create("topic.taken", id("taken"), &[], topic("1", 1)),
        create("topic.next", id("next"), &[0], topic("1", 1)),
        create("topic.last", id("last"), &[1], topic("1", 1)),
        step("topic.old", id("old"), &[], update(topic("1", 1), topic("2", 1))),
    ]));
    let (stop, diary) = (Stop::default(), Diary::default());
    let state = place.state().await;
    let ending =
        execute(&mut run, state, recordless(&world), &place.store, &options(&stop, &diary)).await.unwrap();
    assert!(!ending.whole && !ending.stopped);
    let owned: Vec<String> = ending.state.resources.keys().map(ToString::to_string).collect();
    assert_eq!(owned, ["topic.old", "topic.seen"]);
    assert_eq!(ending.state.outputs.len(), 0, "outputs are of a whole apply");
    assert_eq!(run.progress.status(StepId(2)), Some(Status::Skipped { attempts: 0 }));
    let diary = diary.0.lock().unwrap();
    let failed = "topic.taken failed: it is not as the plan expects: it is there already \
                  (it was left as it is; make a new plan)";
    assert!(diary.iter().any(|line| line == failed), "{diary:#?}");
    assert!(diary.contains(&"topic.last skipped for topic.next".to_owned()));
    assert!(place.events().contains(&Event::Finished { whole: false }));
}

#[tokio::test]
async fn an_outcome_that_is_unknown_is_looked_at() {
    for (trouble, changes) in [(Trouble::LostBefore, 2), (Trouble::LostAfter, 1)] {
        let place = Place::new();
        // The second call is the change.
        let world = World::new(vec![(record_id(), super::sample::record("hz."))]).troubled(2, trouble);
        let change = update(super::sample::record("hz."), super::sample::record("sh."));
        let mut run = place.run(plan(vec![step("dns_record.b", record_id(), &[], change)]));
        assert!(place.execute(&mut run, &world).await.unwrap().whole, "{trouble:?}");
        let tried = world.changes_of(&record_id()) + usize::from(trouble == Trouble::LostBefore);
        assert_eq!(tried, changes, "{trouble:?}");
        assert_eq!(world.objects()[&record_id()], super::sample::record("sh."));
    }
}

/// Some broker does not show yet what the lost attempt made, and the next attempt is told that it is there.
#[tokio::test]
async fn what_an_earlier_attempt_made_is_its_own_even_if_a_look_is_behind() {
    let place = Place::new();
    let world = World::default().troubled(2, Trouble::LostAfter).troubled(3, Trouble::Blind);
    let id = topic_on("hangzhou", "t");
    let mut run = place.run(plan(vec![create("topic.t", id.clone(), &[], topic("1", 1))]));
    assert!(place.execute(&mut run, &world).await.unwrap().whole);
    assert_eq!(world.changes_of(&id), 2);
    // Somebody else's is not ours, however often a look is behind.
    let place = Place::new();
    let world = World::new(vec![(id.clone(), topic("1", 1))]).troubled(1, Trouble::Blind);
    let mut run = place.run(plan(vec![create("topic.t", id, &[], topic("1", 1))]));
    assert!(!place.execute(&mut run, &world).await.unwrap().whole);
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_is_a_failure_that_says_so() {
    let place = Place::new();
    let world = World::default();
    for round in 0..3 {
        world.trouble(2 + round * 2, Trouble::LostBefore);
    }
    let id = topic_on("hangzhou", "t");
    let mut run = place.run(plan(vec![create("topic.t", id.clone(), &[], topic("1", 1))]));
    let ending = place.execute(&mut run, &world).await.unwrap();
    assert!(!ending.whole && world.life_of(&id).is_none());
    assert_eq!(run.progress.status(StepId(0)), Some(Status::Failed { attempts: 3 }));
    let events = place.events();
    let fault = events.iter().find_map(|event| match event {
        Event::Failed { fault, .. } => Some(fault),
        _ => None,
    });
    assert_eq!(fault.unwrap().message, "it is not known whether this was done: no answer in 1 s");
}

#[tokio::test]
async fn a_task_whose_answer_is_lost_is_done_again() {
    let (place, world) = (Place::new(), World::default().troubled(1, Trouble::LostAfter));
    let topics = [("t".to_owned(), 1)].into();
    let await_topics = Task::AwaitTopics { cluster: super::sample::cluster("hangzhou"), topics };
    let mut run = place.run(plan(vec![task("topic.t", &[], await_topics)]));
    assert!(place.execute(&mut run, &world).await.unwrap().whole);
    assert_eq!(world.performed().len(), 2);
}

#[tokio::test]
async fn approvals_that_are_not_given_stop_what_needs_them() {
    for (name, whole) in [("cutover", true), ("another", false)] {
        let (place, world) = (Place::new(), World::default());
        let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
        let mut run = place.run(plan(vec![
            task("failover_policy.orders", &[], Task::Approve { name: name.into(), seconds: Some(0) }),
            task("pair.orders", &[0], set_active),
        ]));
        let ending = place.execute(&mut run, &world).await.unwrap();
        assert_eq!((ending.whole, ending.state.epoch(&address("pair.orders"))), (whole, u64::from(whole)));
        assert_eq!(world.calls(), 0);
    }
}

#[tokio::test]
async fn the_active_side_is_written_before_what_follows_it_begins() {
    let place = Place::new();
    // It dies as the record is looked at.
    let world =
        World::new(vec![(record_id(), super::sample::record("hz."))]).troubled(1, Trouble::DiesBefore);
    let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    let change = update(super::sample::record("hz."), super::sample::record("sh."));
    let mut run = place.run(plan(vec![
        task("pair.orders", &[], set_active),
        step("dns_record.b", record_id(), &[0], change),
    ]));
    tokio::select! {
        _ = place.execute(&mut run, &world) => panic!("it did not die"),
        () = world.died() => {}
    }
    let state = place.store.load().await.unwrap().unwrap();
    assert_eq!(state.actives()[&address("pair.orders")], Side::Secondary);
}

#[tokio::test]
async fn a_plan_without_steps_still_teaches_the_state() {
    let (place, world) = (Place::new(), World::default());
    let ending = place.execute(&mut place.run(plan(Vec::new())), &world).await.unwrap();
    assert!(ending.whole);
    assert_eq!(ending.state.outputs["shown"], OutputState::Plain("kafka.example.com".into()));
    assert_eq!(ending.state.serial, 1);
    // Nothing new is nothing to write.
    let mut again = plan(Vec::new());
    again.based_on.serial = 1;
    let next = Place { tape: Memory::default(), ..place };
    assert_eq!(next.execute(&mut next.run(again), &world).await.unwrap().state.serial, 1);
}

#[tokio::test]
async fn a_state_that_has_moved_on_is_refused() {
    let (place, world) = (Place::new(), World::default());
    let id: ObjectId = topic_on("hangzhou", "t");
    let steps = vec![create("topic.t", id, &[], topic("1", 1))];
    let mut state = State::new("lineage");
    place.store.save(&mut state).await.unwrap();
    let error = place.execute(&mut place.run(plan(steps.clone())), &world).await.unwrap_err();
    assert!(matches!(error, RunError::Serial { state: 1, expected: 0 }), "{error}");
    let mut other = plan(steps);
    (other.based_on.serial, other.based_on.lineage) = (1, "another".into());
    let error = place.execute(&mut place.run(other), &world).await.unwrap_err();
    assert!(matches!(error, RunError::Lineage { .. }), "{error}");
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn a_place_that_does_not_answer_fails_only_its_own_steps() {
    let place = Place::new();
    let world = World::default().troubled(1, Trouble::Fails);
    let mut run = place.run(plan(vec![
        create("topic.a", topic_on("hangzhou", "a"), &[], topic("1", 1)),
        create("topic.b", topic_on("shanghai", "b"), &[], topic("1", 1)),
    ]));
    let ending = place.execute(&mut run, &world).await.unwrap();
    assert!(!ending.whole);
    assert_eq!((run.progress.done(), run.progress.failed()), (1, 1));
    let failed = place.events().into_iter().find_map(|event| match event {
        Event::Failed { fault, .. } => Some(fault.kind),
        _ => None,
    });
    assert_eq!(failed, Some(FaultKind::Denied));
}
