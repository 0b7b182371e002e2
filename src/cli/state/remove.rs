//! `leeward state rm`.

use super::edit_state;
use crate::cli::Failure;
use crate::cli::flags::LockFlags;
use crate::estate::Address;
use std::process::ExitCode;

/// Forgets what is owned under addresses; what stands in the world stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  leeward state rm topic.orders
  leeward state rm -dry-run topic.many topic.few")]
pub struct Remove {
    /// The resources, or blocks with all their instances.
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<Address>,
    /// Says what would be forgotten, and forgets nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    lock: LockFlags,
}

impl Remove {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let word = if self.dry_run { "Would forget" } else { "Forgot" };
        edit_state("state rm", &self.lock, self.dry_run, |state| {
            let mut lines = Vec::new();
            for address in &self.addresses {
                for (address, owned) in state.remove_resource(address)? {
                    let objects: Vec<String> = owned.iter().map(|owned| owned.id.to_string()).collect();
                    lines.push(format!("{word} {address}: {}", objects.join(", ")));
                }
            }
            Ok(lines)
        })
    }
}
