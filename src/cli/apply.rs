//! `leeward apply`.

use super::Failure;
use super::approve::{check_words, give_words};
use super::flags::{PlanFlags, RunFlags};
use super::plan::view;
use super::planning::{Planned, Sources, refuse_obstacles};
use super::question::confirmed;
use super::running::{conclude, execute, say_deferred};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::plan::{PlanKind, basis, from_bytes, stale};
use crate::provider::{Live, LiveRecords};
use crate::report;
use crate::run::{Run, World, learn_plan};
use crate::state::State;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to type where nobody can answer.
const OTHERWISE: &str =
    "give -auto-approve, or save the plan with `leeward plan -out FILE` and run `leeward apply FILE`";

/// Makes the world what the estate says.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ctrl-C stops at the end of the steps under way, a second one at once; `leeward resume` goes on.

Exit codes:
  0  all steps are done (with -detailed-exitcode: and everything could be read)
  1  an error, an impossible change, a finding of severity error, or a step that failed
  2  with -detailed-exitcode: all steps are done, and something was left as it is that could not be read

Examples:
  leeward apply
  leeward apply plan.lw -detailed-exitcode
  leeward apply -auto-approve -target topic.orders")]
pub struct Apply {
    /// A plan that `leeward plan -out` saved; it is applied as it is, without a question.
    #[arg(value_name = "PLAN")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    flags: PlanFlags,
    /// Applies without asking.
    #[arg(long)]
    auto_approve: bool,
    /// Answers with exit code 2 if something could not be read and was left as it is.
    #[arg(long)]
    detailed_exitcode: bool,
    /// Lets go of everything, or deletes it where `on_remove` says so; as `leeward destroy`.
    #[arg(long)]
    pub(super) destroy: bool,
}

impl Apply {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock(self.operation(), &self.flags.run.lock).await?;
            let code = match &self.plan {
                Some(file) => self.apply_saved(&workspace, file).await,
                None => self.apply_fresh(&workspace).await,
            };
            // What went wrong under the lock is worth more than what goes wrong with the lock.
            let unlocked = workspace.unlock(held).await;
            code.and_then(|code| unlocked.map(|()| code))
        })
    }

    const fn operation(&self) -> &'static str {
        if self.destroy { "destroy" } else { "apply" }
    }

    async fn apply_fresh(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let kind = if self.destroy { PlanKind::Destroy } else { PlanKind::Apply };
        let planned = Sources::read(workspace, &self.flags.run.configuration, self.flags.refresh)
            .await?
            .plan(&self.flags, kind)?;
        print!("{}", report::text::plan(&planned.plan, &view(&planned)));
        refuse_obstacles(&planned.plan)?;
        if !planned.plan.is_empty()
            && !self.auto_approve
            && !confirmed(&format!("{} this", self.operation()), OTHERWISE, self.flags.run.input)?
        {
            return Err(Failure::new(format!("{} was not confirmed: nothing was changed", self.operation())));
        }
        self.carry_out(workspace, planned).await
    }

    async fn apply_saved(&self, workspace: &Workspace, file: &Path) -> Result<ExitCode, Failure> {
        self.refuse_planning_flags()?;
        let planned = saved(workspace, file, &self.flags.run).await?;
        self.carry_out(workspace, planned).await
    }

    /// With -detailed-exitcode all is done only where all was seen.
    async fn carry_out(&self, workspace: &Workspace, planned: Planned) -> Result<ExitCode, Failure> {
        let is_partial = !planned.plan.deferred.is_empty();
        let code = carry_out(workspace, planned, &self.flags.run).await?;
        Ok(if self.detailed_exitcode && is_partial { ExitCode::from(2) } else { code })
    }

    /// A saved plan is what it is: flags that would make another one are a mistake.
    fn refuse_planning_flags(&self) -> Result<(), Failure> {
        let flags = &self.flags;
        let given = [
            (!flags.target.is_empty(), "-target"),
            (!flags.replace.is_empty(), "-replace"),
            (!flags.ignore.is_empty(), "-ignore"),
            (!flags.refresh, "-refresh=false"),
            (self.destroy, "-destroy"),
        ];
        match given.iter().find(|(given, _)| *given) {
            Some((_, flag)) => Err(Failure::new(format!("{flag} can't change a plan that is already made"))
                .hint("give it to `leeward plan -out`, or apply without a saved plan")),
            None => Ok(()),
        }
    }
}

/// A saved plan with the world that it was made for.
///
/// # Errors
/// The world is not that any more, or the plan can't be applied.
pub(super) async fn saved(workspace: &Workspace, file: &Path, flags: &RunFlags) -> Result<Planned, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(format!("the plan {} can't be read: {error}", file.display())))?;
    let plan = from_bytes(&bytes).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let mut sources = Sources::read(workspace, &flags.configuration, true).await?;
    sources.read_groups(&plan).await;
    let now = basis(&sources.estate, &sources.observed, &sources.state);
    let moved = stale(&plan, &now, &sources.observed);
    if !moved.is_empty() {
        let what: Vec<String> = moved.iter().map(|moved| format!("\n  {moved}")).collect();
        let message = format!("the plan is stale: nothing was changed. What has moved:{}", what.concat());
        let again = if plan.kind == PlanKind::Offsets { "leeward offsets plan" } else { "leeward plan" };
        return Err(Failure::new(message).hint(format!("make a new one with `{again} -out`, and read it")));
    }
    refuse_obstacles(&plan)?;
    let Sources { observed, state, world, records, read, .. } = sources;
    Ok(Planned { observed, state, plan, world, records, read })
}

/// Does what a plan says, or learns what it says where there is nothing to do.
pub(super) async fn carry_out(
    workspace: &Workspace,
    planned: Planned,
    flags: &RunFlags,
) -> Result<ExitCode, Failure> {
    let Planned { mut state, plan, world, records, .. } = planned;
    if plan.is_empty() {
        let before = state.clone();
        learn_plan(&mut state, &plan);
        if state != before {
            workspace.save_state(&mut state).await?;
        }
        say_deferred(&plan);
        return Ok(ExitCode::SUCCESS);
    }
    check_words(&flags.approve, &plan)?;
    let runs = workspace.runs();
    let run = runs.begin(plan, jiff::Timestamp::now(), seed())?;
    execute_begun(workspace, run, state, (&world, &records), flags).await
}

/// Does what a run's plan says that has just begun.
pub(super) async fn execute_begun(
    workspace: &Workspace,
    run: Run,
    state: State,
    (objects, records): (&Live, &LiveRecords),
    flags: &RunFlags,
) -> Result<ExitCode, Failure> {
    give_words(&flags.approve, &workspace.runs(), &run.id)?;
    let world = World { objects, records };
    let done = execute(run, state, world, workspace, flags.parallelism, Vec::new()).await?;
    conclude(&done)
}

/// Tells runs apart that begin in the same instant.
pub(super) fn seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}
