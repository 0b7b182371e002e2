//! Taking back what a run did.

use super::execute::{Place, world_and_state};
use super::interruption::recovered;
use super::sample::{
    address, before, cluster, connector, connector_on, create, every_sort, grants, grants_on, plan, record,
    record_id, step, task, topic, topic_on, update,
};
use super::world::{Trouble, World};
use leeward::estate::{ConnectorState, FieldChange, Object, Occasion, Side, Task, TopicObject, TopicSetting};
use leeward::plan::{Action, Plan, PlanKind, Step, StepId, Undo, undo_of};
use leeward::run::{Abort, AbortError, Event, Fact, Progress, Run, abort, settle};
use leeward::state::State;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn call(occasion: Occasion) -> Task {
    let (owner, cluster) = (address("application.billing"), Some(cluster("hangzhou")));
    Task::Call { owner, occasion, seconds: 60, pair: Some(address("pair.orders")), cluster }
}

fn stop_connector() -> Step {
    let connector = connector_on("shanghai", "mirror");
    let bring = |state| Task::SetConnectorState { connector: connector.clone(), state };
    let mut step = task("replication.orders", &[], bring(ConnectorState::Stopped));
    step.undo = Undo::Inverse(Box::new(Action::Task(bring(ConnectorState::Running))));
    step
}

/// The steps of a failover that change something, with a wait among them; each takes back what it can.
fn failover() -> Plan {
    let pair = || address("pair.orders");
    let topics = || [("orders".to_owned(), Some("1000".to_owned()))].into();
    let field = FieldChange::new("values", Some("hz.".into()), Some("sh.".into()));
    let change = Action::Update { from: record("hz."), to: record("sh."), fields: vec![field] };
    let steps = vec![
        task("application.billing", &[], call(Occasion::Stop)),
        task("fence.orders", &[0], Task::RefuseWrites { cluster: cluster("hangzhou"), topics: topics() }),
        task(
            "pair.orders",
            &[1],
            Task::AwaitQuiet { cluster: cluster("hangzhou"), topics: ["orders".into()].into() },
        ),
        step("access.writers", grants_on("hangzhou"), &[1], update(grants(&["old"]), grants(&["new"]))),
        Step { after: vec![StepId(2), StepId(3)], ..stop_connector() },
        task("pair.orders", &[4], Task::DeferFence { pair: pair(), cluster: cluster("hangzhou") }),
        task("pair.orders", &[5], Task::SetActive { pair: pair(), side: Side::Secondary, epoch: 1 }),
        step("dns_record.bootstrap", record_id(), &[6], change),
        task("application.billing", &[7], call(Occasion::Start)),
    ];
    let mut plan = plan(steps);
    plan.remembered.clear();
    for step in &mut plan.steps {
        if !matches!(step.undo, Undo::Inverse(_)) {
            step.undo = undo_of(&step.action);
        }
    }
    plan.identified()
}

/// Where a run stands whose first steps are done.
fn done(plan: &Plan, steps: usize) -> Progress {
    let mut progress = Progress::new(plan).unwrap();
    for step in plan.steps.iter().take(steps).map(|step| step.id) {
        progress.record(&Event::Started { step, attempt: 1 }).unwrap();
        progress.record(&Event::Done { step, fact: Fact::Nothing }).unwrap();
    }
    progress
}

fn shown(abort: &Abort) -> Vec<String> {
    let line = |step: &Step| {
        let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
        let what = match &step.action {
            Action::Task(task) => task.to_string(),
            Action::Update { .. } => "change back".into(),
            other => format!("{other:?}"),
        };
        let doubt = if abort.doubtful.contains(&step.id) { " in doubt" } else { "" };
        format!("{} [{}] {what}{doubt}", step.id, after.join(" "))
    };
    abort.plan.steps.iter().map(line).collect()
}

