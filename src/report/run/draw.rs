//! What every form of a report says in the same words.

use super::model::{
    About, Attempt, Group, Lost, Objective, Outcome, PairTold, Report, Snapshot, StepOutcome, StepTold, Wave,
};
use crate::plan::{Guard, Loss, StepId, Verdict};
use crate::report::figures::{bound, counted, grouped, lasted, took};
use std::collections::{BTreeMap, BTreeSet};

/// The most steps that are shown one by one; of more, those that took longest and those that are not done.
const MOST_STEPS: usize = 200;
const LONGEST: usize = 40;
/// So many steps of a wave that were never begun are told as one.
const MANY_IDLE: usize = 3;

/// The heading: `Planned failover of orders, hangzhou → shanghai`.
pub(super) fn title(report: &Report) -> String {
    let mut letters = report.what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How it ended, in one sentence.
pub(super) fn verdict(report: &Report) -> String {
    let steps = match report.done {
        done if done == report.steps => format!("all {} are done", counted(report.steps, "step")),
        done => format!("{} of {} are done", grouped(done), counted(report.steps, "step")),
    };
    let time = took(report.times.total);
    match &report.outcome {
        Outcome::Done => format!("Done in {time}: {steps}."),
        Outcome::Failed => {
            let failed = report.all_steps().filter(|step| step.outcome == StepOutcome::Failed).count();
            format!("Failed after {time}: {} failed, {steps}.", counted(failed, "step"))
        }
        Outcome::Stopped => format!("Stopped after {time}: {steps}. leeward resume {} goes on.", report.run),
        Outcome::Aborted { by, reason } => {
            let by = by.as_ref().map_or_else(String::new, |by| format!("; run {by} takes it back"));
            let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
            format!("Given up after {time}{by}{reason}; {steps}.")
        }
        Outcome::Superseded { by, who, reason } => {
            format!("Run {by} goes on after {time}, as {who} decided: {reason}; {steps}.")
        }
        Outcome::Unfinished => {
            format!("Under way, or ended without a word, {time} after its start: {steps}.")
        }
    }
}

/// Who, when, by which leeward.
pub(super) fn origin(report: &Report) -> String {
    let by = report.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
    let plan: String = report.plan.chars().take(12).collect();
    let continued = report.failover.as_ref().and_then(|failover| failover.continues.as_ref());
    let after = continued.map_or_else(String::new, |it| format!("; it went on from run {}", it.run));
    format!(
        "Run {}, begun {:.0}{by} with leeward {}, plan {plan}{after}",
        report.run, report.started, report.leeward
    )
}

/// `, 5m allowed ✓`, `, 5m allowed ✗`, `, 5m allowed`.
fn allowed(objective: Option<Objective>) -> String {
    let Some(Objective { seconds, met }) = objective else { return String::new() };
    format!(", {} allowed{}", bound(seconds), kept(met))
}

/// `RTO 5m ✓`.
pub(super) fn objective(name: &str, objective: Option<Objective>) -> String {
    let Some(Objective { seconds, met }) = objective else { return String::new() };
    format!("{name} {}{}", bound(seconds), kept(met))
}

const fn kept(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => " ✓",
        Some(false) => " ✗",
        None => "",
    }
}

/// The figures that matter, by name.
pub(super) fn figures(report: &Report) -> Vec<(&'static str, String)> {
    let times = &report.times;
    let mut figures = Vec::new();
    if report.failover.is_some() || report.policy.is_some() {
        let closed = times
            .closed
            .map_or_else(String::new, |closed| format!(", clients could not write for {}", took(closed)));
        match times.restored {
            Some(at) => figures.push(("RTO", format!("{}{}{closed}", took(at), allowed(times.rto)))),
            None if times.rto.is_some() => {
                figures.push(("RTO", format!("not reached{}", allowed(times.rto))));
            }
            None => {}
        }
    }
    if let Some(loss) = &report.loss {
        figures.push(("RPO", format!("{}{}", lost(loss.seen, &loss.foretold), allowed(loss.rpo))));
        figures.push(("lost", format!("{}; {}", foretold(&loss.foretold), loss.why)));
    }
    let paused = match times.paused {
        0 => String::new(),
        paused => format!(" + {} stopped", took(paused)),
    };
    let sum =
        format!("{} = {} own + {} waits{paused}", took(times.total), took(times.own), took(times.waits));
    figures.push(("time", sum));
    figures
}

