//! `leeward force-unlock`.

use super::Failure;
use super::question::yes;
use super::runtime::block_on;
use super::workspace::{Workspace, lock_failure};
use crate::state::Store as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Takes the state's lock away from a leeward that is gone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward force-unlock 4f1c2d9e-5b1a-4c9f-8a53-0f6f8b1f2a77")]
pub struct ForceUnlock {
    /// The lock's id, from the message of the command that could not have it.
    #[arg(value_name = "LOCK_ID")]
    id: String,
    /// Does not ask.
    #[arg(long)]
    force: bool,
}

impl ForceUnlock {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        if !self.force && !is_sure()? {
            return Err(Failure::new("it was not confirmed: the lock is as it was"));
        }
        block_on(async {
            let workspace = Workspace::open()?;
            let holder =
                workspace.store.force_unlock(&self.id).await.map_err(|error| lock_failure(&error))?;
            println!("Took the lock away from {holder}.");
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn is_sure() -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Failure::new("force-unlock asks first, and nobody can answer here").hint("give -force"));
    }
    print!(
        "If the process that holds the lock still runs, both will write the state.\n\
         Is it gone for sure? Only 'yes' is taken for a yes: "
    );
    yes()
}
