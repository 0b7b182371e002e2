//! `leeward drill`.

mod clean;
mod plan;
mod run;

use super::Failure;
use super::configuration::Configuration;
use super::failover::{Asked, Target};
use super::named::named_pair;
use super::planning::Planned;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::{Address, Estate};
use crate::plan::Recipe;
use crate::run::Run;
use crate::state::State;
use std::process::ExitCode;

/// Proves that a pair could fail over, without touching what clients use.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For each replication of the pair a drill makes a topic and a group of its own, mirrors them as the pair's are mirrored, lets the group go on on the standby, writes \
there, lets every DNS authority show a name, and removes all of it. What a planned failover would need is looked at meanwhile, and \
how long one takes is foretold by what was measured.

Examples:
  leeward drill plan orders
  leeward drill run orders
  leeward drill clean orders      removes what a drill left that was killed")]
pub struct Drill {
    #[command(subcommand)]
    command: Command,
}

/// What is done.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(plan::Plan),
    Run(run::Run),
    Clean(clean::Clean),
}

impl Drill {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Plan(command) => block_on(command.run()),
            Command::Run(command) => block_on(command.run()),
            Command::Clean(command) => block_on(command.run()),
        }
    }
}

/// A drill begins anew: what it had made may be gone.
pub(super) fn refuse(run: &Run) -> Result<(), Failure> {
    let Some(failover) = run.plan.failover.as_ref().filter(|_| run.plan.is_drill()) else { return Ok(()) };
    let name = &failover.pair.name;
    Err(Failure::new(format!("run {} is a drill: it is begun anew, never taken up or taken back", run.id))
        .hint(format!(
            "`leeward drill clean {name}` removes what it left, `leeward drill run {name}` begins anew"
        )))
}

/// A pair with the estate as its roles are.
struct Drilled {
    pair: Address,
    state: State,
    now: Estate,
}

impl Drilled {
    async fn load(
        workspace: &Workspace,
        configuration: &Configuration,
        pair: Option<&str>,
    ) -> Result<Self, Failure> {
        let state = workspace.load_state().await?;
        let now = configuration.load(state.actives())?.estate;
        let pair = named_pair(&now, pair)?;
        Ok(Self { pair, state, now })
    }

    /// Reads the world and makes the plan of a drill.
    async fn plan(self, workspace: &Workspace, configuration: &Configuration) -> Result<Planned, Failure> {
        let (asked, target) = (Asked::default(), Target::one(self.pair));
        asked.plan_of(workspace, configuration, (self.state, self.now), &target, Recipe::Drill).await
    }

    /// The estate as the roles would be behind a failover.
    fn then(&self, configuration: &Configuration) -> Result<Estate, Failure> {
        configuration.flipped(&self.state, &self.now, &[&self.pair])
    }
}