/// What each of several pairs is told by: these heads over the cells of [`pair`].
pub(super) const PAIR_HEADS: [&str; 7] =
    ["pair", "wave", "way", "restored after", "no writes for", "lost", "steps"];

/// What came of one pair of several, a cell for each of [`PAIR_HEADS`].
pub(super) fn pair(told: &PairTold) -> [String; 7] {
    let About { from, to, .. } = &told.about;
    let none = || "–".to_owned();
    let since = told.restored.zip(told.begun).map(|(at, begun)| at - begun);
    let restored = since.map_or_else(none, |took_it| format!("{}{}", took(took_it), allowed(told.rto)));
    let loss = |loss: &Lost| format!("{}{}", lost(loss.seen, &loss.foretold), allowed(loss.rpo));
    [
        told.name.clone(),
        told.wave.to_string(),
        format!("{} → {}", from.cluster.name, to.cluster.name),
        restored,
        told.closed.map_or_else(none, took),
        told.loss.as_ref().filter(|_| told.begun.is_some()).map_or_else(none, loss),
        match told.begun {
            None => "not begun".into(),
            Some(_) => format!("{} of {}", told.done, told.steps),
        },
    ]
}

/// The groups by what they are called: `billing`, or `orders/billing` where there are several pairs.
pub(super) fn groups(report: &Report) -> Vec<(String, &Group)> {
    let of_pairs = report.pairs.iter().flat_map(|pair| {
        pair.groups.iter().map(move |group| (format!("{}/{}", pair.name, group.group), group))
    });
    report.groups.iter().map(|group| (group.group.clone(), group)).chain(of_pairs).collect()
}

/// The snapshots, each under a heading.
pub(super) fn snapshots(report: &Report) -> Vec<(String, &Snapshot)> {
    let own = report.snapshot.iter().map(|taken| (format!("Where all logs ended at {:.0}", taken.at), taken));
    let of_pairs = report.pairs.iter().filter_map(|pair| {
        let taken = pair.snapshot.as_ref()?;
        Some((format!("Where the logs of {} ended at {:.0}", pair.name, taken.at), taken))
    });
    own.chain(of_pairs).collect()
}

/// What a wave is for, with its pair where there are several.
pub(super) fn purpose(wave: &Wave) -> String {
    match &wave.pair {
        Some(pair) => format!("{pair}: {}", wave.title),
        None => wave.title.clone(),
    }
}

/// What stands on the line before a wave behind which nothing is taken back.
pub(super) fn line_of(wave: &Wave) -> String {
    match &wave.pair {
        Some(pair) => format!("point of no return of {pair}"),
        None => "point of no return".to_owned(),
    }
}

fn lost(seen: Option<i64>, foretold: &Loss) -> String {
    match (seen, foretold) {
        (Some(0), _) => "nothing lost".into(),
        (Some(records), _) => format!("{} lost", records_of(records)),
        (None, Loss::Nothing) => "not known".into(),
        (None, Loss::Seen { records: 0, .. }) => "nothing known to be lost".into(),
        (None, Loss::Seen { records, millis, .. }) => {
            let old = millis.map_or_else(String::new, |millis| format!(", {} of them", took(millis)));
            format!("about {} lost{old}", records_of(*records))
        }
        (None, Loss::Unknown { .. }) => "lost records not known".into(),
    }
}

/// What was foretold.
pub(super) fn foretold(loss: &Loss) -> String {
    match loss {
        Loss::Nothing => "foretold nothing".into(),
        Loss::Seen { records, age, .. } => {
            format!("foretold {} (last seen {} before)", records_of(*records), lasted(*age as f64))
        }
        Loss::Unknown { heartbeat_age: Some(age) } => {
            format!("foretold unknown (last heartbeat {} before)", took(*age))
        }
        Loss::Unknown { heartbeat_age: None } => "foretold unknown".into(),
    }
}

fn records_of(records: i64) -> String {
    counted(usize::try_from(records).unwrap_or_default(), "record")
}

/// A sign for what came of a step.
pub(super) const fn sign(outcome: StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Done => "✓",
        StepOutcome::Failed => "✗",
        StepOutcome::LeftOut => "-",
        StepOutcome::Waived => "~",
        StepOutcome::Begun => "?",
        StepOutcome::NotBegun => "·",
    }
}

