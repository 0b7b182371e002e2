//! `leeward offsets apply`.

use super::plan::planned;
use super::{Limits, Wanted};
use crate::cli::Failure;
use crate::cli::apply::{carry_out, saved};
use crate::cli::flags::RunFlags;
use crate::cli::plan::view;
use crate::cli::planning::refuse_obstacles;
use crate::cli::question::confirmed;
use crate::cli::workspace::Workspace;
use crate::report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to type where nobody can answer.
const OTHERWISE: &str = "give -auto-approve, or save the plan with `leeward offsets plan -out FILE` and run `leeward offsets apply FILE`";

/// Sets each group on the standby to where it would go on there, and reads it back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward offsets apply
  leeward offsets apply offsets.lw
  leeward offsets apply -pair orders -group billing -auto-approve")]
pub(super) struct Apply {
    /// A plan that `leeward offsets plan -out` saved; it is applied as it is, without a question.
    #[arg(value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// The pair; may be left out if there is only one.
    #[arg(long, value_name = "PAIR")]
    pair: Option<String>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    flags: RunFlags,
    /// With -by timestamp: sets groups that may skip records, too.
    #[arg(long)]
    accept_loss: bool,
    /// Applies without asking.
    #[arg(long)]
    auto_approve: bool,
}

impl Apply {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("offsets apply", &self.flags.lock).await?;
        let code = match &self.plan {
            Some(file) => self.apply_saved(&workspace, file).await,
            None => self.apply_fresh(&workspace).await,
        };
        let unlocked = workspace.unlock(held).await;
        code.and_then(|code| unlocked.map(|()| code))
    }

    async fn apply_saved(&self, workspace: &Workspace, file: &Path) -> Result<ExitCode, Failure> {
        let planned = saved(workspace, file, &self.flags).await?;
        carry_out(workspace, planned, &self.flags).await
    }

    async fn apply_fresh(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let wanted = Wanted { pair: self.pair.clone(), limits: self.limits.clone() };
        let planned = planned(workspace, &wanted, &self.flags.configuration, self.accept_loss).await?;
        print!("{}", report::text::plan(&planned.plan, &view(&planned)));
        refuse_obstacles(&planned.plan)?;
        if !planned.plan.is_empty()
            && !self.auto_approve
            && !confirmed("set these groups", OTHERWISE, self.flags.input)?
        {
            return Err(Failure::new("it was not confirmed: nothing was changed"));
        }
        carry_out(workspace, planned, &self.flags).await
    }
}
