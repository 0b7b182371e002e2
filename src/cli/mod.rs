//! The command line: one file per command, wiring only.
//!
//! A command is a struct of arguments, whose doc comments are its help, and a `run` that answers an exit code
//! or a [`Failure`].

pub mod arguments;
mod failure;
mod sandbox;
mod version;

pub use failure::Failure;

use clap::Parser;
use std::process::ExitCode;

/// Disaster recovery as code for Apache Kafka.
#[derive(Debug, Parser)]
#[command(name = "leeward", version, disable_help_subcommand = true)]
struct Leeward {
    #[command(subcommand)]
    command: Command,
}

/// The commands, one file each.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Sandbox(sandbox::Sandbox),
    Version(version::Version),
}

impl Command {
    fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Sandbox(command) => command.run(),
            Self::Version(command) => command.run(),
        }
    }
}

/// Runs the command that the process' arguments name.
pub fn main() -> ExitCode {
    let leeward = Leeward::parse_from(arguments::normalized(std::env::args()));
    leeward.command.run().unwrap_or_else(|failure| {
        anstream::eprintln!("{failure}");
        ExitCode::FAILURE
    })
}
