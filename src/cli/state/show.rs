//! `leeward state show`.

use crate::cli::Failure;
use crate::cli::runtime::block_on;
use crate::cli::workspace::Workspace;
use crate::estate::Address;
use crate::report::owned;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Shows what leeward remembers of a resource.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward state show topic.orders")]
pub struct Show {
    /// The resource, or the block of it.
    #[arg(value_name = "ADDRESS")]
    address: Address,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let state = Workspace::open()?.load_state().await?;
            let covered = state.covered(&self.address);
            if covered.is_empty() {
                return Err(state.missing(&self.address).into());
            }
            let resources: BTreeMap<_, _> =
                covered.iter().filter_map(|address| Some((address, state.resources.get(address)?))).collect();
            if self.json {
                println!("{}", serde_json::to_string_pretty(&resources)?);
            } else {
                let texts: Vec<String> =
                    resources.iter().map(|(address, objects)| owned::resource(address, objects)).collect();
                print!("{}", texts.join("\n"));
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
