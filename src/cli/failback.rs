//! `leeward failback`.

use super::Failure;
use super::apply::carry_out;
use super::configuration::Configuration;
use super::failover::{Asked, Target, ask, refuse_stops};
use super::flags::RunFlags;
use super::planning::Planned;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::{Address, Estate, Side};
use crate::plan::{Failover, Guard, Plan, Recipe, Verdict};
use crate::report;
use crate::state::State;
use std::path::PathBuf;
use std::process::ExitCode;

/// Brings a pair back to its primary, or lets a side that was dead be mirrored to again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A side that was dead comes back in two runs. The first fences it, proves that it takes no writes, and lets records flow to it from \
where the logs parted: only what came later travels. The second is a planned failover to the primary.

A side whose data is gone, or not to be trusted, is rebuilt: -rebuild deletes what it holds of the pair's topics, and carries all of it \
from the active side. Records that stand there alone have to be exported before (leeward tail export), or be given up with -override \
tail=REASON.

Examples:
  leeward failback plan orders
  leeward failback run orders
  leeward failback run orders -protect-only
  leeward failback plan orders -rebuild
  leeward failback run orders -rebuild -confirm-rebuild hangzhou    what hangzhou holds is deleted, and carried to it anew
  leeward failback run all                 the pairs of failover_policy \"all\", wave after wave")]
pub struct Failback {
    #[command(subcommand)]
    command: Command,
}

/// What is done.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Shows what the next run would do. It changes nothing.
    Plan(PlanFailback),
    /// Runs it: both runs, one after the other, if both are needed.
    Run(RunFailback),
}

#[derive(Debug, clap::Args)]
struct PlanFailback {
    /// The pair, or a failover policy that puts several into waves; may be left out if there is only one pair.
    #[arg(value_name = "PAIR|POLICY")]
    what: Option<String>,
    #[command(flatten)]
    rebuilding: Rebuilding,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    configuration: Configuration,
    /// Prints the plan as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct RunFailback {
    /// The pair, or a failover policy that puts several into waves; may be left out if there is only one pair.
    #[arg(value_name = "PAIR|POLICY")]
    what: Option<String>,
    /// Lets records flow back, and leaves the roles as they are.
    #[arg(long)]
    protect_only: bool,
    #[command(flatten)]
    rebuilding: Rebuilding,
    /// Your word for which side is emptied: the name of the cluster that is standby.
    #[arg(long, value_name = "CLUSTER", requires = "rebuild")]
    confirm_rebuild: Option<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    flags: RunFlags,
    /// Runs it without asking.
    #[arg(long)]
    auto_approve: bool,
}

/// Whether the standby is emptied first.
#[derive(Debug, clap::Args)]
struct Rebuilding {
    /// Deletes what the standby holds of the pair's topics, and carries all to it anew from the active side.
    #[arg(long)]
    rebuild: bool,
    /// A whole export of the records that stand on the standby alone.
    #[arg(long, value_name = "DIR", requires = "rebuild")]
    exported: Option<PathBuf>,
}

impl Rebuilding {
    /// Where pairs stand, and what comes next as it is asked for.
    async fn stand(
        &self,
        workspace: &Workspace,
        configuration: &Configuration,
        name: Option<&str>,
        asked: &Asked,
    ) -> Result<Stand, Failure> {
        let ground = Ground::load(workspace, configuration, name).await?;
        if !self.rebuild {
            return ground.way_home(asked).await;
        }
        ground.rebuilt(&Asked { exported: self.exported.clone(), ..asked.clone() }).await
    }
}

impl Failback {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Plan(command) => block_on(command.run()),
            Command::Run(command) => block_on(command.run()),
        }
    }
}

impl PlanFailback {
    async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let (name, asked) = (self.what.as_deref(), &self.asked);
        let stand = self.rebuilding.stand(&workspace, &self.configuration, name, asked).await?;
        let plan = match &stand.next {
            Next::Protect(planned) | Next::Return(planned) => &planned.plan,
            Next::Nothing => return Ok(nothing(&stand.target)),
        };
        if self.json {
            println!("{}", report::json::plan(plan)?);
            return Ok(ExitCode::SUCCESS);
        }
        print!("{}", report::failover::text(plan, &workspace.expected()));
        if matches!(stand.next, Next::Protect(_)) && !stand.is_home {
            println!(
                "\nThen: a planned failover back to the primary. Its plan is made once records flow back."
            );
        }
        let how = plan
            .failover
            .as_ref()
            .and_then(|failover| failover.emptied.as_ref())
            .map_or_else(String::new, |emptied| {
                format!(" -rebuild -confirm-rebuild {}", emptied.cluster.name)
            });
        println!("\nTo run it:  leeward failback run {}{how}", stand.target.name());
        Ok(ExitCode::SUCCESS)
    }
}

