//! Three pairs in two waves whose active side dies in the middle: an unplanned failover goes on from wherever each of them
//! stands, and does nothing again.

use super::scene::{PAIRS, Scene, text};
use crate::estate::sample::address;
use leeward::estate::{Occasion, Task};
use leeward::plan::{Action, Failover, Loss, Plan, Recipe, Step, StepId};
use leeward::run::{Run, Status, found};
use leeward::runbook::{Begun, BegunError};
use std::collections::{BTreeMap, BTreeSet};

const WAVES: [&[&str]; 2] = [&["orders", "payments"], &["archive"]];

fn of<'a>(plan: &'a Plan, pair: &str) -> Option<&'a Failover> {
    plan.failovers().find(|failover| failover.pair.name == pair)
}

/// Whether the step of a pair of this sort is done; false if it has none.
fn is_done(run: &Run, pair: &str, is: impl Fn(&Task) -> bool) -> bool {
    let failover = of(&run.plan, pair).unwrap();
    let meant = |step: &&Step| matches!(&step.action, Action::Task(task) if is(task));
    let mut steps = run.plan.steps_of(failover).filter(meant);
    steps.any(|step| run.progress.status(step.id) == Some(Status::Done))
}

fn has(plan: &Plan, pair: &str, is: impl Fn(&Task) -> bool) -> bool {
    let steps = of(plan, pair).into_iter().flat_map(|failover| plan.steps_of(failover));
    steps.into_iter().any(|step| matches!(&step.action, Action::Task(task) if is(task)))
}

fn is_whole(run: &Run, pair: &str) -> bool {
    let failover = of(&run.plan, pair).unwrap();
    run.plan.steps_of(failover).all(|step| run.progress.status(step.id) == Some(Status::Done))
}

/// Lets a planned failover stop once this step was begun, and the active side of all pairs die; goes on unplanned.
async fn turned(step: StepId) -> (Scene, Run, Plan) {
    let scene = Scene::of(text(None)).await;
    let mut run = scene.begin(scene.planned(Recipe::Planned, &WAVES).await);
    let is_whole = scene.go_on_until(&mut run, Some(step)).await;
    assert!(!is_whole, "the last step has nothing behind it");
    scene.cut("hangzhou");
    let mut run = scene.recover(&run.id);
    let plan = scene.turned(&mut run, &WAVES).await;
    (scene, run, plan)
}

type Is = fn(&Task) -> bool;

/// What the run did that was stopped is not done again.
fn stays_done(run: &Run, plan: &Plan, told: &str) {
    let kept: [(&str, Is); 4] = [
        ("the snapshot", |task| matches!(task, Task::TakeSnapshot { .. })),
        ("groups", |task| matches!(task, Task::CommitGroups { .. })),
        // The one that goes in by name proves a thing of its own, and does so again.
        ("the canary", |task| matches!(task, Task::Canary { through: None, .. })),
        ("the start", |task| matches!(task, Task::Call { occasion: Occasion::Start, .. })),
    ];
    for pair in PAIRS {
        assert_eq!(of(plan, pair).is_none(), is_whole(run, pair), "{told}: {pair}");
        let Some(failover) = of(plan, pair) else { continue };
        assert_eq!(failover.continues.as_ref().unwrap().run, run.id.to_string(), "{told}");
        for (what, is) in kept {
            assert_eq!(has(plan, pair, is), !is_done(run, pair, is), "{told}: {what} of {pair}");
        }
        let has_moved = is_done(run, pair, |task| matches!(task, Task::SetActive { .. }));
        if has_moved {
            assert_eq!(failover.loss, Loss::Nothing, "{told}: {pair}");
            let asked =
                has(plan, pair, |task| matches!(task, Task::Approve { .. } | Task::AwaitDrained { .. }));
            assert!(!asked, "{told}: {pair}");
        }
    }
}

