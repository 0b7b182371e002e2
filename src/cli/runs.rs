//! `leeward runs`.

use super::Failure;
use super::workspace::Workspace;
use crate::report::runs::{standing, table};
use crate::run::Listed;
use std::process::ExitCode;

/// Lists the runs of this estate, the latest first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward runs -json")]
pub struct RunsCommand {
    /// Prints them as JSON.
    #[arg(long)]
    json: bool,
}

impl RunsCommand {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let runs = Workspace::open()?.runs().list()?;
        if self.json {
            let runs: Vec<serde_json::Value> = runs.iter().map(as_json).collect();
            anstream::println!("{}", serde_json::to_string_pretty(&runs)?);
        } else if runs.is_empty() {
            anstream::println!("There are no runs yet.");
        } else {
            anstream::print!("{}", table(&runs));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(listed: &Listed) -> serde_json::Value {
    let run = listed.id.to_string();
    match &listed.run {
        Ok(summary) => serde_json::json!({
            "run": run,
            "plan": summary.header.plan,
            "started": summary.header.started,
            "last": summary.last,
            "steps": summary.header.steps,
            "done": summary.done,
            "failed": summary.failed,
            "finished": summary.finished.is_some(),
            "whole": summary.finished == Some(true),
            "standing": standing(summary),
        }),
        Err(error) => serde_json::json!({ "run": run, "error": error.to_string() }),
    }
}
