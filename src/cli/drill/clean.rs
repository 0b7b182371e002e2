//! `leeward drill clean`.

use super::Drilled;
use crate::cli::Failure;
use crate::cli::apply::seed;
use crate::cli::flags::RunFlags;
use crate::cli::running::{Done, execute};
use crate::cli::workspace::Workspace;
use crate::estate::Address;
use crate::plan::Plan;
use crate::provider::{Live, LiveRecords};
use crate::report;
use crate::run::{Event, RunId, World};
use crate::runbook::sweep;
use jiff::Timestamp;
use std::process::ExitCode;

/// Removes what drills of a pair have left, whatever became of them. It asks for nothing and finds it by name.
#[derive(Debug, clap::Args)]
pub(super) struct Clean {
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
    #[command(flatten)]
    flags: RunFlags,
}

impl Clean {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("drill", &self.flags.lock).await?;
        let code = self.clean(&workspace).await;
        let unlocked = workspace.unlock(held).await;
        code.and_then(|code| unlocked.map(|()| code))
    }

    async fn clean(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let done = clean(workspace, &self.flags, self.pair.as_deref()).await?;
        if !done.whole {
            return Err(Failure::new(left(&done)).hint("mend the cause, then clean again"));
        }
        println!("\n{}", report::failover::done(&done.plan));
        Ok(ExitCode::SUCCESS)
    }
}

/// Why not all could be removed.
pub(super) fn left(done: &Done) -> String {
    let failures = done.failures.iter().map(|line| line.trim().trim_start_matches("✗ "));
    let stopped = done.stopped.then_some("it was stopped before all was removed");
    failures.chain(stopped).collect::<Vec<_>>().join("\n  ")
}

/// Removes what drills have left, in a run of its own, and gives up the drills that were not finished.
pub(super) async fn clean(
    workspace: &Workspace,
    flags: &RunFlags,
    pair: Option<&str>,
) -> Result<Done, Failure> {
    let drilled = Drilled::load(workspace, &flags.configuration, pair).await?;
    let then = drilled.then(&flags.configuration)?;
    let Drilled { pair, state, now } = drilled;
    // A replication that is declared no more may have been rehearsed all the same.
    let (unfinished, plans): (Vec<RunId>, Vec<Plan>) = unfinished(workspace, &pair)?.into_iter().unzip();
    let plan = sweep(&now, &then, &state, &pair, &plans).ok_or_else(|| nothing(&pair))?;
    let runs = workspace.runs();
    let run = runs.begin(plan, Timestamp::now(), seed())?;
    let id = run.id.clone();
    let (objects, records) = (Live::new(&now), LiveRecords::new(&now));
    let world = World { objects: &objects, records: &records };
    let done = execute(run, state, world, workspace, flags.parallelism, Vec::new()).await?;
    if done.whole {
        give_up(workspace, &unfinished, &id)?;
    }
    Ok(done)
}

/// What is said of a pair without a replication.
pub(super) fn nothing(pair: &Address) -> Failure {
    Failure::new(format!("{pair} has no replication: there is nothing to rehearse")).hint("declare one")
}

/// The drills of a pair that came to no end.
fn unfinished(workspace: &Workspace, pair: &Address) -> Result<Vec<(RunId, Plan)>, Failure> {
    let runs = workspace.runs();
    let listed = runs.list()?.into_iter();
    let open = listed.filter(|listed| listed.run.as_ref().is_ok_and(|summary| !summary.is_over()));
    let viewed = open.filter_map(|listed| Some((runs.view(&listed.id).ok()?.plan, listed.id)));
    let is_of_pair = |plan: &Plan| plan.failover.as_ref().is_some_and(|failover| failover.pair == *pair);
    Ok(viewed.filter(|(plan, _)| plan.is_drill() && is_of_pair(plan)).map(|(plan, id)| (id, plan)).collect())
}

fn give_up(workspace: &Workspace, runs: &[RunId], by: &RunId) -> Result<(), Failure> {
    for id in runs {
        let mut run = workspace.runs().recover(id)?.run;
        run.record(vec![Event::Aborted { by: Some(by.to_string()), reason: None }])?;
    }
    Ok(())
}
