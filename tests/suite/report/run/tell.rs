//! What the report says of a run: how it ended, what it cost, what is left.

use super::stage::{Stage, eventful, seen, snapshot};
use crate::report::failovers::{guarded, planned, reprotect, unplanned};
use leeward::estate::{Evidence, Fault, FaultKind, Task};
use leeward::plan::{Action, Loss, Plan, Step, StepId};
use leeward::report::expected::{Bound, Expected, Takes};
use leeward::report::run::{Lost, Objective, Outcome, Report, StepOutcome, tell};
use leeward::run::{Event, Recording};

fn told() -> Report {
    let plan = guarded();
    tell(&plan, &eventful(&plan))
}

#[test]
fn an_eventful_run_is_told_with_all_that_happened() {
    let report = told();
    assert_eq!((report.outcome.clone(), report.done, report.steps), (Outcome::Done, 31, 31));
    assert_eq!(report.by.as_deref(), Some("ada@ops"));
    let step = |id: u32| report.all_steps().find(|step| step.step == StepId(id)).unwrap();
    assert_eq!(step(5).outcome, StepOutcome::Waived);
    assert_eq!(step(5).said.as_deref(), Some("taken for done: billing was stopped by hand"));
    assert_eq!(step(5).took, 90_000);
    // It was left out first, and done behind the resumption.
    assert_eq!((step(6).outcome, step(6).attempts.len()), (StepOutcome::Done, 1));
    assert_eq!(report.approvals[0].reason, "CHG-4711 | <ok>");
    assert_eq!(report.hooks.len(), 2);
    assert_eq!(report.names[0].seen.as_deref(), Some("sh. (TTL 30 s) on 2 authorities"));
    assert!(report.names[0].switched && report.left.is_empty(), "{:?}", report.left);
    let repeated: Vec<_> = report
        .groups
        .iter()
        .map(|group| {
            (group.foretold.as_ref().unwrap().repeated_at_most, group.set.as_ref().unwrap().repeated_at_most)
        })
        .collect();
    assert_eq!(repeated, [(0, 0), (18, 11)]);
    assert_eq!(report.guards[1].overridden.as_deref(), Some("moved to next week, CHG-4711"));
}

#[test]
fn its_time_is_own_waits_and_pauses() {
    let times = told().times;
    assert_eq!(times.own + times.waits + times.paused, times.total);
    assert_eq!(times.paused, 45_000);
    // Hooks, quiet, drain, consumers, mirror, approval, names, clients, and Connect's starts; none of them twice.
    let waits = 11_800 + 2_100 + 3_400 + 90_000 + 2_600 + 31_000 + 400 + 3_000 + 9_000 + 310 + 430;
    assert_eq!(times.waits, waits);
    let names: Vec<&str> = times.milestones.iter().map(|reached| reached.what.as_str()).collect();
    assert_eq!(
        names,
        [
            "writers kept off",
            "all carried",
            "groups set",
            "roles changed",
            "new side takes writes",
            "names seen",
            "clients looked for",
            "records flow again"
        ]
    );
    // The approval and the pause count: clients waited through them.
    let restored = times.restored.unwrap();
    assert_eq!(times.closed, Some(restored - 2));
    assert_eq!(restored, times.milestones[5].at);
    assert_eq!(times.rto, Some(Objective { seconds: 300, met: Some(true) }));
}

/// Quiet is seen again behind the line, where a fence is taken down for the mirror.
#[test]
fn writers_are_kept_off_once_they_are_before_the_line() {
    let mut plan = planned();
    let kept_off = |plan: &Plan| tell(plan, &eventful(plan)).times.milestones[0].clone();
    let before = kept_off(&plan);
    let is_quiet = |step: &&Step| matches!(step.action, Action::Task(Task::AwaitQuiet { .. }));
    let quiet = plan.steps.iter().find(is_quiet).unwrap().action.clone();
    plan.steps.last_mut().unwrap().action = quiet;
    assert_eq!(kept_off(&plan), before);
    assert_eq!(before.what, "writers kept off");
}

#[test]
fn an_objective_that_was_missed_is_said() {
    let mut plan = planned();
    plan.failover.as_mut().unwrap().rto = Some(60);
    let report = tell(&plan, &eventful(&plan));
    assert_eq!(report.times.rto, Some(Objective { seconds: 60, met: Some(false) }));
}

fn lost(loss: Loss, stage: Stage) -> Lost {
    let plan = unplanned(loss);
    tell(&plan, &stage.recording(&plan)).loss.unwrap()
}

