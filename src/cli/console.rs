//! `leeward console`.

use super::Failure;
use super::configuration::{Configuration, tell};
use super::runtime::block_on;
use super::stream;
use super::workspace::Workspace;
use crate::config::evaluate;
use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

/// Evaluates expressions, one a line, in the root module of the configuration.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  echo 'pair.orders.active.endpoint' | leeward console")]
pub struct Console {
    #[command(flatten)]
    configuration: Configuration,
}

impl Console {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let state = block_on(async { Workspace::open()?.load_state().await })?;
        let inputs = self.configuration.inputs(state.actives())?;
        let person = std::io::stdin().is_terminal();
        let mut failed = false;
        prompt(person)?;
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            match line.trim() {
                "" => {}
                "exit" | "quit" => break,
                expression => match evaluate(Path::new("."), &inputs, &[expression]) {
                    Ok(answers) => {
                        for answer in answers {
                            match answer {
                                Ok(value) => println!("{value}"),
                                Err(diagnostics) => {
                                    failed = true;
                                    tell(&diagnostics);
                                }
                            }
                        }
                    }
                    Err(diagnostics) => {
                        failed = true;
                        tell(&diagnostics);
                    }
                },
            }
            prompt(person)?;
        }
        Ok(if failed && !person { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn prompt(person: bool) -> Result<(), Failure> {
    if person {
        print!("> ");
        stream::flush();
    }
    Ok(())
}
