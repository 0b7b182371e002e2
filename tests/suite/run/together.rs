//! Three pairs between two clusters that fail over in two waves: planned by the real planner from a world in memory, run
//! there, failed, taken up and given up.

use super::scene::{PAIRS, Scene, text};
use crate::estate::sample::address;
use leeward::estate::{Occasion, Task};
use leeward::plan::{Action, Failover, Plan, Recipe, Step, StepId, Undo};
use leeward::run::{Event, Left, Run, Status, abort};
use leeward::state::State;
use std::collections::BTreeSet;

const WAVES: [&[&str]; 2] = [&["orders", "payments"], &["archive"]];

/// The plan by wave and pair, a line for each step.
fn told(plan: &Plan) -> String {
    let mut text = String::new();
    for (at, wave) in (1..).zip(&plan.in_waves.as_ref().unwrap().waves) {
        for failover in wave {
            text += &format!("wave {at}: {}\n", failover.what());
            for (number, title) in failover.numbered() {
                text += &format!("  {title}\n");
                for step in plan.steps.iter().filter(|step| step.wave == number) {
                    let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
                    text += &format!("    {} {}  <- {}\n", step.id, what(step), after.join(" "));
                }
            }
        }
    }
    text
}

fn what(step: &Step) -> String {
    let object = || step.object.as_ref().map(ToString::to_string).unwrap_or_default();
    match &step.action {
        Action::Task(task) => task.to_string(),
        Action::Create(_) => format!("create {}", object()),
        Action::Update { .. } => format!("change {}", object()),
        Action::Adopt { .. } => format!("adopt {} for {}", object(), step.address),
        Action::Delete { .. } => format!("delete {}", object()),
        Action::Forget => format!("let go of {} for {}", object(), step.address),
        Action::Replace { .. } => format!("replace {}", object()),
    }
}

fn of<'a>(plan: &'a Plan, pair: &str) -> &'a Failover {
    plan.failovers().find(|failover| failover.pair.name == pair).unwrap()
}

/// All that has to be done before a step.
fn needs(plan: &Plan, step: StepId) -> BTreeSet<StepId> {
    let mut all = BTreeSet::new();
    let mut open = vec![step];
    while let Some(step) = open.pop() {
        open.extend(plan.steps[step.0 as usize].after.iter().filter(|need| all.insert(**need)));
    }
    all
}

#[tokio::test]
async fn three_pairs_are_planned_in_two_waves() {
    let scene = Scene::of(text(None)).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    assert!(plan.refused.is_empty() && plan.deferred.is_empty(), "{:?} {:?}", plan.refused, plan.deferred);
    assert_eq!(plan.what(), "planned failover of all: orders and payments, then archive");
    insta::assert_snapshot!(told(&plan));
}

#[tokio::test]
async fn nothing_ties_the_pairs_of_a_wave_and_the_next_waits_for_what_clients_wait_for() {
    let scene = Scene::of(text(None)).await;
    for recipe in [Recipe::Planned, Recipe::Unplanned] {
        let plan = scene.planned(recipe, &WAVES).await;
        let is_shared = |step: &Step| step.wave == 1 && plan.steps[0].wave == 1 && step.after.is_empty();
        let (orders, payments, archive) = (of(&plan, "orders"), of(&plan, "payments"), of(&plan, "archive"));
        for step in plan.steps_of(payments) {
            let foreign = needs(&plan, step.id).into_iter().map(|id| &plan.steps[id.0 as usize]);
            let foreign: Vec<_> = foreign.filter(|step| orders.has(step) && !is_shared(step)).collect();
            assert_eq!(foreign, Vec::<&Step>::new(), "{recipe:?} {}", what(step));
        }
        let first = plan.steps_of(archive).find(|step| step.object.is_none()).unwrap();
        let before = needs(&plan, first.id);
        let matters = |step: &&Step| {
            matches!(
                &step.action,
                Action::Task(
                    Task::SetActive { .. }
                        | Task::Canary { .. }
                        | Task::AwaitPropagation { .. }
                        | Task::Call { occasion: Occasion::Start, .. }
                )
            )
        };
        for pair in [orders, payments] {
            let matters: Vec<_> = plan.steps_of(pair).filter(matters).collect();
            assert!(matters.len() >= 3, "{matters:#?}");
            assert!(matters.iter().all(|step| before.contains(&step.id)), "{recipe:?}");
            let back = plan.steps_of(pair).filter(|step| matches!(step.action, Action::Delete { .. }));
            assert!(back.into_iter().all(|step| !before.contains(&step.id)), "the flow back is waited for");
        }
    }
}

