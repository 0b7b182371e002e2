//! Executing a plan before the eyes of a person, and what is said at its end.

use super::Failure;
use super::workspace::{Workspace, store_failure};
use crate::estate::{Address, FaultKind};
use crate::plan::{Action, Failover, Plan, PlanKind, PlannedOutput, Recipe, Step, StepId};
use crate::report::{self, figures::counted, progress};
use crate::run::{Ending, Happening, Options, Run, RunError, RunId, Status, Stop, Waiver, Witness, World};
use crate::state::State;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A run that came to its end, for now.
pub(super) struct Done {
    pub run: RunId,
    pub plan: Plan,
    pub statuses: Vec<Status>,
    pub whole: bool,
    pub stopped: bool,
    /// What failed, and why.
    pub failures: Vec<String>,
    /// Whether anything failed because it did not answer.
    pub is_cut_off: bool,
}

/// Executes a run with live progress; Ctrl-C stops it at the end of the steps under way. Steps that are waived are taken
/// for done.
pub(super) async fn execute(
    mut run: Run,
    state: State,
    world: World<'_>,
    workspace: &Workspace,
    parallelism: u16,
    waivers: Vec<Waiver>,
) -> Result<Done, Failure> {
    let stop = Stop::default();
    let witness = Remembering {
        shown: progress::witness(&run),
        failures: Mutex::default(),
        is_cut_off: AtomicBool::new(false),
    };
    let approvals = workspace.runs().approvals(&run.id);
    let parallelism = usize::from(parallelism).max(2 * side_by_side(&run.plan));
    let options = Options { parallelism, approvals: &approvals, waivers, ..Options::new(&stop, &witness) };
    let ending = tokio::select! {
        ending = crate::run::execute(&mut run, state, world, &workspace.store, &options) => ending,
        () = stop.at_each_interrupt() => unreachable!("waiting for interrupts has no end"),
    };
    let ending = ending.map_err(|error| broken_off(&run.id, &error))?;
    let statuses = run.progress.statuses().to_vec();
    let is_cut_off = witness.is_cut_off.load(Ordering::Relaxed);
    let failures = witness.failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Ending { whole, stopped, .. } = ending;
    Ok(Done { run: run.id, plan: run.plan, statuses, whole, stopped, failures, is_cut_off })
}

/// How many go their ways side by side, pairs of a wave or replications of a drill: the waits of one must not keep the others
/// from going on.
fn side_by_side(plan: &Plan) -> usize {
    if plan.is_drill() {
        return plan.steps.iter().map(|step| &step.address).collect::<BTreeSet<_>>().len();
    }
    plan.in_waves.iter().flat_map(|several| &several.waves).map(Vec::len).max().unwrap_or_default()
}

/// What could not be written down is not begun: the run can go on from there.
fn broken_off(run: &RunId, error: &RunError) -> Failure {
    match error {
        RunError::Store(store) => store_failure(store),
        RunError::Journal(_) => Failure::new(error).hint(format!(
            "make room for it, then `leeward resume {run}` looks at what was under way, and goes on"
        )),
        _ => Failure::new(error),
    }
}

/// Shows what happens, and remembers what failed, to say it again where a person looks first: at the end.
struct Remembering {
    shown: Box<dyn Witness>,
    failures: Mutex<Vec<String>>,
    is_cut_off: AtomicBool,
}