#[tokio::test]
async fn wherever_each_pair_stood_all_of_them_arrive_and_nothing_is_done_twice() {
    let scene = Scene::of(text(None)).await;
    let steps = scene.planned(Recipe::Planned, &WAVES).await.steps;
    let mut mixed = 0;
    // Each third step will do: of those side by side most are begun together. Behind the last few the run is whole.
    for step in steps.iter().map(|step| step.id).take(steps.len() - 12).step_by(3) {
        let (scene, before, plan) = turned(step).await;
        let told = format!("stopped at {step} {:?}", steps[step.0 as usize].action);
        stays_done(&before, &plan, &told);
        mixed += usize::from(plan.failovers().any(|it| it.loss == Loss::Nothing));
        let mut run = scene.begin(plan);
        assert!(scene.go_on(&mut run).await, "{told}: {:#?}", run.past);
        assert_eq!(scene.roles().await, PAIRS.map(|name| format!("{name} secondary 1")), "{told}");
        let led = |name: &String| name.ends_with("sh.example.com.");
        assert!(scene.names().iter().all(led), "{told}: {:?}", scene.names());
        let called = scene.called();
        for pair in PAIRS {
            let count = |what: &str| called.iter().filter(|call| **call == format!("{what} {pair}")).count();
            assert_eq!(count("Start"), 1, "{told}: {called:?}");
            assert!(count("Stop") <= 1, "{told}: {called:?}");
            // The fence refuses the mirror as well: it is pending unless it was taken down.
            let is_open = is_done(&before, pair, |task| matches!(task, Task::AllowWrites { .. }));
            let pending = &scene.state().await.pairs[&address(&format!("pair.{pair}"))].pending_fences;
            assert_eq!(pending.is_empty(), is_open, "{told}: {pair}");
        }
        returns(&scene, &told).await;
    }
    assert!(mixed > 5, "{mixed}");
}

/// The side that died comes back, and every pair with it.
async fn returns(scene: &Scene, told: &str) {
    scene.heal("hangzhou");
    let mut back = scene.begin(scene.planned(Recipe::Reprotect, &[&PAIRS]).await);
    assert!(scene.go_on(&mut back).await, "{told}: {:#?}", back.past);
    let state = scene.state().await;
    assert!(state.pairs.values().all(|pair| pair.pending_fences.is_empty()), "{told}");
    let left = scene.steady().await;
    assert!(left.is_empty(), "{told}: {:#?}", left.steps);
    let mut home = scene.begin(scene.planned(Recipe::Planned, &WAVES).await);
    assert!(scene.go_on(&mut home).await, "{told}: {:#?}", home.past);
    assert_eq!(scene.roles().await, PAIRS.map(|name| format!("{name} primary 2")), "{told}");
    assert!(scene.steady().await.is_empty(), "{told}");
}

#[tokio::test]
async fn the_run_that_goes_on_is_told_as_one_and_can_be_taken_up_itself() {
    let scene = Scene::of(text(None)).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    let line = of(&plan, "orders").unwrap().no_return.unwrap();
    let (scene, before, plan) = turned(line).await;
    let what =
        format!("unplanned failover of all: orders and payments, then archive, after run {}", before.id);
    assert_eq!(plan.what(), what);
    let epochs: Vec<u64> = plan.failovers().map(|failover| failover.epoch).collect();
    assert_eq!(epochs, [1, 1, 1]);
    let notes = &of(&plan, "orders").unwrap().notes;
    assert!(notes.iter().any(|note| note.starts_with("the roles have changed with run")), "{notes:?}");

    // It is stopped in its turn, before the name of the pair that had moved is seen.
    let mut run = scene.begin(plan);
    let first = run.plan.steps[0].id;
    assert!(!scene.go_on_until(&mut run, Some(first)).await);
    let mut run = scene.recover(&run.id);
    assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
    assert_eq!(scene.roles().await, PAIRS.map(|name| format!("{name} secondary 1")));
    assert!(!run.past.is_empty(), "it was taken up");
}

#[tokio::test]
async fn of_a_run_whose_pairs_are_all_done_with_nothing_is_left_to_go_on_from() {
    let scene = Scene::of(text(None)).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    let unplanned = scene.planned(Recipe::Unplanned, &WAVES).await;
    assert_eq!(Begun::each("7f3a", &unplanned, &BTreeMap::new()), Err(BegunError::NotPlanned));
    let mut run = scene.begin(plan);
    assert!(scene.go_on(&mut run).await);
    let run = scene.recover(&run.id);
    assert_eq!(Begun::each("7f3a", &run.plan, &found(&run.past)), Err(BegunError::NoReturn));
    // With nothing done, all of them have all to do.
    let fresh: BTreeSet<_> = Begun::each("7f3a", &run.plan, &BTreeMap::new()).unwrap().into_keys().collect();
    assert_eq!(fresh, PAIRS.map(|name| address(&format!("pair.{name}"))).into());
}
