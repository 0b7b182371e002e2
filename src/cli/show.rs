//! `leeward show`.

use super::Failure;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::plan::from_bytes;
use crate::report;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows a saved plan, or the state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leeward show plan.lw\n  leeward show -json plan.lw\n  leeward show")]
pub struct Show {
    /// A plan that `leeward plan -out` saved; the state if none is given.
    #[arg(value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// Prints it as JSON.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Prints a plan as Markdown.
    #[arg(long, requires = "plan")]
    markdown: bool,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match &self.plan {
            Some(file) => self.show_plan(file),
            None => block_on(self.show_state()),
        }
    }

    fn show_plan(&self, file: &PathBuf) -> Result<ExitCode, Failure> {
        let bytes = std::fs::read(file)
            .map_err(|error| Failure::new(format!("the plan {} can't be read: {error}", file.display())))?;
        let plan =
            from_bytes(&bytes).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        if self.json {
            println!("{}", report::json::plan(&plan)?);
        } else if self.markdown {
            print!("{}", report::markdown::plan(&plan, Some(&file.display().to_string())));
        } else {
            print!("{}", report::text::plan(&plan, &report::text::View::default()));
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn show_state(&self) -> Result<ExitCode, Failure> {
        let state = Workspace::open()?.load_state().await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&state)?);
            return Ok(ExitCode::SUCCESS);
        }
        println!("State {} with serial {}.\n", state.lineage, state.serial);
        for (pair, state) in &state.pairs {
            println!("  {pair}: {} is active, epoch {}", state.active, state.epoch);
        }
        for (address, owned) in &state.resources {
            for object in owned {
                println!("  {address}: {}", object.id);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