#[test]
fn what_was_lost_is_what_was_seen_or_foretold() {
    let drained = tell(&planned(), &eventful(&planned())).loss.unwrap();
    assert_eq!((drained.seen, drained.rpo), (Some(0), Some(Objective { seconds: 30, met: Some(true) })));
    let before = tell(&planned(), &Stage::new().step(0, 5).recording(&planned())).loss.unwrap();
    assert_eq!((before.seen, before.rpo.unwrap().met), (None, None));

    let foretold = Loss::Seen { records: 1_320, millis: Some(2_100), age: 134 };
    let taken = |clusters: &[&str]| {
        let evidence = Evidence::Snapshot(Box::new(snapshot(clusters, 1_000)));
        Stage::new().step(0, 1).step(1, 8_000).found(2, 20, evidence)
    };
    let dead = lost(foretold.clone(), taken(&["cluster.shanghai"]));
    assert_eq!((dead.seen, dead.rpo.unwrap().met), (None, Some(true)));
    assert_eq!(dead.why, "hangzhou did not answer any more: 3 brokers refused");
    let alive = lost(foretold.clone(), taken(&["cluster.hangzhou", "cluster.shanghai"]));
    assert_eq!(alive.seen, Some(600));
    let long = Loss::Seen { records: 9, millis: Some(31_000), age: 134 };
    assert_eq!(lost(long, taken(&["cluster.shanghai"])).rpo.unwrap().met, Some(false));
    let unknown = lost(Loss::Unknown { heartbeat_age: None }, taken(&["cluster.shanghai"]));
    assert_eq!((unknown.seen, unknown.rpo.unwrap().met), (None, None));
    assert_eq!(lost(foretold, Stage::new()).why, "the logs' ends were not noted");
    assert!(tell(&reprotect(), &Stage::new().recording(&reprotect())).loss.is_none());
}

fn outcome(plan: &Plan, recording: &Recording) -> Outcome {
    tell(plan, recording).outcome
}

#[test]
fn how_a_run_ended_is_its_last_word_on_that() {
    let plan = planned();
    let of = |events: Vec<Event>| outcome(&plan, &Stage::new().say(events).recording(&plan));
    let aborted = |by: Option<&str>| Event::Aborted { by: by.map(str::to_owned), reason: None };
    assert_eq!(of(vec![]), Outcome::Unfinished);
    assert_eq!(of(vec![Event::Interrupted]), Outcome::Stopped);
    assert_eq!(of(vec![Event::Interrupted, Event::Resumed]), Outcome::Unfinished);
    assert_eq!(of(vec![Event::Finished { whole: false }]), Outcome::Failed);
    let finished = vec![Event::Finished { whole: false }, Event::Resumed, Event::Finished { whole: true }];
    assert_eq!(of(finished), Outcome::Done);
    let given_up = of(vec![Event::Interrupted, aborted(Some("ec94"))]);
    assert_eq!(given_up, Outcome::Aborted { by: Some("ec94".into()), reason: None });
}

#[test]
fn what_is_left_is_said() {
    let plan = unplanned(Loss::Unknown { heartbeat_age: None });
    let fault = Fault::new(FaultKind::Timeout, "no answer");
    let failed = Event::Failed { step: StepId(4), fault };
    let recording = Stage::new().step(0, 1).begin(4).pass(9).say(vec![failed]).recording(&plan);
    let report = tell(&plan, &recording);
    insta::assert_snapshot!(report.left.join("\n"), @"
    the fence of hangzhou is pending: it may still take writes if it is alive, and is not mirrored to before `leeward failback run orders`
    kafka.example.com. CNAME was not switched: it leads to hz.
    stop connector orders-hangzhou-shanghai-checkpoint failed, and the run went on without it
    ");
    assert_eq!(report.times.restored, None);
    let text = leeward::report::run::text_in(&report, 80);
    assert!(text.contains("not reached, 5m allowed"), "{text}");
}

#[test]
fn earlier_runs_tell_how_long_steps_take() {
    let plan = planned();
    let runs = [4_000, 2_000, 9_000].map(|millis| {
        Stage::new().found(3, millis, seen("still")).found(18, 12_000, seen("there")).recording(&plan)
    });
    let expected = Expected::learn(runs.iter().map(|recording| (&plan, recording)));
    let of = |step: usize| expected.of(&plan.steps[step]);
    assert_eq!(of(3), Takes { millis: 4_000, bound: Bound::None });
    assert_eq!(of(18), Takes { millis: 12_000, bound: Bound::AtMost(30) });
    assert_eq!(of(16).bound, Bound::Ttl(30));
    // An even number of them: between the two in the middle.
    let two = Expected::learn(runs[..2].iter().map(|recording| (&plan, recording)));
    assert_eq!(two.of(&plan.steps[3]).millis, 3_000);
    // What never came to its end tells nothing.
    let begun = Stage::new().begin(3).pass(70_000).recording(&plan);
    let nothing = Expected::learn([(&plan, &begun)]);
    assert_eq!(nothing.of(&plan.steps[3]), Expected::default().of(&plan.steps[3]));
}
