//! `leeward schema`.

use super::Failure;
use crate::report::schema::{names, schema};
use std::process::ExitCode;

/// Prints the JSON Schema of something that leeward writes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward schema plan")]
pub struct Schema {
    /// Of what; all names are printed without it.
    name: Option<String>,
}

impl Schema {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let text = match &self.name {
            None => names().map(|name| format!("{name}\n")).collect(),
            Some(name) => schema(name).ok_or_else(|| {
                let known = names().collect::<Vec<_>>().join(", ");
                Failure::new(format!("there is no schema called {name:?}")).hint(format!("there are {known}"))
            })?,
        };
        print!("{text}");
        Ok(ExitCode::SUCCESS)
    }
}
