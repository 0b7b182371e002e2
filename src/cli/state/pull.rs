//! `leeward state pull`.

use crate::cli::Failure;
use crate::cli::runtime::block_on;
use crate::cli::workspace::{Workspace, store_failure};
use crate::state::Store as _;
use std::process::ExitCode;

/// Prints the state as JSON, as `leeward state push` takes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward state pull > state.json")]
pub struct Pull {}

impl Pull {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let workspace = Workspace::open()?;
            let state = workspace.store.load().await.map_err(|error| store_failure(&error))?;
            match state {
                Some(state) => println!("{}", serde_json::to_string_pretty(&state)?),
                None => eprintln!("There is no state yet: nothing was applied."),
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
