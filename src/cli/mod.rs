//! The command line: one file per command, wiring only.
//!
//! A command is a struct of arguments, whose doc comments are its help, and a `run` that answers an exit code
//! or a [`Failure`].

// First: its macros stand in for the standard library's in all that follows.
#[macro_use]
mod stream;

mod abort;
mod apply;
mod approve;
pub mod arguments;
mod completions;
mod condition;
mod configuration;
mod console;
mod destroy;
mod drill;
mod explain;
mod exporter;
mod failback;
mod failover;
mod failure;
mod flags;
mod fmt;
mod force_unlock;
mod graph;
mod import;
mod init;
mod log;
mod man;
mod named;
mod offsets;
mod output;
mod plan;
mod planning;
mod question;
mod report;
mod resume;
mod running;
mod runs;
mod runtime;
mod sandbox;
mod schema;
mod show;
mod sighting;
mod state;
mod status;
mod tail;
mod validate;
mod version;
mod workspace;

pub use failure::Failure;

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Disaster recovery as code for Apache Kafka.
#[derive(Debug, Parser)]
#[command(name = "leeward", version, disable_help_subcommand = true)]
struct Leeward {
    /// Works in this folder instead of the current one.
    #[arg(long, value_name = "DIR", global = true)]
    chdir: Option<PathBuf>,
    /// Writes no colours, also to a terminal.
    #[arg(long, global = true)]
    no_color: bool,
    /// The format of log lines; what is logged is set by LEEWARD_LOG, such as info or leeward::run=debug.
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    log_format: log::Format,
    #[command(subcommand)]
    command: Command,
}

impl Leeward {
    fn run(self) -> Result<ExitCode, Failure> {
        if self.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        log::start(self.log_format)?;
        if let Some(folder) = &self.chdir {
            std::env::set_current_dir(folder)
                .map_err(|error| Failure::new(format!("-chdir {}: {error}", folder.display())))?;
        }
        self.command.run()
    }
}

/// The commands, one file each.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Abort(abort::Abort),
    Apply(apply::Apply),
    Approve(approve::Approve),
    Completions(completions::Completions),
    Console(console::Console),
    Destroy(destroy::Destroy),
    Drill(drill::Drill),
    Explain(explain::Explain),
    Exporter(exporter::Exporter),
    Failback(failback::Failback),
    Failover(failover::Failover),
    Fmt(fmt::Fmt),
    ForceUnlock(force_unlock::ForceUnlock),
    Graph(graph::Graphs),
    Import(import::Import),
    Init(init::Init),
    Man(man::Man),
    Offsets(offsets::Offsets),
    Output(output::Output),
    Plan(plan::Plan),
    Report(report::Report),
    Resume(resume::Resume),
    Runs(runs::RunsCommand),
    Sandbox(sandbox::Sandbox),
    #[command(hide = true)]
    Schema(schema::Schema),
    Show(show::Show),
    State(state::StateCommand),
    Status(status::Status),
    Tail(tail::TailCommand),
    Validate(validate::Validate),
    Version(version::Version),
}

impl Command {
    fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Abort(command) => command.run(),
            Self::Apply(command) => command.run(),
            Self::Approve(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::Console(command) => command.run(),
            Self::Destroy(command) => command.run(),
            Self::Drill(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Exporter(command) => command.run(),
            Self::Failback(command) => command.run(),
            Self::Failover(command) => command.run(),
            Self::Fmt(command) => command.run(),
            Self::ForceUnlock(command) => command.run(),
            Self::Graph(command) => command.run(),
            Self::Import(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Man(command) => command.run(),
            Self::Offsets(command) => command.run(),
            Self::Output(command) => command.run(),
            Self::Plan(command) => command.run(),
            Self::Report(command) => command.run(),
            Self::Resume(command) => command.run(),
            Self::Runs(command) => command.run(),
            Self::Sandbox(command) => command.run(),
            Self::Schema(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::State(command) => command.run(),
            Self::Status(command) => command.run(),
            Self::Tail(command) => command.run(),
            Self::Validate(command) => command.run(),
            Self::Version(command) => command.run(),
        }
    }
}

/// Runs the command that the process' arguments name.
pub fn main() -> ExitCode {
    let leeward = Leeward::parse_from(arguments::normalized(std::env::args()));
    let code = leeward.run().unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    });
    match stream::fault() {
        Some(error) => {
            eprintln!("error: standard output can't be written: {error}");
            ExitCode::FAILURE
        }
        None => code,
    }
}
