//! `leeward tail`: what the old active side acknowledged and nobody carried.

mod diff;
mod export;
mod list;
mod meter;
mod replay;

use super::Failure;
use super::configuration::Configuration;
use super::named::named;
use super::workspace::Workspace;
use crate::estate::{Estate, Kind, Side};
use crate::provider::{Live, LiveRecords};
use crate::tail::{Course, TailError};
use std::process::ExitCode;

/// Finds, keeps and replays records that were acknowledged on the old active side and never carried over.
///
/// The old active side is the one that clients wrote to before the last change of roles; in a pair that never changed
/// them it is the active one, and its tail is what the replication still has to carry.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward tail list orders
  leeward tail export orders -out tail-orders
  leeward tail diff tail-orders
  leeward tail replay tail-orders -to shanghai -suffix .tail")]
pub struct TailCommand {
    #[command(subcommand)]
    command: Command,
}

/// What is done with a tail.
#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::List),
    Export(export::Export),
    Replay(replay::Replay),
    Diff(diff::Diff),
}

impl TailCommand {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::List(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::Diff(command) => command.run(),
        }
    }
}

/// Which tail.
#[derive(Debug, Clone, clap::Args)]
struct Which {
    /// The side whose tail it is, instead of the old active one.
    #[arg(long, value_name = "SIDE")]
    side: Option<GivenSide>,
    #[command(flatten)]
    configuration: Configuration,
}

/// A side, as it is typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum GivenSide {
    /// The side declared as primary.
    Primary,
    /// The side declared as secondary.
    Secondary,
}

impl From<GivenSide> for Side {
    fn from(side: GivenSide) -> Self {
        match side {
            GivenSide::Primary => Self::Primary,
            GivenSide::Secondary => Self::Secondary,
        }
    }
}

/// The estate and the ways to its world.
struct Stage {
    estate: Estate,
    state: crate::state::State,
    world: Live,
    records: LiveRecords,
}

impl Stage {
    async fn set(configuration: &Configuration) -> Result<Self, Failure> {
        let state = Workspace::open()?.load_state().await?;
        let estate = configuration.load(state.actives())?.estate;
        let (world, records) = (Live::new(&estate), LiveRecords::new(&estate));
        Ok(Self { estate, state, world, records })
    }

    fn course(&self, pair: &str, side: Option<GivenSide>) -> Result<Course, Failure> {
        let pair = named(&self.estate, Kind::Pair, pair)?;
        Course::of(&self.estate, &self.state, &pair, side.map(Into::into)).map_err(failure)
    }
}

fn failure(error: TailError) -> Failure {
    match error.hint() {
        Some(hint) => Failure::new(&error).hint(hint),
        None => Failure::new(&error),
    }
}
