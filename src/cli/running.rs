//! Executing a plan before the eyes of a person, and what is said at its end.

use super::Failure;
use super::workspace::{Workspace, store_failure};
use crate::plan::{Action, Plan, PlannedOutput};
use crate::provider::Provider;
use crate::report::progress;
use crate::run::{Options, Run, RunError, RunId, Status, Stop};
use crate::state::State;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// A run that came to its end, for now.
pub(super) struct Done {
    pub run: RunId,
    pub plan: Plan,
    pub statuses: Vec<Status>,
    pub whole: bool,
    pub stopped: bool,
}

/// Executes a run with live progress; Ctrl-C stops it at the end of the steps under way.
pub(super) async fn execute(
    mut run: Run,
    state: State,
    world: &dyn Provider,
    workspace: &Workspace,
    parallelism: u16,
) -> Result<Done, Failure> {
    let stop = Stop::default();
    let witness = progress::witness();
    let options = Options { parallelism: usize::from(parallelism), ..Options::new(&stop, witness.as_ref()) };
    let ending = tokio::select! {
        ending = crate::run::execute(&mut run, state, world, &workspace.store, &options) => ending,
        () = stop.at_each_interrupt() => unreachable!("waiting for interrupts has no end"),
    };
    let ending = ending.map_err(|error| match &error {
        RunError::Store(store) => store_failure(store),
        _ => Failure::new(&error),
    })?;
    let statuses = run.progress.statuses().to_vec();
    Ok(Done { run: run.id, plan: run.plan, statuses, whole: ending.whole, stopped: ending.stopped })
}

/// Says how a run ended; its exit code.
pub(super) fn conclude(done: &Done, destroy: bool) -> Result<ExitCode, Failure> {
    let counts = Counts::of(done);
    if done.whole {
        let word = if destroy { "Destroy" } else { "Apply" };
        anstream::println!("\n{word} complete! Resources: {counts}.");
        show_outputs(&done.plan);
        return Ok(ExitCode::SUCCESS);
    }
    anstream::println!("\nDone so far: {counts}.");
    let run = &done.run;
    Err(if done.stopped {
        Failure::new("stopped as you asked, before the end").hint(format!("`leeward resume {run}` goes on"))
    } else {
        let failed = done.statuses.iter().filter(|status| matches!(status, Status::Failed { .. })).count();
        let left = done.statuses.iter().filter(|status| matches!(status, Status::Skipped { .. })).count();
        Failure::new(format!("{failed} steps failed and {left} that need them were left out")).hint(format!(
            "mend the cause, then `leeward resume {run}` tries them again, or `leeward apply` plans anew"
        ))
    })
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
    anstream::println!("\nOutputs:\n");
    for (name, output) in &plan.outputs {
        match output {
            PlannedOutput::Plain(value) => anstream::println!("{name} = {value:#}"),
            PlannedOutput::Sensitive => anstream::println!("{name} = (sensitive)"),
        }
    }
}
