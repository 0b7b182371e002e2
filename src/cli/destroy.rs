//! `leeward destroy`.

use super::Failure;
use super::apply::Apply;
use std::process::ExitCode;

/// Lets go of all that the estate owns; deletes what it made anew, and topics whose `on_remove` is "delete".
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Topics are forgotten, not deleted, unless on_remove = \"delete\": their records stay.

Examples:
  leeward plan -destroy
  leeward destroy -target replication.orders")]
pub struct Destroy {
    #[command(flatten)]
    apply: Apply,
}

impl Destroy {
    pub(super) fn run(mut self) -> Result<ExitCode, Failure> {
        self.apply.destroy = true;
        self.apply.run()
    }
}
