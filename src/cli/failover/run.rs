//! `leeward failover run`.

use super::reading::{deed, same_guards};
use super::stopped::{Stopped, busy};
use super::target::{Target, side};
use super::{Asked, Read};
use crate::cli::Failure;
use crate::cli::apply::{carry_out, execute_begun};
use crate::cli::approve::check_words;
use crate::cli::flags::RunFlags;
use crate::cli::planning::Planned;
use crate::cli::question::confirmed;
use crate::cli::workspace::Workspace;
use crate::estate::Side;
use crate::plan::{Plan, Recipe, from_bytes, stale};
use crate::report;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

/// Runs a failover: the saved plan, or one made now.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Ctrl-C stops it at the end of the steps under way, and `leeward resume RUN` goes on.

Examples:
  leeward failover run orders
  leeward failover run orders.lw
  leeward failover run orders -unplanned -confirm-lost orders
  leeward failover run -continue-unplanned 7f3a -confirm-lost orders     the active side died in the middle of run 7f3a
  leeward failover run all                 the pairs of failover_policy \"all\", wave after wave")]
pub(super) struct Run {
    /// The pair, a failover policy that puts several into waves, or a plan that `leeward failover plan -out` saved; may be left
    /// out if there is only one pair.
    #[arg(value_name = "PAIR|POLICY|PLAN")]
    what: Option<String>,
    /// The side that all pairs of a policy go to, where they are on different ones; those that are there stay.
    #[arg(long, value_name = "SIDE", value_parser = side)]
    to: Option<Side>,
    /// Takes the active side for dead: whatever it has not handed on is lost.
    #[arg(long)]
    unplanned: bool,
    /// Goes on, unplanned, from a planned failover whose active side died before the roles changed: what it did stays done.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["what", "to", "unplanned"])]
    continue_unplanned: Option<String>,
    /// The name of the pair or the policy once more: leeward can't know that a side is dead, you can. A policy's name says it
    /// of the active sides of all its pairs.
    #[arg(long, value_name = "NAME")]
    confirm_lost: Option<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    flags: RunFlags,
    /// Runs it without asking.
    #[arg(long)]
    auto_approve: bool,
}

impl Run {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("failover", &self.flags.lock).await?;
        let file = self.what.as_deref().map(Path::new).filter(|path| path.is_file());
        let code = match (&self.continue_unplanned, file) {
            (Some(run), _) => self.go_on(&workspace, run).await,
            (None, Some(file)) => self.saved(&workspace, file).await,
            (None, None) => self.fresh(&workspace).await,
        };
        let unlocked = workspace.unlock(held).await;
        code.and_then(|code| unlocked.map(|()| code))
    }

    async fn fresh(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let recipe = if self.unplanned { Recipe::Unplanned } else { Recipe::Planned };
        let Read { target, planned } = (self.asked)
            .plan_named(workspace, &self.flags.configuration, self.what.as_deref(), self.to, recipe)
            .await?;
        // What another run has stopped would look like a guard that does not hold.
        workspace.runs().refuse_second(&planned.plan).map_err(|error| busy(workspace, error))?;
        print!("{}", report::failover::text(&planned.plan, &workspace.expected()));
        refuse_stops(&planned.plan)?;
        self.confirm_loss(&planned.plan, target.name())?;
        ask(&planned.plan, &self.flags, self.auto_approve || self.confirm_lost.is_some())?;
        carry_out(workspace, planned, &self.flags).await
    }

    /// Goes on from a planned failover that stopped, and ends that one.
    async fn go_on(&self, workspace: &Workspace, run: &str) -> Result<ExitCode, Failure> {
        let mut stopped = Stopped::recovered(workspace, run).await?;
        let configuration = &self.flags.configuration;
        let Read { target, planned } = stopped.plan(&self.asked, workspace, configuration).await?;
        print!("{}", report::failover::text(&planned.plan, &workspace.expected()));
        refuse_stops(&planned.plan)?;
        self.confirm_loss(&planned.plan, target.name())?;
        ask(&planned.plan, &self.flags, self.auto_approve || self.confirm_lost.is_some())?;
        check_words(&self.flags.approve, &planned.plan)?;
        let run = stopped.supersede(workspace, &planned.plan)?;
        let Planned { state, world, records, .. } = planned;
        execute_begun(workspace, run, state, (&world, &records), &self.flags).await
    }

    /// Does exactly what a saved plan says, if the world is still what it was made for and no guard has given way.
    async fn saved(&self, workspace: &Workspace, file: &Path) -> Result<ExitCode, Failure> {
        let plan = load(file)?;
        let (Some(target), Some(recipe)) = (Target::of(&plan), plan.recipe()) else {
            return Err(Failure::new(format!("{} is no plan of a failover", file.display()))
                .hint(format!("leeward apply {} carries it out", file.display())));
        };
        let state = workspace.load_state().await?;
        let now = self.flags.configuration.load(state.actives())?.estate;
        let name = target.name().to_owned();
        let fresh =
            (self.asked).plan_of(workspace, &self.flags.configuration, (state, now), &target, recipe).await?;
        refuse_stale(&plan, &fresh)?;
        refuse_stops(&plan)?;
        self.confirm_loss(&plan, &name)?;
        let Planned { observed, state, world, records, read, .. } = fresh;
        carry_out(workspace, Planned { observed, state, plan, world, records, read }, &self.flags).await
    }

    /// Two sites can't tell a dead one from one that is cut off: a person's word is needed.
    fn confirm_loss(&self, plan: &Plan, name: &str) -> Result<(), Failure> {
        let is_unplanned = plan.recipe() == Some(Recipe::Unplanned);
        match &self.confirm_lost {
            None if is_unplanned => Err(Failure::new(
                "an unplanned failover gives up what the active side has not handed on, and nothing was changed",
            )
            .hint(format!("if you know that {}: -confirm-lost {name}", dead(plan)))),
            Some(word) if is_unplanned && word != name => {
                Err(Failure::new(format!("-confirm-lost names {word}, and what fails over is {name}")))
            }
            Some(_) if !is_unplanned => {
                Err(Failure::new("-confirm-lost belongs to an unplanned failover").hint("say -unplanned, too"))
            }
            _ => Ok(()),
        }
    }
}

