//! `leeward man`.

use super::{Failure, Leeward};
use clap::CommandFactory;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the manual pages, one for each command, into a folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward man /usr/local/share/man/man1")]
pub struct Man {
    /// The folder; it is made if it is not there.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(Leeward::command(), &self.folder));
        written.map_err(|error| Failure::new(format!("{}: {error}", self.folder.display())))?;
        Ok(ExitCode::SUCCESS)
    }
}