#[test]
fn the_last_is_taken_back_first_and_waits_hand_the_order_on() {
    let plan = failover();
    let abort = abort(&plan, &done(&plan, 6), &State::new("lineage")).unwrap();
    assert_eq!(
        shown(&abort),
        [
            "0 [] note that the fence of hangzhou is settled",
            "1 [0] bring connector mirror on shanghai to running",
            "2 [1] change back",
            "3 [1 2] allow writes to 1 topic on hangzhou",
            "4 [3] start billing",
        ]
    );
    assert!(abort.left.is_empty() && abort.plan.kind == PlanKind::Abort);
    // It is a plan like any other.
    assert_eq!(leeward::plan::from_bytes(&leeward::plan::to_bytes(&abort.plan)).unwrap(), abort.plan);
}

#[test]
fn what_was_begun_and_has_no_result_is_in_doubt_and_taken_back_too() {
    let plan = failover();
    let mut progress = done(&plan, 1);
    progress.record(&Event::Started { step: StepId(1), attempt: 1 }).unwrap();
    let state = State::new("lineage");
    let expected = ["0 [] allow writes to 1 topic on hangzhou in doubt", "1 [0] start billing"];
    assert_eq!(shown(&abort(&plan, &progress, &state).unwrap()), expected);
    let fault = leeward::estate::Fault::new(leeward::estate::FaultKind::Timeout, "no answer");
    progress.record(&Event::Failed { step: StepId(1), fault }).unwrap();
    assert_eq!(shown(&abort(&plan, &progress, &state).unwrap()), expected);
    let nothing = abort(&plan, &Progress::new(&plan).unwrap(), &state).unwrap();
    assert!(nothing.plan.is_empty() && nothing.left.is_empty());
}

#[test]
fn behind_the_point_of_no_return_nothing_is_taken_back() {
    let plan = failover();
    for steps in 7..=9 {
        let refused = abort(&plan, &done(&plan, steps), &State::new("lineage")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "step 6 is done, and behind it nothing is taken back: make secondary active in pair.orders, epoch 1"
        );
    }
    // A change of roles that was only begun has not happened: the state did not learn of it.
    let mut progress = done(&plan, 6);
    progress.record(&Event::Started { step: StepId(6), attempt: 1 }).unwrap();
    let abort_plan = abort(&plan, &progress, &State::new("lineage")).unwrap().plan;
    assert_eq!(abort_plan.steps.len(), 5);
    assert_eq!(abort(&abort_plan, &done(&abort_plan, 1), &State::new("lineage")), Err(AbortError::IsAbort));
}

