//! `leeward init`.

use super::Failure;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::config::hcl_files;
use crate::state::Store as _;
use std::path::Path;
use std::process::ExitCode;

/// What a new estate begins with.
const STARTER: &str = include_str!("starter.hcl");

/// Prepares a folder for an estate: writes a first main.hcl if there is none, and begins its state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mkdir estate && cd estate && leeward init")]
pub struct Init {}

impl Init {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            if hcl_files(Path::new("."))?.is_empty() {
                std::fs::write("main.hcl", STARTER)
                    .map_err(|error| Failure::new(format!("main.hcl can't be written: {error}")))?;
                println!("Wrote main.hcl, an estate to begin with.");
            }
            let workspace = Workspace::open()?;
            if workspace.store.load().await.map_err(|e| super::workspace::store_failure(&e))?.is_some() {
                println!("The state {} is there already.", workspace.store.path().display());
            } else {
                let mut state = workspace.load_state().await?;
                workspace.save_state(&mut state).await?;
                println!("Began the state {}.", workspace.store.path().display());
            }
            println!("Next:  leeward validate, then leeward plan");
            Ok(ExitCode::SUCCESS)
        })
    }
}
