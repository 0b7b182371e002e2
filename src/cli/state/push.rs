//! `leeward state push`.

use crate::cli::Failure;
use crate::cli::flags::LockFlags;
use crate::cli::runtime::block_on;
use crate::cli::workspace::{Workspace, store_failure};
use crate::state::{State, Store as _, StoreError, decode_pushed};
use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Puts a state in the place of the one that is there, which is kept as the backup.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  leeward state push state.json
  leeward state pull | jq … | leeward state push -")]
pub struct Push {
    /// The file of a state, or what `leeward state pull` printed; - for the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also if it is about another estate or older than what is there, or if that can't be read.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    lock: LockFlags,
}

impl Push {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let file = self.file.display();
        let bytes = self.read().map_err(|error| Failure::new(format!("{file} can't be read: {error}")))?;
        let pushed = decode_pushed(&bytes).map_err(|error| Failure::new(format!("{file} {error}")))?;
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock("state push", &self.lock).await?;
            let serial = self.replace(&workspace, pushed).await?;
            workspace.unlock(held).await?;
            match serial {
                Some(serial) => println!("Pushed; the state has serial {serial} now."),
                None => println!("The state is that already."),
            }
            Ok(ExitCode::SUCCESS)
        })
    }

    fn read(&self) -> std::io::Result<Vec<u8>> {
        if self.file.as_os_str() != "-" {
            return std::fs::read(&self.file);
        }
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes the state with a serial that no plan was made from; answers it, unless nothing had to be written.
    async fn replace(&self, workspace: &Workspace, mut pushed: State) -> Result<Option<u64>, Failure> {
        let present = match workspace.store.load().await {
            Err(StoreError::File { .. }) if self.force => None,
            present => present.map_err(|error| store_failure(&error))?,
        };
        if let Some(present) = present {
            if pushed == present {
                return Ok(None);
            }
            if !self.force {
                pushed.may_replace(&present).map_err(|error| {
                    Failure::new(error).hint("if that is what you want, push with -force")
                })?;
            }
            pushed.serial = pushed.serial.max(present.serial);
        }
        workspace.save_state(&mut pushed).await?;
        Ok(Some(pushed.serial))
    }
}
