//! `leeward state list`.

use crate::cli::Failure;
use crate::cli::runtime::block_on;
use crate::cli::workspace::Workspace;
use std::process::ExitCode;

/// Lists the addresses of what is owned.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leeward state list\n  leeward state list module.eu topic.orders")]
pub struct List {
    /// Lists only these resources, blocks or modules.
    #[arg(value_name = "ADDRESS")]
    addresses: Vec<String>,
}

impl List {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let state = Workspace::open()?.load_state().await?;
            for address in state.resources.keys().map(ToString::to_string) {
                if self.addresses.is_empty() || self.addresses.iter().any(|asked| is_within(&address, asked))
                {
                    println!("{address}");
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Whether an address is the one asked for, an instance of it, or in it.
fn is_within(address: &str, asked: &str) -> bool {
    address.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
