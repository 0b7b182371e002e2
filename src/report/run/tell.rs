//! From a plan and its journal to the report.

use super::model::{
    About, Milestone, Objective, Outcome, PairTold, Report, Row, StepOutcome, StepTold, Times, Wave,
};
use super::seen;
use super::spans::{Told, Track, own_time, told};
use crate::estate::{Occasion, Task};
use crate::plan::{Action, Failover, InWaves, Plan, Recipe, Step, StepId};
use crate::report::failover::{one, together};
use crate::run::{Event, Recording};
use std::collections::{BTreeMap, BTreeSet};

/// Tells a run: all that its plan and its journal say. It asks nobody.
pub fn tell(plan: &Plan, recording: &Recording) -> Report {
    let told = told(plan.steps.len(), recording);
    let header = &recording.header;
    let waves = waves(plan, &told);
    let single = plan.failover.as_deref();
    let foretold = single.map(|failover| failover.groups.as_slice()).unwrap_or_default();
    let is_done = |step: &&StepTold| matches!(step.outcome, StepOutcome::Done | StepOutcome::Waived);
    Report {
        format_version: Report::FORMAT_VERSION.into(),
        run: header.run.clone(),
        what: plan.what(),
        kind: plan.kind,
        plan: header.plan.clone(),
        leeward: header.leeward.clone(),
        by: Some(header.by.clone()).filter(|by| !by.is_empty()),
        started: header.started,
        last: recording.entries.last().map_or(header.started, |entry| entry.at),
        outcome: outcome(recording),
        done: waves.iter().flat_map(|wave| &wave.steps).filter(is_done).count(),
        steps: plan.steps.len(),
        failover: single.map(about),
        policy: plan.in_waves.as_ref().map(|several| several.policy.clone()),
        pairs: pairs(plan, &told, &waves),
        times: times(plan, &told),
        loss: single.and_then(|failover| seen::loss(plan, failover, &told)),
        groups: if plan.in_waves.is_some() {
            Vec::new()
        } else {
            seen::groups(foretold, plan.steps.iter(), &told)
        },
        guards: plan.guards().collect(),
        approvals: seen::approvals(plan, &told),
        hooks: seen::hooks(plan, &told),
        names: seen::names(plan, &told),
        snapshot: if plan.in_waves.is_some() { None } else { seen::snapshot(plan.steps.iter(), &told) },
        notes: notes(plan),
        left: seen::left(plan, &told),
        waves,
    }
}

fn about(failover: &Failover) -> About {
    let Failover { pair, recipe, from, to, epoch, continues, .. } = failover.clone();
    About { pair, recipe, from, to, epoch, continues }
}

fn outcome(recording: &Recording) -> Outcome {
    let mut outcome = Outcome::Unfinished;
    for event in recording.entries.iter().flat_map(|entry| &entry.events) {
        match event {
            Event::Resumed => outcome = Outcome::Unfinished,
            Event::Interrupted => outcome = Outcome::Stopped,
            Event::Finished { whole: true } => outcome = Outcome::Done,
            Event::Finished { whole: false } => outcome = Outcome::Failed,
            Event::Aborted { by, reason } => {
                outcome = Outcome::Aborted { by: by.clone(), reason: reason.clone() };
            }
            Event::Superseded { by, who, reason } => {
                let (by, who, reason) = (by.clone(), who.clone(), reason.clone());
                outcome = Outcome::Superseded { by, who, reason };
            }
            _ => {}
        }
    }
    outcome
}