/// A sign for how a guard stood.
pub(super) const fn guard_sign(guard: &Guard) -> &'static str {
    match guard.verdict {
        Verdict::Holds => "✓",
        Verdict::Fails => "✗",
        Verdict::Unknown => "?",
    }
}

/// How long a step took, and in how many attempts.
pub(super) fn step_took(step: &StepTold) -> String {
    match step.attempts.len() {
        0 => String::new(),
        1 => took(step.took),
        attempts => format!("{}, {attempts}×", took(step.took)),
    }
}

/// A line of the timeline.
pub(super) struct Line<'a> {
    pub outcome: StepOutcome,
    pub what: String,
    pub begin: Option<i64>,
    pub took: String,
    pub waits: bool,
    pub attempts: Vec<Attempt>,
    pub said: Option<&'a str>,
}

/// Which steps are shown, and how many are not.
pub(super) struct Shown {
    least: i64,
    pub hidden: usize,
}

impl Shown {
    pub fn of(report: &Report) -> Self {
        if report.steps <= MOST_STEPS {
            return Self { least: i64::MIN, hidden: 0 };
        }
        let mut times: Vec<i64> = report.all_steps().map(|step| step.took).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let mut shown = Self { least: times.get(LONGEST).copied().unwrap_or_default(), hidden: 0 };
        let in_wave = |wave: &Wave| -> usize {
            let seen: BTreeSet<StepId> =
                wave.steps.iter().filter(|step| shown.shows(step)).map(|step| step.step).collect();
            let hidden = wave.rows.iter().filter(|row| !row.steps.iter().any(|step| seen.contains(step)));
            hidden.map(|row| row.steps.len()).sum()
        };
        shown.hidden = report.waves.iter().map(in_wave).sum();
        shown
    }

    pub fn shows(&self, step: &StepTold) -> bool {
        let is_done = step.outcome == StepOutcome::Done;
        self.least == i64::MIN || (!is_idle(step) && (!is_done || step.took > self.least))
    }

    /// The lines of a wave; steps that were never begun are counted, if they are many.
    pub fn lines<'a>(&self, wave: &'a Wave) -> Vec<Line<'a>> {
        let steps: BTreeMap<StepId, &StepTold> = wave.steps.iter().map(|step| (step.step, step)).collect();
        let idle = wave.steps.iter().filter(|step| is_idle(step)).count();
        let counts = idle >= MANY_IDLE && self.hidden == 0;
        let mut lines: Vec<Line<'a>> = Vec::new();
        for row in &wave.rows {
            let of: Vec<&StepTold> = row.steps.iter().filter_map(|id| steps.get(id).copied()).collect();
            let is_shown = of.iter().any(|step| self.shows(step) && !(counts && is_idle(step)));
            match &of[..] {
                _ if !is_shown => {}
                [step] => lines.push(alone(step)),
                several => lines.extend(merged(&row.what, several)),
            }
        }
        if counts {
            lines.push(Line {
                outcome: StepOutcome::LeftOut,
                what: format!("{} left out", counted(idle, "step")),
                begin: None,
                took: String::new(),
                waits: false,
                attempts: Vec::new(),
                said: None,
            });
        }
        lines
    }
}

fn is_idle(step: &StepTold) -> bool {
    matches!(step.outcome, StepOutcome::LeftOut | StepOutcome::NotBegun)
}

fn alone(step: &StepTold) -> Line<'_> {
    Line {
        outcome: step.outcome,
        what: step.what.clone(),
        begin: step.begin,
        took: step_took(step),
        waits: step.waits,
        attempts: step.attempts.clone(),
        said: step.said.as_deref().filter(|_| !is_idle(step)),
    }
}

fn merged<'a>(what: &str, steps: &[&'a StepTold]) -> Option<Line<'a>> {
    let first = steps.first()?;
    let begin = steps.iter().filter_map(|step| step.begin).min();
    let end = steps.iter().filter_map(|step| step.end).max();
    Some(Line {
        outcome: first.outcome,
        what: what.to_owned(),
        begin,
        took: begin.zip(end).map(|(begin, end)| took(end - begin)).unwrap_or_default(),
        waits: first.waits,
        attempts: steps.iter().flat_map(|step| step.attempts.iter().copied()).collect(),
        said: None,
    })
}
