//! `leeward runs`.

use super::Failure;
use super::workspace::Workspace;
use crate::report::figures::counted;
use crate::report::runs::{standing, table};
use crate::run::{Listed, Runs};
use std::process::ExitCode;

/// Lists the runs of this estate, the latest first.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  leeward runs -json\n  leeward report 7f3a        what happened in one of them\n  leeward runs prune -older-than 90d"
)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RunsCommand {
    /// Prints them as JSON.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Removes runs that are over: finished with every step done, or given up.
    #[command(after_help = "Example:\n  leeward runs prune -older-than 90d")]
    Prune {
        /// How long ago a run wrote something for the last time, such as 90d or 12h.
        #[arg(long, value_name = "DURATION", value_parser = super::flags::days)]
        older_than: jiff::SignedDuration,
    },
}

impl RunsCommand {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let kept = Workspace::open()?.runs();
        if let Some(Command::Prune { older_than }) = self.command {
            return prune(&kept, older_than);
        }
        let runs = kept.list()?;
        if self.json {
            let runs: Vec<serde_json::Value> = runs.iter().map(as_json).collect();
            println!("{}", serde_json::to_string_pretty(&runs)?);
        } else if runs.is_empty() {
            println!("There are no runs yet.");
        } else {
            print!("{}", table(&runs));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn prune(runs: &Runs, older_than: jiff::SignedDuration) -> Result<ExitCode, Failure> {
    let before = jiff::Timestamp::now().checked_sub(older_than)?;
    let gone = runs.prune(before)?;
    for run in &gone {
        println!("Removed run {run}.");
    }
    println!("{} removed.", counted(gone.len(), "run"));
    Ok(ExitCode::SUCCESS)
}

fn as_json(listed: &Listed) -> serde_json::Value {
    let run = listed.id.to_string();
    match &listed.run {
        Ok(summary) => serde_json::json!({
            "run": run,
            "plan": summary.header.plan,
            "what": summary.header.what,
            "by": summary.header.by,
            "started": summary.header.started,
            "last": summary.last,
            "steps": summary.header.steps,
            "done": summary.done,
            "failed": summary.failed,
            "waived": summary.waived,
            "finished": summary.finished.is_some(),
            "whole": summary.finished == Some(true),
            "standing": standing(summary),
        }),
        Err(error) => serde_json::json!({ "run": run, "error": error.to_string() }),
    }
}