/// The steps in their waves, each wave in the order in which its steps were begun.
fn waves(plan: &Plan, told: &Told<'_>) -> Vec<Wave> {
    let mut by_wave: BTreeMap<u32, Vec<StepTold>> = BTreeMap::new();
    for (step, track) in plan.steps.iter().zip(&told.tracks) {
        by_wave.entry(step.wave).or_default().push(step_told(plan, step, track));
    }
    let lines = plan.failovers().filter_map(|failover| plan.steps.get(failover.no_return?.0 as usize));
    let lines: BTreeSet<u32> = lines.map(|line| line.wave).collect();
    let titles: BTreeMap<u32, (&Failover, &str)> = plan
        .failovers()
        .flat_map(|failover| failover.numbered().map(move |(number, title)| (number, (failover, title))))
        .collect();
    let wave = |(number, mut steps): (u32, Vec<StepTold>)| {
        steps.sort_by_key(|step| (step.begin.unwrap_or(i64::MAX), step.step));
        let rows = rows(plan, &steps);
        let (failover, title) = titles.get(&number).copied().unzip();
        let pair = plan.in_waves.as_ref().zip(failover).map(|(several, of)| several.name(&of.pair));
        let (title, no_return) = (title.unwrap_or_default().to_owned(), lines.contains(&number));
        Wave { number, pair, title, no_return, steps, rows }
    };
    by_wave.into_iter().map(wave).collect()
}

/// What went well at the first attempt is told as one where it is of one sort; everything else by itself.
fn rows(plan: &Plan, steps: &[StepTold]) -> Vec<Row> {
    let of = |told: &StepTold| &plan.steps[told.step.0 as usize];
    let is_plain = |told: &&StepTold| told.outcome == StepOutcome::Done && told.attempts.len() < 2;
    let (plain, other): (Vec<&StepTold>, Vec<&StepTold>) = steps.iter().partition(is_plain);
    let mut rows: Vec<Row> = together(plain.into_iter().map(of))
        .into_iter()
        .map(|(what, steps)| Row { what, steps: steps.iter().map(|step| step.id).collect() })
        .collect();
    rows.extend(other.into_iter().map(|told| Row { what: told.what.clone(), steps: vec![told.step] }));
    let place = |row: &Row| steps.iter().position(|told| row.steps.contains(&told.step));
    rows.sort_by_key(place);
    rows
}

fn step_told(plan: &Plan, step: &Step, track: &Track<'_>) -> StepTold {
    let outcome = match track {
        Track { waived: Some(_), .. } => StepOutcome::Waived,
        Track { fact: Some(_), .. } => StepOutcome::Done,
        Track { fault: Some(_), .. } => StepOutcome::Failed,
        Track { because: Some(_), .. } => StepOutcome::LeftOut,
        Track { attempts, .. } if attempts.is_empty() => StepOutcome::NotBegun,
        _ => StepOutcome::Begun,
    };
    let said = match outcome {
        StepOutcome::Done => track.fact.and_then(seen::words),
        StepOutcome::Failed => track.fault.map(ToString::to_string),
        StepOutcome::Waived if step.optional => {
            track.waived.map(|why| format!("failed, and the run went on without it: {why}"))
        }
        StepOutcome::Waived => track.waived.map(|why| format!("taken for done: {why}")),
        StepOutcome::LeftOut => track.because.map(|because| left_out(plan, because)),
        StepOutcome::Begun => Some("begun, without a result".into()),
        StepOutcome::NotBegun => None,
    };
    StepTold {
        step: step.id,
        address: step.address.clone(),
        what: one(step),
        waits: waits(step),
        outcome,
        begin: track.attempts.first().map(|attempt| attempt.begin),
        end: track.attempts.last().map(|attempt| attempt.end),
        took: track.took(),
        attempts: track.attempts.clone(),
        said,
        fault: track.fault.cloned(),
    }
}

fn left_out(plan: &Plan, because: StepId) -> String {
    let needed = plan.steps.get(because.0 as usize).map(one).unwrap_or_default();
    format!("left out: it needs step {because}, {needed}")
}

/// Whether a step's time is the world's and not leeward's: it is there to wait, or Connect starts or stops something.
fn waits(step: &Step) -> bool {
    matches!(&step.action, Action::Task(task) if task.waits() || matches!(task, Task::SetConnectorState { .. }))
}

