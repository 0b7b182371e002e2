//! `leeward completions`.

use super::{Failure, Leeward};
use clap::CommandFactory;
use clap_complete::Shell;
use std::process::ExitCode;

/// Prints what a shell needs to complete leeward's commands and flags.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward completions bash > /etc/bash_completion.d/leeward")]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Leeward::command(), "leeward", &mut script);
        print!("{}", String::from_utf8_lossy(&script));
        Ok(ExitCode::SUCCESS)
    }
}
