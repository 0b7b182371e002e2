//! `leeward console`.

use super::Failure;
use super::configuration::Configuration;
use crate::config::{Diagnostics, evaluate};
use crate::report::diagnostics;
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
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
        let inputs = self.configuration.inputs(BTreeMap::new())?;
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
                                Ok(value) => anstream::println!("{value}"),
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

fn tell(diagnostics: &Diagnostics) {
    anstream::eprintln!("{}", diagnostics::text(diagnostics, true));
}

fn prompt(person: bool) -> Result<(), Failure> {
    if person {
        anstream::print!("> ");
        std::io::stdout().flush()?;
    }
    Ok(())
}