fn times(plan: &Plan, told: &Told<'_>) -> Times {
    let spans = |track: &Track<'_>| -> Vec<(i64, i64)> {
        track.attempts.iter().map(|attempt| (attempt.begin, attempt.end)).collect()
    };
    let waiting = plan.steps.iter().zip(&told.tracks).filter(|(step, _)| waits(step));
    let waiting: Vec<_> = waiting.flat_map(|(_, track)| spans(track)).collect();
    let pauses: Vec<_> = told.pauses.iter().map(|pause| (pause.begin, pause.end)).collect();
    let (own, waits, paused) = own_time(told.last, &waiting, &pauses);
    let restored = restored(plan, plan.steps.iter(), told);
    let rto = plan.rto().filter(|_| changes_roles(plan));
    let closed = plan.failover.as_ref().and_then(|_| closed(plan, plan.steps.iter(), told));
    Times {
        total: told.last,
        own,
        waits,
        paused,
        pauses: told.pauses.clone(),
        milestones: milestones(plan, told),
        restored,
        closed: closed.zip(restored).map(|(from, to)| to - from),
        rto: rto.map(|seconds| objective(seconds, restored)),
    }
}

/// Whether something took no longer than so many seconds.
fn objective(seconds: u64, took: Option<i64>) -> Objective {
    let met = took.map(|took| u64::try_from(took).unwrap_or_default() <= seconds.saturating_mul(1_000));
    Objective { seconds, met }
}

fn changes_roles(plan: &Plan) -> bool {
    matches!(plan.recipe(), Some(Recipe::Planned | Recipe::Unplanned))
}

/// What came of each of several pairs.
fn pairs(plan: &Plan, told: &Told<'_>, waves: &[Wave]) -> Vec<PairTold> {
    let Some(several) = plan.in_waves.as_deref() else { return Vec::new() };
    let of_wave = |(wave, pairs): (usize, &'_ Vec<Failover>)| -> Vec<PairTold> {
        pairs.iter().map(|failover| of_pair(plan, failover, told, waves, (several, wave))).collect()
    };
    (1..).zip(&several.waves).flat_map(of_wave).collect()
}

fn of_pair(
    plan: &Plan,
    failover: &Failover,
    told: &Told<'_>,
    waves: &[Wave],
    (several, wave): (&InWaves, usize),
) -> PairTold {
    let numbers: BTreeSet<u32> = failover.numbered().map(|(number, _)| number).collect();
    let own = || waves.iter().filter(|wave| numbers.contains(&wave.number)).flat_map(|wave| &wave.steps);
    let is_done = |step: &&StepTold| matches!(step.outcome, StepOutcome::Done | StepOutcome::Waived);
    let begun = own().filter_map(|step| step.begin).min();
    let restored = restored(plan, plan.steps_of(failover), told);
    let closed = closed(plan, plan.steps_of(failover), told);
    let rto = failover.rto.filter(|_| changes_roles(plan));
    PairTold {
        name: several.name(&failover.pair),
        wave,
        about: about(failover),
        done: own().filter(is_done).count(),
        steps: own().count(),
        begun,
        restored,
        closed: closed.zip(restored).map(|(from, to)| to - from),
        rto: rto.map(|seconds| objective(seconds, restored.zip(begun).map(|(at, begun)| at - begun))),
        loss: seen::loss(plan, failover, told),
        groups: seen::groups(&failover.groups, plan.steps_of(failover), told),
        snapshot: seen::snapshot(plan.steps_of(failover), told),
    }
}

fn notes(plan: &Plan) -> Vec<String> {
    let Some(several) = &plan.in_waves else {
        return plan.failover.iter().flat_map(|failover| failover.notes.clone()).collect();
    };
    let own = several.waves.iter().flatten().flat_map(|failover| {
        let name = several.name(&failover.pair);
        failover.notes.iter().map(move |note| format!("{name}: {note}"))
    });
    several.notes.iter().cloned().chain(own).collect()
}

/// When the last of the steps that `is` picks was done; none if one of them is not, or there are none.
fn all_done<'a>(
    steps: impl Iterator<Item = &'a Step>,
    told: &Told<'_>,
    is: impl Fn(&Step) -> bool,
) -> Option<i64> {
    let mut last = None;
    for track in steps.filter(|step| is(step)).filter_map(|step| told.tracks.get(step.id.0 as usize)) {
        let is_over = track.fact.is_some() || track.waived.is_some();
        let end = track.attempts.last().map(|attempt| attempt.end).filter(|_| is_over)?;
        last = last.max(Some(end));
    }
    last
}

