//! `leeward offsets plan`.

use super::Wanted;
use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::plan::save;
use crate::cli::planning::{Planned, refuse_obstacles};
use crate::cli::workspace::Workspace;
use crate::provider::{Live, LiveRecords};
use crate::report;
use crate::runbook::commit;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Plans to set each group on the standby to where it would go on there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A group is set as a whole or not at all: one that is read with on the standby, or that has read beyond there, is refused.

Examples:
  leeward offsets plan -out offsets.lw
  leeward offsets plan orders -group billing")]
pub(super) struct Plan {
    #[command(flatten)]
    pub wanted: Wanted,
    #[command(flatten)]
    configuration: Configuration,
    /// With -by timestamp: plans for groups that may skip records, too.
    #[arg(long)]
    accept_loss: bool,
    /// Saves the plan to a file, for `leeward offsets apply FILE` to do exactly this.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints the plan as JSON.
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let planned = planned(&workspace, &self.wanted, &self.configuration, self.accept_loss).await?;
        if let Some(file) = &self.out {
            save(file, &planned.plan)?;
        }
        if self.json {
            println!("{}", report::json::plan(&planned.plan)?);
        } else {
            print!("{}", report::text::plan(&planned.plan, &crate::cli::plan::view(&planned)));
            match &self.out {
                Some(file) => println!(
                    "Saved to {0}. To make exactly this happen:  leeward offsets apply {0}",
                    file.display()
                ),
                None if planned.plan.is_empty() || !planned.plan.is_applicable() => {}
                None => println!("To make it happen:  leeward offsets apply"),
            }
        }
        refuse_obstacles(&planned.plan)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads the flows and makes the plan.
pub(super) async fn planned(
    workspace: &Workspace,
    wanted: &Wanted,
    configuration: &Configuration,
    accept_loss: bool,
) -> Result<Planned, Failure> {
    let state = workspace.load_state().await?;
    let estate = configuration.load(state.actives())?.estate;
    let started = Instant::now();
    let told = wanted.read(&estate, &state, accept_loss).await?;
    let read = Some(started.elapsed());
    let plan = commit(&estate, &state, &told);
    let observed = told.into_iter().next().map(|(flow, _)| flow.observed).unwrap_or_default();
    let (world, records) = (Live::new(&estate), LiveRecords::new(&estate));
    Ok(Planned { observed, state, plan, world, records, read })
}
