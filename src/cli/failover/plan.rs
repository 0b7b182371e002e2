//! `leeward failover plan`.

use super::Asked;
use super::stopped::Stopped;
use super::target::side;
use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::plan::save;
use crate::cli::workspace::Workspace;
use crate::estate::Side;
use crate::plan::Recipe;
use crate::report;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows what a failover would do, lose and repeat. It changes nothing and needs no right to write.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward failover plan orders
  leeward failover plan orders -unplanned
  leeward failover plan -continue-unplanned 7f3a      the active side died in the middle of run 7f3a
  leeward failover plan orders -check      fails if the failover could not begin: for pull requests and monitors
  leeward failover plan orders -out orders.lw
  leeward failover plan all                the pairs of failover_policy \"all\", wave after wave")]
pub(super) struct Plan {
    /// The pair, or a failover policy that puts several into waves; may be left out if there is only one pair.
    #[arg(value_name = "PAIR|POLICY")]
    what: Option<String>,
    /// The side that all pairs of a policy go to, where they are on different ones; those that are there stay.
    #[arg(long, value_name = "SIDE", value_parser = side)]
    to: Option<Side>,
    /// Takes the active side for dead.
    #[arg(long)]
    unplanned: bool,
    /// Goes on, unplanned, from a planned failover whose active side died before the roles changed.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["what", "to", "unplanned", "out"])]
    continue_unplanned: Option<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    configuration: Configuration,
    /// Saves the plan to a file, for `leeward failover run FILE` to do exactly this.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Prints the plan as JSON.
    #[arg(long, group = "form")]
    json: bool,
    /// Prints the plan as Markdown, for a comment on a pull request.
    #[arg(long, group = "form")]
    markdown: bool,
    /// Prints which wave comes after which, as a Mermaid flowchart.
    #[arg(long, group = "form")]
    mermaid: bool,
    /// Fails if a guard does not hold.
    #[arg(long)]
    check: bool,
}

impl Plan {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let recipe = if self.unplanned { Recipe::Unplanned } else { Recipe::Planned };
        let read = match &self.continue_unplanned {
            Some(run) => {
                let stopped = Stopped::viewed(&workspace, run).await?;
                stopped.plan(&self.asked, &workspace, &self.configuration).await?
            }
            None => {
                (self.asked)
                    .plan_named(&workspace, &self.configuration, self.what.as_deref(), self.to, recipe)
                    .await?
            }
        };
        let plan = &read.planned.plan;
        if let Some(file) = &self.out {
            save(file, plan)?;
        }
        if self.json {
            println!("{}", report::json::plan(plan)?);
        } else if self.markdown {
            print!("{}", report::failover::markdown(plan, &workspace.expected()));
        } else if self.mermaid {
            print!("{}", report::failover::mermaid(plan));
        } else {
            print!("{}", report::failover::text(plan, &workspace.expected()));
            if report::failover::stops(plan).is_empty() {
                println!("\nTo run it:  leeward failover run {}", self.how(read.target.name()));
            }
        }
        if self.check {
            super::run::refuse_stops(plan)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What has to be typed to run it.
    fn how(&self, name: &str) -> String {
        let to = self.to.map(|to| format!(" -to {to}")).unwrap_or_default();
        match (&self.continue_unplanned, &self.out) {
            (Some(run), _) => format!("-continue-unplanned {run} -confirm-lost {name}"),
            (None, Some(file)) => file.display().to_string(),
            (None, None) if self.unplanned => format!("{name} -unplanned -confirm-lost {name}{to}"),
            (None, None) => format!("{name}{to}"),
        }
    }
}