/// Whether clients can work on the new side only once this step is done.
pub fn restores_clients(step: &Step) -> bool {
    matches!(
        step.action,
        Action::Task(
            Task::SetActive { .. }
                | Task::Canary { through: None, .. }
                | Task::AwaitPropagation { .. }
                | Task::AwaitResolved { .. }
        )
    )
}

/// Whether this step keeps clients from writing.
pub fn shuts_clients_out(step: &Step) -> bool {
    matches!(
        step.action,
        Action::Task(
            Task::RefuseWrites { .. } | Task::Call { occasion: Occasion::Stop | Occasion::Fence, .. }
        )
    )
}

/// When the roles had changed, the new side took writes, and names led to it.
fn restored<'a>(plan: &Plan, steps: impl Iterator<Item = &'a Step>, told: &Told<'_>) -> Option<i64> {
    changes_roles(plan).then(|| all_done(steps, told, restores_clients)).flatten()
}

/// When the first writer was kept from writing, in a planned failover.
fn closed<'a>(plan: &Plan, steps: impl Iterator<Item = &'a Step>, told: &Told<'_>) -> Option<i64> {
    let closing = steps.filter(|step| plan.recipe() == Some(Recipe::Planned) && shuts_clients_out(step));
    let tracks = closing.filter_map(|step| told.tracks.get(step.id.0 as usize));
    tracks.filter_map(|track| track.attempts.first()).map(|attempt| attempt.begin).min()
}

/// Whether a step is there to see that clients are led to the new side: left out, it has not been seen.
fn shows_the_way(step: &Step) -> bool {
    matches!(step.action, Action::Task(Task::AwaitResolved { .. } | Task::Canary { through: Some(_), .. }))
}

fn was_seen(step: &Step, told: &Told<'_>) -> bool {
    told.tracks.get(step.id.0 as usize).is_some_and(|track| track.fact.is_some())
}

fn milestones(plan: &Plan, told: &Told<'_>) -> Vec<Milestone> {
    type Is = fn(&Task) -> bool;
    const REACHED: [(&str, Is); 10] = [
        ("writers kept off", |task| matches!(task, Task::AwaitQuiet { .. })),
        ("all carried", |task| matches!(task, Task::AwaitDrained { .. })),
        ("groups set", |task| matches!(task, Task::CommitGroups { .. })),
        ("roles changed", |task| matches!(task, Task::SetActive { .. })),
        ("new side takes writes", |task| matches!(task, Task::Canary { through: None, .. })),
        ("names seen", |task| matches!(task, Task::AwaitPropagation { .. })),
        ("resolvers follow", |task| matches!(task, Task::AwaitResolved { .. })),
        ("clients are led there", |task| matches!(task, Task::Canary { through: Some(_), .. })),
        ("clients looked for", |task| matches!(task, Task::AwaitMembers { .. })),
        ("records flow again", |task| matches!(task, Task::AwaitHeartbeat { .. })),
    ];
    if plan.recipe().is_none() {
        return Vec::new();
    }
    // A fence that the mirror can't pass is taken down behind the line, and quiet is seen once more then.
    let line_of = |step: &Step| plan.failover_of(step)?.no_return;
    let is_behind = |step: &Step| line_of(step).is_some_and(|line| step.id > line);
    let of = |(what, is): (&str, Is)| {
        let meant = |step: &Step| match &step.action {
            Action::Task(Task::AwaitQuiet { .. }) if is_behind(step) => false,
            Action::Task(task) => is(task),
            _ => false,
        };
        let is_unseen = |step: &Step| meant(step) && shows_the_way(step) && !was_seen(step, told);
        let at = all_done(plan.steps.iter(), told, meant).filter(|_| !plan.steps.iter().any(is_unseen))?;
        Some(Milestone { what: what.into(), at })
    };
    let mut reached: Vec<Milestone> = REACHED.into_iter().filter_map(of).collect();
    reached.sort_by_key(|milestone| milestone.at);
    reached
}
