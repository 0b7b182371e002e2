//! What is told of names: who has seen them, and how a client got in; nothing of it if nobody has.

use super::stage::{Stage, seen};
use crate::report::failovers::planned;
use crate::run::sample::{cluster, record_id};
use leeward::estate::{Entrance, Fault, FaultKind, RecordSet, RecordType, Task};
use leeward::plan::{Action, Plan, Recipe, StepId};
use leeward::report::expected::{Bound, Expected, Takes};
use leeward::report::run::{Report, html, markdown, tell, text_in};
use leeward::run::Event;

const WAY: &str = "through kafka.example.com (resolver 10.0.0.2:53 → 10.1.4.7:9092) to cluster K";
const RESOLVED: u32 = 17;
const CANARY: u32 = 18;

/// The planned failover, with a wait for a resolver and a canary by the name in the place of the applications' steps.
fn led() -> Plan {
    let mut plan = planned();
    let wanted = RecordSet::new(RecordType::Cname, 30, ["sh.".to_owned()]);
    let resolvers = vec!["10.0.0.2:53".to_owned()];
    let wait =
        Task::AwaitResolved { record: record_id(), wanted, resolvers: resolvers.clone(), seconds: 120 };
    let entrance = Entrance { record: record_id(), resolvers, authorities: Vec::new(), ports: vec![9092] };
    let (cluster, topic, through) = (cluster("shanghai"), "leeward.canary".into(), Some(Box::new(entrance)));
    for (at, task) in [(RESOLVED, wait), (CANARY, Task::Canary { cluster, topic, through })] {
        let step = &mut plan.steps[at as usize];
        (step.action, step.optional) = (Action::Task(task), true);
    }
    plan
}

fn told(stage: Stage) -> Report {
    let plan = led();
    tell(&plan, &stage.recording(&plan))
}

fn milestones(report: &Report) -> Vec<&str> {
    let names = report.times.milestones.iter().map(|reached| reached.what.as_str());
    names.filter(|what| ["resolvers follow", "clients are led there"].contains(what)).collect()
}

fn switched() -> Stage {
    Stage::new().step(15, 8).found(16, 40, seen("sh. (TTL 30 s) on 2 authorities"))
}

/// It failed, and the run went on.
fn left_out(stage: Stage, step: u32, why: &str) -> Stage {
    let fault = Fault::new(FaultKind::Timeout, why);
    let failed = Event::Failed { step: StepId(step), fault };
    let waived = Event::Waived { step: StepId(step), reason: why.into() };
    stage.begin(step).pass(4_000).say(vec![failed]).say(vec![waived])
}

#[test]
fn who_has_seen_a_name_and_how_a_client_got_in_is_told() {
    let report = told(switched().found(RESOLVED, 9_000, seen("by 10.0.0.2:53 after 9 s")).found(
        CANARY,
        200,
        seen(WAY),
    ));
    let name = &report.names[0];
    assert_eq!(name.resolved.as_deref(), Some("by 10.0.0.2:53 after 9 s"));
    assert_eq!(name.entered.as_deref(), Some(WAY));
    assert_eq!(milestones(&report), ["resolvers follow", "clients are led there"]);
    for shown in [text_in(&report, 200), markdown(&report), html(&report)] {
        assert!(shown.contains("resolvers: by 10.0.0.2:53 after 9 s"), "{shown}");
        assert!(shown.contains("canary: through kafka.example.com"), "{shown}");
    }
}

#[test]
fn what_nobody_has_seen_is_no_milestone_and_told_with_the_reason() {
    let silent = "not seen: 10.0.0.2:53 does not answer";
    let report = told(left_out(switched(), RESOLVED, silent).found(CANARY, 200, seen(WAY)));
    assert_eq!(report.names[0].resolved.as_deref(), Some(silent));
    assert_eq!(milestones(&report), ["clients are led there"]);
    assert!(report.left.iter().any(|left| left.contains("through 10.0.0.2:53 failed")), "{:?}", report.left);

    let astray = "that is cluster H";
    let report = told(left_out(left_out(switched(), RESOLVED, silent), CANARY, astray));
    assert_eq!(report.names[0].entered.as_deref(), Some(astray));
    assert_eq!(milestones(&report), Vec::<&str>::new());
}

#[test]
fn a_resolver_takes_its_ttl_until_runs_tell_better_and_drills_do_not() {
    let mut plan = led();
    let step = RESOLVED as usize;
    let most = Takes { millis: 120_000, bound: Bound::AtMost(120) };
    assert_eq!(Expected::default().of(&plan.steps[step]), most);
    let recording = switched().found(RESOLVED, 9_000, seen("by it after 9 s")).recording(&plan);
    let learned = Expected::learn([(&plan, &recording)]);
    assert_eq!(learned.of(&plan.steps[step]), Takes { millis: 9_000, ..most });
    // Nobody keeps an answer to the name of a drill.
    if let Some(failover) = &mut plan.failover {
        failover.recipe = Recipe::Drill;
    }
    assert_eq!(Expected::learn([(&plan, &recording)]).of(&plan.steps[step]), most);
}
