//! `leeward abort`.

use super::Failure;
use super::approve::reason;
use super::failover::is_there;
use super::flags::RunFlags;
use super::question::confirmed;
use super::running::{conclude, execute};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::plan::StepId;
use crate::provider::{Live, LiveRecords};
use crate::report;
use crate::run::{self, AbortError, Event, Run, RunError, Runs, World};
use crate::state::State;
use jiff::Timestamp;
use std::process::ExitCode;

/// Gives a run up, and takes back what it did.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What has an opposite is taken back, the last first; what stays is said. Behind the point of no return of a failover,
where the roles have changed, nothing is: then `leeward resume` goes on, and a failback is the way back.

Examples:
  leeward abort 7f3a
  leeward abort 7f3a -as-it-is \"stopped and put back by hand\"")]
pub struct Abort {
    /// The run, or the beginning of its id; `leeward runs` lists them.
    #[arg(value_name = "RUN")]
    run: String,
    /// Takes nothing back, and only sees to it that the run is never taken up again; says why.
    #[arg(long, value_name = "REASON", value_parser = reason)]
    as_it_is: Option<String>,
    #[command(flatten)]
    flags: RunFlags,
    /// Does not ask.
    #[arg(long)]
    auto_approve: bool,
}

impl Abort {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock("abort", &self.flags.lock).await?;
            let code = self.give_up(&workspace).await;
            // What went wrong under the lock is worth more than what goes wrong with the lock.
            let unlocked = workspace.unlock(held).await;
            code.and_then(|code| unlocked.map(|()| code))
        })
    }

    async fn give_up(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let runs = workspace.runs();
        let mut run = runs.recover(&runs.find(&self.run)?)?.run;
        refuse_over(&runs, &run)?;
        super::drill::refuse(&run)?;
        let state = workspace.load_state().await?;
        let state =
            run::settle(&mut run, state, &workspace.store).await.map_err(|error| unsettled(&error))?;
        if let Some(reason) = &self.as_it_is {
            run.record(vec![Event::Aborted { by: None, reason: Some(reason.clone()) }])?;
            println!("Run {} is given up; what it did stays.", run.id);
            return Ok(ExitCode::SUCCESS);
        }
        let abort = run::abort(&run.plan, &run.progress, &state).map_err(|error| refused(&run, &error))?;
        print!("{}", report::abort::text(&run.plan, &abort));
        let what = format!("take back what run {} did", run.id);
        if !self.auto_approve && !confirmed(&what, "give -auto-approve", self.flags.input)? {
            return Err(Failure::new("it was not confirmed: the run is as it was"));
        }
        if abort.plan.is_empty() {
            run.record(vec![Event::Aborted { by: None, reason: None }])?;
            println!("\nRun {} is given up.", run.id);
            return Ok(ExitCode::SUCCESS);
        }
        self.take_back(workspace, run, abort, state).await
    }

    /// The run is given up before anything is taken back: from then on it is the other run that goes on.
    async fn take_back(
        &self,
        workspace: &Workspace,
        mut given_up: Run,
        abort: run::Abort,
        state: State,
    ) -> Result<ExitCode, Failure> {
        let estate = self.flags.configuration.load(state.actives())?.estate;
        let (runs, now) = (workspace.runs(), Timestamp::now());
        let id = runs.reserve(now, super::apply::seed())?;
        given_up.record(vec![Event::Aborted { by: Some(id.to_string()), reason: None }])?;
        let mut run = runs.begin_as(id, abort.plan, now)?;
        let begun = |step: &StepId| Event::Started { step: *step, attempt: 1 };
        if !abort.doubtful.is_empty() {
            run.record(abort.doubtful.iter().map(begun).collect())?;
        }
        let (objects, records) = (Live::new(&estate), LiveRecords::new(&estate));
        let world = World { objects: &objects, records: &records };
        let done = execute(run, state, world, workspace, self.flags.parallelism, Vec::new()).await?;
        conclude(&done)
    }
}

fn refuse_over(runs: &Runs, run: &Run) -> Result<(), Failure> {
    let id = &run.id;
    if let Some(Event::Aborted { by, .. }) = run.aborted() {
        let failure = Failure::new(format!("run {id} is given up already"));
        // The process may have died before the other run began anything: then it is made anew.
        let begun = |by: &run::RunId| runs.view(by).is_ok_and(|other| !other.recording.entries.is_empty());
        let other = by.as_deref().and_then(run::RunId::parse).filter(begun);
        return match (by, other) {
            (Some(_), None) => Ok(()),
            (_, Some(by)) => {
                Err(failure.hint(format!("run {by} takes it back; `leeward runs` says how it stands")))
            }
            (None, None) => Err(failure),
        };
    }
    if let Some(by) = run.superseded().filter(|by| is_there(runs, by)) {
        return Err(Failure::new(format!(
            "run {by} goes on from run {id}: there is nothing to give up here"
        ))
        .hint(format!(
            "`leeward resume {by}` takes that up, `leeward abort {by}` takes back what it did itself"
        )));
    }
    if run.is_finished() {
        return Err(Failure::new(format!("run {id} is finished: there is nothing to give up"))
            .hint("`leeward plan` shows what differs from the configuration; the way back after a failover is `leeward failback`"));
    }
    Ok(())
}

fn refused(run: &Run, error: &AbortError) -> Failure {
    let id = &run.id;
    let failure = Failure::new(format!("run {id} can't be taken back: {error}"));
    match error {
        AbortError::NoReturn { .. } => failure.hint(format!(
            "`leeward resume {id}` goes on; if it can't, `leeward abort {id} -as-it-is WHY` gives up what is left, and a \
             failback is the way back"
        )),
        AbortError::IsAbort => failure.hint(format!("`leeward resume {id}` goes on with it")),
    }
}

fn unsettled(error: &RunError) -> Failure {
    match error {
        RunError::Store(store) => super::workspace::store_failure(store),
        error => Failure::new(error),
    }
}
