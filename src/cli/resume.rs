//! `leeward resume`.

use super::Failure;
use super::configuration::Configuration;
use super::flags::LockFlags;
use super::running::{conclude, execute};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::provider::{Live, LiveRecords};
use crate::run::World;
use std::process::ExitCode;

/// Takes up a run that was stopped, killed, or failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Steps that were begun and have no result are looked at first: what is done already is not done again.

Example:
  leeward resume 7f3a")]
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
        let done = execute(run, state, world, workspace, self.parallelism).await?;
        conclude(&done)
    }
}