/// What is taken for dead: `hangzhou is dead`, `beijing and hangzhou are dead`.
fn dead(plan: &Plan) -> String {
    let clusters: BTreeSet<&str> =
        plan.failovers().map(|failover| failover.from.cluster.name.as_str()).collect();
    let verb = if clusters.len() == 1 { "is" } else { "are" };
    format!("{} {verb} dead", clusters.into_iter().collect::<Vec<_>>().join(" and "))
}

fn load(file: &Path) -> Result<Plan, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(format!("the plan {} can't be read: {error}", file.display())))?;
    from_bytes(&bytes).map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

/// Refuses a saved plan that the world has left behind.
fn refuse_stale(plan: &Plan, fresh: &Planned) -> Result<(), Failure> {
    let now = &fresh.plan.based_on;
    let moved: Vec<String> = stale(plan, now, &fresh.observed)
        .iter()
        .map(ToString::to_string)
        .chain(same_guards(plan, &fresh.plan))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = moved.iter().map(|moved| format!("\n  {moved}")).collect();
    Err(Failure::new(format!("the plan is stale: nothing was changed. What has moved:{}", lines.concat()))
        .hint("make a new one with `leeward failover plan -out`, and read it"))
}

/// Asks, if nobody has said before that it may be done.
pub(in crate::cli) fn ask(plan: &Plan, flags: &RunFlags, auto_approve: bool) -> Result<(), Failure> {
    let otherwise = match plan.recipe() {
        Some(Recipe::Planned) => {
            "give -auto-approve, or save the plan with `leeward failover plan -out FILE` and run `leeward failover run FILE`"
        }
        _ => "give -auto-approve",
    };
    if !auto_approve && !confirmed(&deed(plan), otherwise, flags.input)? {
        return Err(Failure::new("it was not confirmed: nothing was changed"));
    }
    Ok(())
}

/// Refuses a plan that a guard stops.
pub(in crate::cli) fn refuse_stops(plan: &Plan) -> Result<(), Failure> {
    let stops = report::failover::stops(plan);
    if !plan.refused.is_empty() {
        let lines: Vec<String> = plan
            .refused
            .iter()
            .map(|refused| format!("\n  {}: {}", refused.object, refused.reason))
            .collect();
        return Err(Failure::new(format!("it can't be run, and nothing was changed:{}", lines.concat())));
    }
    if stops.is_empty() {
        return Ok(());
    }
    let names: Vec<String> =
        stops.iter().map(|guard| format!("\n  {}: {}", guard.name, guard.seen)).collect();
    Err(Failure::new(format!("a guard stops it, and nothing was changed:{}", names.concat()))
        .hint("mend it, or go on without it: -override NAME=REASON; an active side that is dead: -unplanned"))
}
