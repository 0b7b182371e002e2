//! `leeward drill plan`.

use super::Drilled;
use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::workspace::Workspace;
use crate::report;
use std::process::ExitCode;

/// Shows what a drill would do, and what would stand in the way of a failover. It changes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Plan {
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
    #[command(flatten)]
    configuration: Configuration,
    /// Prints the plan as JSON.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Prints the plan as Markdown.
    #[arg(long)]
    markdown: bool,
}

impl Plan {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let drilled = Drilled::load(&workspace, &self.configuration, self.pair.as_deref()).await?;
        let pair = drilled.pair.clone();
        let plan = &drilled.plan(&workspace, &self.configuration).await?.plan;
        if self.json {
            println!("{}", report::json::plan(plan)?);
        } else if self.markdown {
            print!("{}", report::failover::markdown(plan, &workspace.expected()));
        } else {
            print!("{}", report::failover::text(plan, &workspace.expected()));
            println!("\nTo run it:  leeward drill run {}", pair.name);
        }
        Ok(ExitCode::SUCCESS)
    }
}