impl Witness for Remembering {
    fn saw(&self, happening: &Happening<'_>) {
        self.shown.saw(happening);
        if let Happening::Failed { fault, .. } = happening
            && matches!(fault.kind, FaultKind::Unreachable | FaultKind::Timeout)
        {
            self.is_cut_off.store(true, Ordering::Relaxed);
        }
        if let (Happening::Failed { .. }, Some(line)) = (happening, progress::line(happening)) {
            self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }
}

/// Says how a run ended; its exit code.
pub(super) fn conclude(done: &Done) -> Result<ExitCode, Failure> {
    let counts = Counts::of(done);
    if !done.whole {
        println!("\nDone so far: {counts}.");
        return Err(unfinished(done));
    }
    match done.plan.kind {
        PlanKind::Apply => println!("\nApply complete! Resources: {counts}."),
        PlanKind::Destroy => println!("\nDestroy complete! Resources: {counts}."),
        PlanKind::Offsets => {
            println!("\n{} set and read back.", counted(done.plan.steps.len(), "group"));
        }
        PlanKind::Abort => {
            println!("\nAll that could be taken back was taken back.")
        }
        PlanKind::Failover => println!("\n{}", report::failover::done(&done.plan)),
    }
    say_deferred(&done.plan);
    if matches!(done.plan.kind, PlanKind::Apply | PlanKind::Failover) {
        show_outputs(&done.plan);
    }
    if done.plan.kind == PlanKind::Failover {
        println!("\nWhat happened when, and what it cost:  leeward report {}", done.run);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that something was left alone because it could not be read.
pub(super) fn say_deferred(plan: &Plan) {
    let deferred: BTreeSet<&Address> = plan.deferred.iter().map(|deferred| &deferred.address).collect();
    if !deferred.is_empty() {
        let number = counted(deferred.len(), "resource");
        println!("{number} could not be read in full, and that part was left as it is: apply again.");
    }
}

/// How many failures are said again at the end.
const MOST_FAILURES: usize = 5;

fn unfinished(done: &Done) -> Failure {
    let run = &done.run;
    if done.stopped {
        return Failure::new("stopped as you asked, before the end")
            .hint(format!("{}`leeward resume {run}` goes on", standing(done)));
    }
    let mut message = format!("{} failed", counted(done.failures.len(), "step"));
    match done.statuses.iter().filter(|status| matches!(status, Status::Skipped { .. })).count() {
        0 => {}
        1 => message.push_str(", and 1 that needs what failed was left out"),
        left => message.push_str(&format!(", and {left} that need what failed were left out")),
    }
    for line in done.failures.iter().take(MOST_FAILURES) {
        message.push_str(&format!("\n{line}"));
    }
    if done.failures.len() > MOST_FAILURES {
        message.push_str(&format!("\n  … and {} more, above", done.failures.len() - MOST_FAILURES));
    }
    let anew = match done.plan.kind {
        PlanKind::Apply | PlanKind::Destroy | PlanKind::Offsets => ", or `leeward apply` plans anew",
        _ => "",
    };
    let mut hint = format!(
        "{}mend the cause, then `leeward resume {run}` tries again what is left{anew}",
        standing(done)
    );
    for step in waivable(done) {
        let what = progress::wanted(step);
        hint.push_str(&format!(
            "\n      to go on as if it were done ({what}): leeward resume {run} -skip {}=WHY",
            step.id
        ));
    }
    if let Some(other) = without_old_side(done) {
        hint.push_str(&format!("\n      {other}"));
    }
    Failure::new(message).hint(hint)
}

/// Which side clients belong on, where a failover stopped: the first thing that a person wants to know.
fn standing(done: &Done) -> String {
    let has_changed = |step: StepId| done.statuses.get(step.0 as usize) == Some(&Status::Done);
    let of = |failover: &Failover| {
        let line = failover.no_return?;
        let (from, to, pair) = (&failover.from.cluster.name, &failover.to.cluster.name, &failover.pair);
        if failover.recipe == Recipe::Rebuild {
            return Some(format!("{to} is active in {pair}, and the other side is empty until this is done"))
                .filter(|_| has_changed(line));
        }
        Some(match has_changed(line) {
            true => format!("the roles of {pair} have changed: clients belong on {to}"),
            false => format!(
                "the roles of {pair} have not changed, {from} is active: `leeward abort {}` takes back what was done",
                done.run
            ),
        })
    };
    done.plan.failovers().filter_map(of).map(|line| format!("{line}\n      ")).collect()
}

/// What to type if a planned failover failed because the side that was active before has died.
fn without_old_side(done: &Done) -> Option<String> {
    if !done.is_cut_off || done.plan.recipe() != Some(Recipe::Planned) {
        return None;
    }
    let run = &done.run;
    let has_moved = |failover: &Failover| {
        let line = failover.no_return.and_then(|line| done.statuses.get(line.0 as usize));
        line == Some(&Status::Done)
    };
    match (&done.plan.failover, &done.plan.in_waves) {
        (Some(failover), _) if has_moved(failover) => {
            let old = &failover.from.cluster.name;
            Some(format!("if {old} has died: leeward resume {run} -without-old-side WHY"))
        }
        (Some(failover), _) => {
            let (old, pair) = (&failover.from.cluster.name, &failover.pair.name);
            Some(format!(
                "if {old} has died: leeward failover run -continue-unplanned {run} -confirm-lost {pair}"
            ))
        }
        (None, Some(several)) => Some(format!(
            "if the active sides have died: leeward failover run -continue-unplanned {run} -confirm-lost {}",
            several.policy.name
        )),
        (None, None) => None,
    }
}

/// The steps that failed and that a person may take for done.
fn waivable(done: &Done) -> impl Iterator<Item = &Step> {
    let failed = done
        .plan
        .steps
        .iter()
        .zip(&done.statuses)
        .filter(|(_, status)| matches!(status, Status::Failed { .. }));
    failed
        .map(|(step, _)| step)
        .filter(|step| matches!(&step.action, Action::Task(task) if task.may_be_waived()))
}

/// What a run did, as Terraform counts it.
#[derive(Debug, Default)]
struct Counts {
    added: BTreeSet<String>,
    changed: BTreeSet<String>,
    adopted: BTreeSet<String>,
    forgotten: BTreeSet<String>,
    destroyed: BTreeSet<String>,
}

impl Counts {
    fn of(done: &Done) -> Self {
        let mut counts = Self::default();
        let finished =
            done.plan.steps.iter().zip(&done.statuses).filter(|(_, status)| **status == Status::Done);
        for (step, _) in finished {
            let address = step.address.to_string();
            match &step.action {
                Action::Create(_) => counts.added.insert(address),
                Action::Update { .. } => counts.changed.insert(address),
                Action::Adopt { .. } => counts.adopted.insert(address),
                Action::Forget => counts.forgotten.insert(address),
                Action::Delete { .. } => counts.destroyed.insert(address),
                Action::Replace { .. } => {
                    counts.added.insert(address.clone());
                    counts.destroyed.insert(address)
                }
                Action::Task(_) => false,
            };
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (addresses, word) in [(&self.adopted, "adopted"), (&self.forgotten, "forgotten")] {
            if !addresses.is_empty() {
                write!(f, "{} {word}, ", addresses.len())?;
            }
        }
        let Self { added, changed, destroyed, .. } = self;
        write!(f, "{} added, {} changed, {} destroyed", added.len(), changed.len(), destroyed.len())
    }
}

fn show_outputs(plan: &Plan) {
    if plan.outputs.is_empty() {
        return;
    }
    println!("\nOutputs:\n");
    for (name, output) in &plan.outputs {
        match output {
            PlannedOutput::Plain(value) => println!("{name} = {value:#}"),
            PlannedOutput::Sensitive => println!("{name} = (sensitive)"),
        }
    }
}