impl RunFailback {
    async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("failback", &self.flags.lock).await?;
        let code = self.both(&workspace).await;
        let unlocked = workspace.unlock(held).await;
        code.and_then(|code| unlocked.map(|()| code))
    }

    async fn both(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let (name, asked) = (self.what.as_deref(), &self.asked);
        let stand = self.rebuilding.stand(workspace, &self.flags.configuration, name, asked).await?;
        let planned = match stand.next {
            Next::Nothing => return Ok(nothing(&stand.target)),
            Next::Return(_) if self.protect_only => return Ok(nothing(&stand.target)),
            Next::Return(planned) => return self.carry_out(workspace, planned).await,
            Next::Protect(planned) => planned,
        };
        let code = self.carry_out(workspace, planned).await?;
        if self.protect_only || stand.is_home || code != ExitCode::SUCCESS {
            return Ok(code);
        }
        println!();
        let ground = Ground::load(workspace, &self.flags.configuration, name).await?;
        match ground.way_home(asked).await?.next {
            Next::Return(planned) | Next::Protect(planned) => self.carry_out(workspace, planned).await,
            Next::Nothing => Ok(code),
        }
    }

    async fn carry_out(&self, workspace: &Workspace, planned: Planned) -> Result<ExitCode, Failure> {
        print!("{}", report::failover::text(&planned.plan, &workspace.expected()));
        refuse_stops(&planned.plan)?;
        self.confirm_rebuild(&planned.plan)?;
        ask(&planned.plan, &self.flags, self.auto_approve)?;
        carry_out(workspace, planned, &self.flags).await
    }
}

impl RunFailback {
    /// What is deleted can't be brought back: a person has to name the side.
    fn confirm_rebuild(&self, plan: &Plan) -> Result<(), Failure> {
        let Some(failover) = plan.failover.as_deref() else { return Ok(()) };
        let (Some(emptied), active) = (&failover.emptied, &failover.to.cluster.name) else { return Ok(()) };
        let standby = &emptied.cluster.name;
        match &self.confirm_rebuild {
            Some(word) if word == standby => Ok(()),
            Some(word) if word == active => Err(Failure::new(format!(
                "{word} is the active side of {}: it is never emptied, and nothing was changed",
                failover.pair.name
            ))),
            Some(word) => {
                Err(Failure::new(format!("-confirm-rebuild names {word}, and what is emptied is {standby}")))
            }
            None => Err(Failure::new(format!(
                "a rebuild deletes what {standby} holds of the pair's topics, and nothing was changed"
            ))
            .hint(format!("if that is what you want: -confirm-rebuild {standby}"))),
        }
    }
}

/// Where pairs stand on their way back.
struct Stand {
    target: Target,
    /// Whether every primary is active.
    is_home: bool,
    next: Next,
}

/// What comes next.
enum Next {
    /// Standbys are to be mirrored to again.
    Protect(Planned),
    /// The roles go back.
    Return(Planned),
    /// All is as it should be.
    Nothing,
}

/// What is known before the world is read.
struct Ground<'a> {
    workspace: &'a Workspace,
    configuration: &'a Configuration,
    state: State,
    estate: Estate,
    target: Target,
}

impl<'a> Ground<'a> {
    async fn load(
        workspace: &'a Workspace,
        configuration: &'a Configuration,
        name: Option<&str>,
    ) -> Result<Self, Failure> {
        let state = workspace.load_state().await?;
        let estate = configuration.load(state.actives())?.estate;
        let target = Target::named(&estate, name)?;
        Ok(Self { workspace, configuration, state, estate, target })
    }

    fn is_away(&self, pair: &Address) -> bool {
        self.estate.pair(pair).is_some_and(|pair| pair.active != Side::Primary)
    }

    async fn plan(&self, asked: &Asked, target: &Target, recipe: Recipe) -> Result<Planned, Failure> {
        let from = (self.state.clone(), self.estate.clone());
        asked.plan_of(self.workspace, self.configuration, from, target, recipe).await
    }

    /// The standby is emptied, and all is carried to it anew.
    async fn rebuilt(self, asked: &Asked) -> Result<Stand, Failure> {
        if self.target.policy.is_some() {
            return Err(Failure::new("-rebuild is for one pair, since it deletes what a side holds")
                .hint("name the pair; each has a side of its own to confirm"));
        }
        let is_home = !self.target.pairs().any(|pair| self.is_away(pair));
        let next = Next::Protect(self.plan(asked, &self.target, Recipe::Rebuild).await?);
        Ok(Stand { target: self.target, is_home, next })
    }

    /// Records flow to every standby again, and then the roles go back.
    async fn way_home(self, asked: &Asked) -> Result<Stand, Failure> {
        let away = self.target.only(|pair| self.is_away(pair));
        let is_home = away.waves.is_empty();
        let all = self.plan(asked, &self.target, Recipe::Planned).await?;
        let open = |pair: &Address| all.plan.failovers().any(|it| it.pair == *pair && !is_protected(it));
        let open = self.target.only(open).at_once();
        let next = if !open.waves.is_empty() {
            Next::Protect(self.plan(asked, &open, Recipe::Reprotect).await?)
        } else if is_home {
            Next::Nothing
        } else if away == self.target {
            Next::Return(all)
        } else {
            Next::Return(self.plan(asked, &away, Recipe::Planned).await?)
        };
        Ok(Stand { target: self.target, is_home, next })
    }
}

/// Whether records flow to the standby, as the guards of a planned failover see it.
fn is_protected(failover: &Failover) -> bool {
    let is_of_flow = |guard: &&Guard| matches!(guard.name.as_str(), "connectors" | "pending_fence");
    failover.guards.iter().filter(is_of_flow).all(|guard| guard.verdict == Verdict::Holds)
}

fn nothing(target: &Target) -> ExitCode {
    match (&target.policy, target.pairs().next()) {
        (None, Some(pair)) => {
            println!("{pair} needs nothing: records flow to its standby, and its primary is active.")
        }
        _ => println!(
            "{} needs nothing: records flow to every standby, and every primary is active.",
            target.name()
        ),
    }
    ExitCode::SUCCESS
}
