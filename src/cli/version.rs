//! `leeward version`.

use super::Failure;
use std::process::ExitCode;

/// Prints leeward's version.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward version -json")]
pub struct Version {
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

impl Version {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let version = env!("CARGO_PKG_VERSION");
        if self.json {
            println!("{}", serde_json::json!({ "leeward_version": version }));
        } else {
            println!("leeward {version}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
