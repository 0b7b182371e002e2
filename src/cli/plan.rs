//! `leeward plan`.

use super::Failure;
use super::flags::PlanFlags;
use super::planning::{Planned, Sources, refuse_obstacles};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::plan::{Plan as ThePlan, PlanKind, to_bytes};
use crate::report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Shows what differs between the estate and the world, and what apply would do about it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes:
  0  no error (with -detailed-exitcode: no changes)
  1  an error, an impossible change, or a finding of severity error
  2  with -detailed-exitcode: there are changes, or something could not be read

Examples:
  leeward plan
  leeward plan -out plan.lw -detailed-exitcode
  leeward plan -markdown > comment.md")]
pub struct Plan {
    #[command(flatten)]
    flags: PlanFlags,
    /// Saves the plan to a file, for `leeward apply FILE` to do exactly this.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Answers with exit code 2 if there are changes, or if something could not be read.
    #[arg(long)]
    detailed_exitcode: bool,
    /// Plans to let go of everything, or delete it where `on_remove` says so.
    #[arg(long)]
    destroy: bool,
    /// Prints the plan as JSON.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Prints the plan as Markdown, for a comment on a pull request.
    #[arg(long)]
    markdown: bool,
}

impl Plan {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(self.make())
    }

    async fn make(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("plan", &self.flags.run.lock).await?;
        let kind = if self.destroy { PlanKind::Destroy } else { PlanKind::Apply };
        let planned = Sources::read(&workspace, &self.flags.run.configuration, self.flags.refresh)
            .await?
            .plan(&self.flags, kind)?;
        workspace.unlock(held).await?;
        if let Some(file) = &self.out {
            save(file, &planned.plan)?;
        }
        self.show(&planned)?;
        refuse_obstacles(&planned.plan)?;
        Ok(self.exit_code(&planned.plan))
    }

    fn show(&self, planned: &Planned) -> Result<(), Failure> {
        let plan = &planned.plan;
        if self.json {
            println!("{}", report::json::plan(plan)?);
        } else if self.markdown {
            let source = self.out.as_deref().map(|file| file.display().to_string());
            print!("{}", report::markdown::plan(plan, source.as_deref()));
        } else {
            print!("{}", report::text::plan(plan, &view(planned)));
            self.show_next(plan);
        }
        Ok(())
    }

    /// What can be done with the plan.
    fn show_next(&self, plan: &ThePlan) {
        match &self.out {
            Some(file) if plan.is_applicable() => {
                println!("Saved to {0}. To make exactly this happen:  leeward apply {0}", file.display());
            }
            Some(file) => println!("Saved to {}, to be shown.", file.display()),
            None if plan.is_empty() || !plan.is_applicable() => {}
            None => println!("To make it happen:  leeward apply"),
        }
    }

    /// With -detailed-exitcode "no changes" is said only of a world that was seen as a whole.
    fn exit_code(&self, plan: &ThePlan) -> ExitCode {
        let is_settled = plan.is_empty() && plan.deferred.is_empty();
        if self.detailed_exitcode && !is_settled { ExitCode::from(2) } else { ExitCode::SUCCESS }
    }
}

/// How the plan is shown here.
pub(super) fn view(planned: &Planned) -> report::text::View {
    report::text::View { read: planned.read, objects: planned.observed.readings.len() }
}

pub(super) fn save(file: &Path, plan: &ThePlan) -> Result<(), Failure> {
    std::fs::write(file, to_bytes(plan))
        .map_err(|error| Failure::new(format!("the plan can't be saved to {}: {error}", file.display())))
}
