//! `leeward failover`.

mod asked;
mod held;
mod plan;
mod reading;
mod run;
mod stopped;
mod target;

use super::Failure;
use super::runtime::block_on;
pub(super) use asked::{Asked, Read};
pub(super) use run::{ask, refuse_stops};
use std::process::ExitCode;
pub(super) use stopped::is_there;
pub(super) use target::Target;

/// Plans and runs a failover: the standby of a pair, or of several, becomes the active side.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A planned failover loses nothing: writers are stopped and fenced, all is carried, groups are set to where they stood, and only then \
the roles change, and names with them. An unplanned one takes the active side for dead, and waits for it nowhere.

Examples:
  leeward failover plan orders
  leeward failover plan orders -out orders.lw
  leeward failover run orders.lw
  leeward failover run orders -unplanned -confirm-lost orders
  leeward failover run -continue-unplanned 7f3a -confirm-lost orders
  leeward failover run all                 the pairs of failover_policy \"all\", wave after wave")]
pub struct Failover {
    #[command(subcommand)]
    command: Command,
}

/// What is done.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(plan::Plan),
    Run(run::Run),
}

impl Failover {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Plan(command) => block_on(command.run()),
            Command::Run(command) => block_on(command.run()),
        }
    }
}
