//! `leeward resume`.

use super::Failure;
use super::approve::{Word, check_words, give_words, reason};
use super::configuration::Configuration;
use super::flags::LockFlags;
use super::running::{conclude, execute};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::plan::{PlanKind, StepId};
use crate::provider::{Live, LiveRecords};
use crate::run::{Event, Run, Waiver, World, may_be_waived};
use std::process::ExitCode;

/// Takes up a run that was stopped, killed, or failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Steps that were begun and have no result are looked at first: what is done already is not done again.

Examples:
  leeward resume 7f3a
  leeward resume 7f3a -skip 12=\"billing was stopped by hand\"")]
pub struct Resume {
    /// The run, or the beginning of its id; `leeward runs` lists them.
    #[arg(value_name = "RUN")]
    run: String,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    lock: LockFlags,
    /// How many steps run at once.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    parallelism: u16,
    /// Takes a step for done that waits, looks or calls a hook, with a reason that is kept; may be given several times.
    #[arg(long, value_name = "STEP=REASON", value_parser = waiver)]
    skip: Vec<Waiver>,
    /// Gives your word for a step that waits for it, as `leeward approve` does; may be given several times.
    #[arg(long, value_name = "NAME=REASON")]
    approve: Vec<Word>,
}

impl Resume {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock("resume", &self.lock).await?;
            let code = self.go_on(&workspace).await;
            // What went wrong under the lock is worth more than what goes wrong with the lock.
            let unlocked = workspace.unlock(held).await;
            code.and_then(|code| unlocked.map(|()| code))
        })
    }

    async fn go_on(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let runs = workspace.runs();
        let run = runs.recover(&runs.find(&self.run)?)?.run;
        if run.is_finished() {
            anstream::println!("Run {} is finished: nothing is left to do.", run.id);
            return Ok(ExitCode::SUCCESS);
        }
        refuse_aborted(&run)?;
        super::drill::refuse(&run)?;
        for waiver in &self.skip {
            may_be_waived(&run.plan, &run.progress, waiver.step)?;
        }
        check_words(&self.approve, &run.plan)?;
        give_words(&self.approve, &runs, &run.id)?;
        let state = workspace.load_state().await?;
        let estate = self.configuration.load(state.actives())?.estate;
        if estate.digest != run.plan.based_on.config {
            anstream::eprintln!(
                "note: the configuration has changed since; the run goes on with its own plan, and reaches the \
                 world as the configuration says now"
            );
        }
        let (objects, records) = (Live::new(&estate), LiveRecords::new(&estate));
        let world = World { objects: &objects, records: &records };
        let done = execute(run, state, world, workspace, self.parallelism, self.skip.clone()).await?;
        conclude(&done)
    }
}

fn refuse_aborted(run: &Run) -> Result<(), Failure> {
    if run.plan.kind == PlanKind::Abort && run.past.is_empty() {
        return Err(Failure::new(format!("run {} has begun nothing yet", run.id))
            .hint("it would take another run back: `leeward abort` that one again"));
    }
    let Some(Event::Aborted { by, .. }) = run.aborted() else { return Ok(()) };
    let id = &run.id;
    let failure = Failure::new(format!("run {id} was given up, and can't be taken up again"));
    Err(match by {
        Some(by) => failure.hint(format!("run {by} takes it back; `leeward runs` says how it stands")),
        None => failure.hint("make a new plan"),
    })
}

/// Reads `12=billing was stopped by hand`.
fn waiver(text: &str) -> Result<Waiver, String> {
    let (step, why) = text.split_once('=').ok_or("write it as STEP=REASON")?;
    let step = step.trim().parse().map_err(|_| "a step is named by its number, as the failure says it")?;
    Ok(Waiver { step: StepId(step), reason: reason(why)? })
}