#[test]
fn what_stays_is_said() {
    let route = leeward::estate::Route {
        replication: address("replication.orders"),
        pair: address("pair.orders"),
        source: cluster("hangzhou"),
        target: cluster("shanghai"),
        connector: None,
        naming: leeward::estate::Naming::Identity,
        topics: [].into(),
        groups: ["billing".to_owned()].into(),
    };
    let mut steps = vec![
        create("topic.t", topic_on("hangzhou", "t"), &[], topic("1", 1)),
        task("fence.orders", &[0], call(Occasion::Fence)),
        task(
            "pair.orders",
            &[1],
            Task::CommitGroups { route: Box::new(route), source_lost: false, lenient: false },
        ),
    ];
    steps.iter_mut().for_each(|step| step.undo = undo_of(&step.action));
    let plan = plan(steps);
    let abort = abort(&plan, &done(&plan, 3), &State::new("lineage")).unwrap();
    insta::assert_snapshot!(leeward::report::abort::text(&plan, &abort), @r"
    Nothing has to be taken back.

    What stays:
      -    topic.t: create topic t on hangzhou: deleting the topic would delete what was written to it since
      -    fence.orders: fence billing: leeward knows no hook that takes this fence down: it has no `lift`
      -    pair.orders: translate billing and set on shanghai: groups stay where they were set on shanghai; the next failover sets them further
    ");
    let plan = failover();
    let abort = leeward::run::abort(&plan, &done(&plan, 5), &State::new("lineage")).unwrap();
    insta::assert_snapshot!(leeward::report::abort::text(&plan, &abort), @r"
    leeward will take back 4 steps:
        1  replication.orders: bring connector mirror on shanghai to running
        2  access.writers: change grants of access.writers on hangzhou
        3  fence.orders: allow writes to 1 topic on hangzhou
        4  application.billing: start billing
    ");
}

/// The run that takes another one back, as the command begins it.
fn taking_back(place: &Place, abort: Abort) -> Run {
    let mut run = place.run(abort.plan);
    if !abort.doubtful.is_empty() {
        let begun = |step: &StepId| Event::Started { step: *step, attempt: 1 };
        run.record(abort.doubtful.iter().map(begun).collect()).unwrap();
    }
    run
}

/// A world in which the failover can begin.
fn world() -> World {
    let world = World::new(before());
    world.put(connector_on("shanghai", "mirror"), connector("4"));
    let own = |value: &str| TopicSetting::Own(value.to_owned());
    let config = [("max.message.bytes".to_owned(), own("1000"))].into();
    let topic = TopicObject { incarnation: None, partitions: 1, replication_factor: 1, config };
    world.put(topic_on("hangzhou", "orders"), Object::Topic(topic));
    world
}

/// Runs the failover with trouble at the `n`th call, then gives it up; answers the place of the second run. Nothing if the
/// roles have changed by then.
async fn given_up(world: &World, n: usize, trouble: Trouble) -> Option<(Place, Run)> {
    let plan = failover();
    let place = Place::new();
    world.trouble(n, trouble);
    {
        let mut run = place.run(plan.clone());
        tokio::select! {
            _ = place.execute(&mut run, world) => {}
            () = world.died() => {}
        }
    }
    let mut run = recovered(&place.tape, plan.clone());
    let state = settle(&mut run, place.state().await, &place.store).await.unwrap();
    let abort = match abort(&run.plan, &run.progress, &state) {
        Ok(abort) => abort,
        Err(AbortError::NoReturn { .. }) => {
            assert_eq!(state.epoch(&address("pair.orders")), 1);
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    assert_eq!(state.epoch(&address("pair.orders")), 0);
    run.record(vec![Event::Aborted { by: Some("81cc".into()), reason: None }]).unwrap();
    assert!(recovered(&place.tape, plan).aborted().is_some());
    let next = Place { store: place.store, ..Place::default() };
    let run = taking_back(&next, abort);
    Some((next, run))
}

/// How many calls an undisturbed failover makes.
async fn calls() -> usize {
    let (place, world) = (Place::new(), world());
    assert!(place.execute(&mut place.run(failover()), &world).await.unwrap().whole);
    world.calls()
}

#[tokio::test]
async fn whichever_call_it_died_at_the_world_is_as_it_was() {
    let shown = world_and_state(&world(), &State::new("lineage"));
    let untouched = shown.split("\nstate").next().unwrap();
    let mut taken_back = 0;
    for n in 1..=calls().await {
        for trouble in [Trouble::DiesBefore, Trouble::DiesAfter, Trouble::Fails] {
            let world = world();
            let Some((place, mut run)) = given_up(&world, n, trouble).await else { continue };
            taken_back += 1;
            let ending = place.execute(&mut run, &world).await.unwrap();
            assert!(ending.whole, "{trouble:?} at call {n}: {:#?}", place.events());
            let now = world_and_state(&world, &ending.state);
            assert_eq!(now.split("\nstate").next().unwrap(), untouched, "{trouble:?} at call {n}");
            let pair = &ending.state.pairs[&address("pair.orders")];
            assert_eq!((pair.active, pair.epoch, pair.pending_fences.len()), (Side::Primary, 0, 0));
        }
    }
    assert!(taken_back >= 30, "{taken_back}");
}

#[tokio::test]
async fn killed_while_it_takes_back_it_is_resumed() {
    let mut killed = 0;
    for n in 1..=calls().await {
        for again in 1..=4 {
            let world = world();
            let Some((place, mut run)) = given_up(&world, n, Trouble::DiesAfter).await else { continue };
            let plan = run.plan.clone();
            world.trouble(again, Trouble::DiesAfter);
            let died = tokio::select! {
                ending = place.execute(&mut run, &world) => !ending.unwrap().whole,
                () = world.died() => true,
            };
            drop(run);
            if died {
                killed += 1;
                let mut run = recovered(&place.tape, plan);
                assert!(place.execute(&mut run, &world).await.unwrap().whole, "call {n} and {again}");
            }
            assert_eq!(world.objects(), self::world().objects(), "call {n} and {again}");
        }
    }
    assert!(killed >= 20, "{killed}");
}

#[tokio::test]
async fn what_the_journal_knew_and_the_state_did_not_is_learnt_first() {
    let (place, world) = (Place::new(), World::new(before()));
    {
        let mut run = place.run(every_sort());
        world.trouble(9, Trouble::DiesAfter);
        tokio::select! {
            _ = place.execute(&mut run, &world) => panic!("it did not die"),
            () = world.died() => {}
        }
    }
    let mut run = recovered(&place.tape, every_sort());
    let state = settle(&mut run, place.state().await, &place.store).await.unwrap();
    assert_eq!(place.state().await, state);
    assert!(run.progress.done() > 0 && !state.resources.is_empty());
    // Done again, after a kill behind it, it finds itself done.
    let mut again = recovered(&place.tape, every_sort());
    assert_eq!(settle(&mut again, place.state().await, &place.store).await.unwrap(), state);
    let elsewhere = State { serial: 9, ..state };
    assert!(settle(&mut again, elsewhere, &place.store).await.is_err());
}

/// Plans of any shape: each step needs some of those before it, and has an opposite or not.
fn any_plan() -> impl Strategy<Value = (Plan, Vec<bool>)> {
    let step = (any::<u16>(), any::<bool>(), any::<bool>());
    prop::collection::vec(step, 1..16).prop_map(|rows| {
        let steps = rows.iter().enumerate().map(|(at, (needs, has_opposite, _))| {
            let after: Vec<u32> =
                (0..at.min(16)).filter(|need| needs & (1 << need) != 0).map(|need| need as u32).collect();
            let mut step = task("application.billing", &after, call(Occasion::Stop));
            step.undo = if *has_opposite { undo_of(&step.action) } else { Undo::Nothing };
            step
        });
        (plan(steps.collect()), rows.iter().map(|(_, _, done)| *done).collect())
    })
}

proptest! {
    /// What needs something is taken back before it, across whatever lies between them, and only what was done.
    #[test]
    fn nothing_is_taken_back_before_what_was_built_on_it((plan, wanted) in any_plan()) {
        let mut progress = Progress::new(&plan).unwrap();
        let mut done = BTreeSet::new();
        for (step, wanted) in plan.steps.iter().zip(wanted) {
            if wanted && step.after.iter().all(|need| done.contains(need)) {
                progress.record(&Event::Started { step: step.id, attempt: 1 }).unwrap();
                progress.record(&Event::Done { step: step.id, fact: Fact::Nothing }).unwrap();
                done.insert(step.id);
            }
        }
        let abort = abort(&plan, &progress, &State::new("lineage")).unwrap();
        prop_assert!(Progress::new(&abort.plan).is_ok(), "its steps are in order");
        // Which step each opposite belongs to: they come in the reverse order.
        let undone: Vec<StepId> = plan.steps.iter().rev().map(|step| step.id)
            .filter(|id| done.contains(id) && plan.steps[id.0 as usize].undo != Undo::Nothing)
            .collect();
        prop_assert_eq!(undone.len(), abort.plan.steps.len());
        for (own, step) in undone.iter().zip(&abort.plan.steps) {
            for (other, later) in undone.iter().zip(&abort.plan.steps) {
                if needs(&plan.steps, *own, *other) {
                    prop_assert!(needs(&abort.plan.steps, later.id, step.id), "{} before {}", own, other);
                }
            }
        }
    }
}

/// Whether a step needs another one, directly or not.
fn needs(steps: &[Step], step: StepId, other: StepId) -> bool {
    steps[step.0 as usize].after.iter().any(|need| *need == other || needs(steps, *need, other))
}
