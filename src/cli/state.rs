//! `leeward state`.

mod list;
mod r#move;
mod pull;
mod push;
mod remove;
mod show;

use super::Failure;
use super::flags::LockFlags;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::state::{EditError, State};
use std::process::ExitCode;

/// Shows and changes what leeward remembers of the world.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward state mv topic.orders module.eu.topic.orders")]
pub struct StateCommand {
    #[command(subcommand)]
    command: Command,
}

/// What is done with the state.
#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::List),
    Show(show::Show),
    Mv(r#move::Move),
    Rm(remove::Remove),
    Pull(pull::Pull),
    Push(push::Push),
}

impl StateCommand {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Mv(command) => command.run(),
            Command::Rm(command) => command.run(),
            Command::Pull(command) => command.run(),
            Command::Push(command) => command.run(),
        }
    }
}

/// Changes the state under its lock and says what was changed, a line each; a dry run writes nothing.
fn edit_state(
    operation: &str,
    lock: &LockFlags,
    dry_run: bool,
    edit: impl FnOnce(&mut State) -> Result<Vec<String>, EditError>,
) -> Result<ExitCode, Failure> {
    block_on(async {
        let workspace = Workspace::open()?;
        let held = if dry_run { None } else { workspace.lock(operation, lock).await? };
        let mut state = workspace.load_state().await?;
        let lines = edit(&mut state)?;
        if !dry_run {
            workspace.save_state(&mut state).await?;
        }
        workspace.unlock(held).await?;
        lines.iter().for_each(|line| println!("{line}"));
        Ok(ExitCode::SUCCESS)
    })
}