#[tokio::test]
async fn all_pairs_move_there_and_back_and_nothing_is_left_to_do() {
    let scene = Scene::of(text(None)).await;
    for (epoch, side) in [(1, "secondary"), (2, "primary"), (3, "secondary")] {
        let mut run = scene.begin(scene.planned(Recipe::Planned, &WAVES).await);
        assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
        let wanted = PAIRS.map(|name| format!("{name} {side} {epoch}"));
        assert_eq!(scene.roles().await, wanted);
        let left = scene.steady().await;
        assert!(left.is_empty() && !left.updates_state(), "{:#?} {:#?}", left.steps, left.forgotten);
        let where_ = if side == "primary" { "hangzhou" } else { "shanghai" };
        assert!(format!("{:?}", scene.state().await.outputs["where"]).contains(where_));
    }
}

#[tokio::test]
async fn a_pair_that_fails_stops_neither_its_neighbour_nor_lets_the_next_wave_begin() {
    let scene = Scene::of(text(None)).await;
    scene.fails("application.payments", Occasion::Stop);
    let mut run = scene.begin(scene.planned(Recipe::Planned, &WAVES).await);
    assert!(!scene.go_on(&mut run).await);
    assert_eq!(scene.roles().await, ["orders secondary 1", "payments primary 0", "archive primary 0"]);
    let state_of = |pair: &str, run: &Run| -> BTreeSet<String> {
        let statuses =
            run.plan.steps_of(of(&run.plan, pair)).map(|step| run.progress.status(step.id).unwrap());
        statuses.map(|status| format!("{status:?}").split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(state_of("orders", &run), BTreeSet::from(["Done".to_owned()]));
    assert_eq!(state_of("archive", &run), BTreeSet::from(["Skipped".to_owned()]));
    // Another run of any of its pairs would be a second one.
    let again = scene.planned(Recipe::Planned, &[&["archive"]]).await;
    assert!(scene.runs().refuse_second(&again).is_err());

    scene.mend();
    let mut run = scene.recover(&run.id);
    assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
    assert_eq!(scene.roles().await, PAIRS.map(|name| format!("{name} secondary 1")));
    assert!(scene.steady().await.is_empty());
    let called = scene.called();
    let at = |call: &str| called.iter().position(|it| it == call).unwrap();
    assert!(
        at("Start payments") < at("Stop archive") && at("Start orders") < at("Stop archive"),
        "{called:?}"
    );
}

#[tokio::test]
async fn a_run_that_is_given_up_takes_back_the_pairs_before_their_lines() {
    let scene = Scene::of(text(None)).await;
    let before = scene.names();
    scene
        .world
        .edit(|world| world.connects.get_mut(&address("connect.shanghai")).unwrap().connectors.clone());
    // The applications of payments are stopped, and its fence stands, before something fails.
    let mut plan = scene.planned(Recipe::Planned, &WAVES).await;
    let asks = |step: &Step| matches!(step.action, Action::Task(Task::Approve { .. }));
    for step in plan.steps.iter_mut().filter(|step| asks(step)) {
        step.action = Action::Task(Task::Approve { name: "nobody".into(), seconds: Some(0) });
    }
    let mut run = scene.begin(plan.identified());
    assert!(!scene.go_on(&mut run).await);
    assert_eq!(scene.roles().await, ["orders secondary 1", "payments primary 0", "archive primary 0"]);

    let given_up = abort(&run.plan, &run.progress, &scene.state().await).unwrap();
    let stays = |left: &&Left| left.why.contains("pair.orders is behind its point of no return");
    assert_eq!(given_up.left.iter().filter(stays).count(), 1, "{:#?}", given_up.left);
    run.record(vec![Event::Aborted { by: None, reason: None }]).unwrap();
    let mut back = scene.begin(given_up.plan);
    assert!(scene.go_on(&mut back).await, "{:#?}", back.past);
    assert_eq!(scene.called().last().unwrap(), "Start payments");
    assert!(!scene.called().iter().any(|call| call.ends_with("archive")), "{:?}", scene.called());
    let names = scene.names();
    assert_eq!((&names[0], &names[2]), (&before[0], &before[2]));
    assert_ne!(names[1], before[1], "orders stays");
    // What the flows share was made for the pairs together, and belongs to the one that has moved from now on.
    let left = scene.steady().await;
    let is_taken_over =
        |step: &Step| matches!(&step.action, Action::Adopt { fields, .. } if fields.is_empty());
    assert!(left.steps.iter().all(is_taken_over), "{:#?}", left.steps);

    // What is left goes on by itself.
    let mut rest = scene.begin(scene.planned(Recipe::Planned, &[&["payments"], &["archive"]]).await);
    assert!(scene.go_on(&mut rest).await, "{:#?}", rest.past);
    assert!(scene.steady().await.is_empty());
}

#[tokio::test]
async fn behind_all_lines_nothing_is_taken_back() {
    let scene = Scene::of(text(None)).await;
    let mut run = scene.begin(scene.planned(Recipe::Planned, &WAVES).await);
    assert!(scene.go_on(&mut run).await);
    assert!(abort(&run.plan, &run.progress, &scene.state().await).is_err());
}

#[tokio::test]
async fn an_application_of_several_pairs_is_started_once_behind_the_last() {
    let all = PAIRS.map(|name| format!("application.{name}")).join(", ");
    let scene = Scene::of(text(Some(&all))).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    let starts = plan
        .steps
        .iter()
        .filter(|step| matches!(step.action, Action::Task(Task::Call { occasion: Occasion::Start, .. })));
    let starts: Vec<&Step> = starts.collect();
    assert_eq!(starts.len(), 3);
    for start in starts {
        assert!(of(&plan, "archive").has(start));
        let lines = plan.failovers().filter_map(|failover| failover.no_return);
        assert!(lines.into_iter().all(|line| needs(&plan, start.id).contains(&line)));
    }
    let mut run = scene.begin(plan);
    assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
    assert_eq!(scene.called().iter().filter(|call| call.starts_with("Start")).count(), 3);
}

#[tokio::test]
async fn what_follows_two_pairs_can_not_move_with_both() {
    let common = r#"
dns_record "common" {
  dns    = dns.main
  zone   = "example.com."
  name   = "common.example.com."
  type   = "TXT"
  ttl    = 30
  values = ["${pair.orders.active.name} ${pair.archive.active.name}"]
}
"#;
    let scene = Scene::of(text(None) + common).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    let reasons: Vec<String> =
        plan.refused.iter().map(|refused| format!("{}: {}", refused.address, refused.reason)).collect();
    assert_eq!(
        reasons,
        [
            "dns_record.common: it follows pair.archive and pair.orders: let it follow one pair, or fail them over one after \
          the other"
        ]
    );
    assert!(scene.planned(Recipe::Planned, &[&["orders", "payments"]]).await.refused.is_empty());
}

#[tokio::test]
async fn what_one_pair_asks_for_is_its_own() {
    let scene = Scene::of(text(None)).await;
    let plan = scene.planned(Recipe::Planned, &WAVES).await;
    let asked: Vec<String> = (plan.steps.iter())
        .filter_map(|step| match &step.action {
            Action::Task(Task::Approve { name, .. }) => Some(name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(asked, ["payments/cutover"]);
    let guards: Vec<String> = plan.guards().map(|guard| guard.name).collect();
    assert!(guards.contains(&"orders/fence".to_owned()) && guards.contains(&"archive/groups".to_owned()));
    assert_eq!(plan.rto(), Some(600));
    assert!(plan.failovers().all(|failover| failover.rto == Some(300)));
    // A plan keeps all of that in its file, and an undo is one wherever it had one.
    let bytes = leeward::plan::to_bytes(&plan);
    assert_eq!(leeward::plan::from_bytes(&bytes).unwrap(), plan);
    assert!(plan.steps.iter().any(|step| matches!(step.undo, Undo::Inverse(_))));
}

#[tokio::test]
async fn sides_that_are_dead_are_left_pending_and_return_together() {
    let scene = Scene::of(text(None)).await;
    scene.cut("hangzhou");
    let plan = scene.planned(Recipe::Unplanned, &WAVES).await;
    insta::assert_snapshot!(told(&plan));
    let mut run = scene.begin(plan);
    assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
    assert_eq!(scene.roles().await, PAIRS.map(|name| format!("{name} secondary 1")));
    let pending = |state: &State| state.pairs.values().filter(|pair| !pair.pending_fences.is_empty()).count();
    assert_eq!(pending(&scene.state().await), 3);

    scene.heal("hangzhou");
    let mut back = scene.begin(scene.planned(Recipe::Reprotect, &[&PAIRS]).await);
    assert!(scene.go_on(&mut back).await, "{:#?}", back.past);
    assert_eq!(pending(&scene.state().await), 0);
    let left = scene.steady().await;
    assert!(left.is_empty(), "{:#?}", left.steps);
    assert!(back.progress.statuses().iter().all(|status| *status == Status::Done));
}
