//! `leeward failback`.

use super::Failure;
use super::apply::carry_out;
use super::configuration::Configuration;
use super::failover::{Asked, Read, ask, refuse_stops};
use super::flags::RunFlags;
use super::named::named_pair;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::{Address, Side};
use crate::plan::{Guard, Plan, Recipe, Verdict};
use crate::report;
use std::process::ExitCode;

/// Brings a pair back to its primary, or lets a side that was dead be mirrored to again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A side that was dead comes back in two runs. The first fences it, proves that it takes no writes, and lets records flow to it from \
where the logs parted: only what came later travels. The second is a planned failover to the primary.

Examples:
  leeward failback plan orders
  leeward failback run orders
  leeward failback run orders -protect-only")]
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
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
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
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
    /// Lets records flow back, and leaves the roles as they are.
    #[arg(long)]
    protect_only: bool,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    flags: RunFlags,
    /// Runs it without asking.
    #[arg(long)]
    auto_approve: bool,
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
        let stand = Stand::of(&workspace, &self.configuration, self.pair.as_deref(), &self.asked).await?;
        let plan = match &stand.next {
            Next::Protect(read) | Next::Return(read) => &read.planned.plan,
            Next::Nothing => return Ok(nothing(&stand.pair)),
        };
        if self.json {
            anstream::println!("{}", report::json::plan(plan)?);
            return Ok(ExitCode::SUCCESS);
        }
        anstream::print!("{}", report::failover::text(plan, &workspace.expected()));
        if matches!(stand.next, Next::Protect(_)) && !stand.is_home {
            anstream::println!(
                "\nThen: a planned failover back to the primary. Its plan is made once records flow back."
            );
        }
        anstream::println!("\nTo run it:  leeward failback run {}", stand.pair.name);
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
        let stand = self.stand(workspace).await?;
        let read = match stand.next {
            Next::Nothing => return Ok(nothing(&stand.pair)),
            Next::Return(_) if self.protect_only => return Ok(nothing(&stand.pair)),
            Next::Return(read) => return self.carry_out(workspace, read).await,
            Next::Protect(read) => read,
        };
        let code = self.carry_out(workspace, read).await?;
        if self.protect_only || stand.is_home || code != ExitCode::SUCCESS {
            return Ok(code);
        }
        anstream::println!();
        match self.stand(workspace).await?.next {
            Next::Return(read) | Next::Protect(read) => self.carry_out(workspace, read).await,
            Next::Nothing => Ok(code),
        }
    }

    async fn stand(&self, workspace: &Workspace) -> Result<Stand, Failure> {
        Stand::of(workspace, &self.flags.configuration, self.pair.as_deref(), &self.asked).await
    }

    async fn carry_out(&self, workspace: &Workspace, read: Read) -> Result<ExitCode, Failure> {
        anstream::print!("{}", report::failover::text(&read.planned.plan, &workspace.expected()));
        refuse_stops(&read.planned.plan)?;
        ask(&read.planned.plan, &self.flags, self.auto_approve)?;
        carry_out(workspace, read.planned, &self.flags).await
    }
}

/// Where a pair stands on its way back.
struct Stand {
    pair: Address,
    /// Whether the primary is active.
    is_home: bool,
    next: Next,
}

/// What comes next.
enum Next {
    /// The standby is to be mirrored to again.
    Protect(Read),
    /// The roles go back.
    Return(Read),
    /// All is as it should be.
    Nothing,
}

impl Stand {
    async fn of(
        workspace: &Workspace,
        configuration: &Configuration,
        pair: Option<&str>,
        asked: &Asked,
    ) -> Result<Self, Failure> {
        let state = workspace.load_state().await?;
        let estate = configuration.load(state.actives())?.estate;
        let pair = named_pair(&estate, pair)?;
        let is_home = estate.pair(&pair).is_some_and(|pair| pair.active == Side::Primary);
        let name = pair.to_string();
        let back = asked.plan(workspace, configuration, Some(&name), Recipe::Planned).await?;
        let next = if is_protected(&back.planned.plan) {
            if is_home { Next::Nothing } else { Next::Return(back) }
        } else {
            Next::Protect(asked.plan(workspace, configuration, Some(&name), Recipe::Reprotect).await?)
        };
        Ok(Self { pair, is_home, next })
    }
}

/// Whether records flow to the standby, as the guards of a planned failover see it.
fn is_protected(plan: &Plan) -> bool {
    let is_of_flow = |guard: &&Guard| matches!(guard.name.as_str(), "connectors" | "pending_fence");
    let guards = plan.failover.iter().flat_map(|failover| &failover.guards);
    guards.filter(is_of_flow).all(|guard| guard.verdict == Verdict::Holds)
}

fn nothing(pair: &Address) -> ExitCode {
    anstream::println!("{pair} needs nothing: records flow to its standby, and its primary is active.");
    ExitCode::SUCCESS
}
