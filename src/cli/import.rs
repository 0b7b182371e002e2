//! `leeward import`.

use super::Failure;
use super::configuration::Configuration;
use super::flags::{LockFlags, PlanFlags, RunFlags};
use super::planning::Sources;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::Address;
use crate::plan::{Plan, PlanKind};
use crate::run::learn_adoptions;
use crate::state::State;
use std::process::ExitCode;

/// Owns what exists already of a declared resource, and changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no id: the configuration says what the resource is called in the world. An apply adopts what exists, too, and
changes it to what is declared; after an import, a plan shows the difference first.

Example:
  leeward import topic.orders")]
pub struct Import {
    /// The resource, or the block of it.
    #[arg(value_name = "ADDRESS")]
    address: Address,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    lock: LockFlags,
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self { address, configuration, lock } = self;
        let flags = PlanFlags {
            run: RunFlags { configuration, lock, parallelism: 1, input: false, approve: Vec::new() },
            target: vec![address.clone()],
            replace: Vec::new(),
            refresh: true,
            ignore: Vec::new(),
        };
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock("import", &flags.run.lock).await?;
            let mut planned = Sources::read(&workspace, &flags.run.configuration, flags.refresh)
                .await?
                .plan(&flags, PlanKind::Apply)?;
            let adopted = learn_adoptions(&mut planned.state, &planned.plan, &address);
            if adopted.is_empty() {
                return Err(nothing_new(&planned.state, &planned.plan, &address));
            }
            workspace.save_state(&mut planned.state).await?;
            workspace.unlock(held).await?;
            for object in adopted {
                println!("{address}: {object} is leeward's from here on.");
            }
            println!("Nothing was changed. To see what differs from what is declared:  leeward plan");
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Why there is nothing to import.
fn nothing_new(state: &State, plan: &Plan, address: &Address) -> Failure {
    if let Some(deferred) = plan.deferred.iter().find(|deferred| address.covers(&deferred.address)) {
        let message = format!("{address}: {} could not be read: {}", deferred.object, deferred.fault.message);
        let failure = Failure::new(message);
        return match &deferred.fault.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        };
    }
    if state.covered(address).is_empty() {
        Failure::new(format!("nothing of {address} exists yet")).hint("`leeward apply` makes it")
    } else {
        Failure::new(format!("{address} is leeward's already")).hint(format!("leeward state show {address}"))
    }
}
