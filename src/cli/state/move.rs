//! `leeward state mv`.

use super::edit_state;
use crate::cli::Failure;
use crate::cli::flags::LockFlags;
use crate::estate::Address;
use std::process::ExitCode;

/// Gives what is owned under one address to another, after a block was renamed or moved into a module.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  leeward state mv topic.order topic.orders
  leeward state mv -dry-run topic.orders module.eu.topic.orders")]
pub struct Move {
    /// What it is called in the state; a block with count or for_each moves with all its instances.
    #[arg(value_name = "SOURCE")]
    from: Address,
    /// What it is called in the configuration.
    #[arg(value_name = "DESTINATION")]
    to: Address,
    /// Says what would move, and moves nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    lock: LockFlags,
}

impl Move {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let word = if self.dry_run { "Would move" } else { "Moved" };
        edit_state("state mv", &self.lock, self.dry_run, |state| {
            let moved = state.move_resource(&self.from, &self.to)?;
            Ok(moved.iter().map(|(from, to)| format!("{word} {from} to {to}")).collect())
        })
    }
}
