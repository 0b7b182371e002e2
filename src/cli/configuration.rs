//! The configuration of the current folder, as every command reads it.

use super::Failure;
use crate::config::{Diagnostics, Inputs, Loaded, Severity, load};
use crate::estate::{Address, Estate, Side};
use crate::report::diagnostics;
use crate::state::State;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The flags that give variables their values.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Configuration {
    /// Gives a variable of the root module a value; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,
    /// Reads values of variables from a file, beside the *.vars.hcl of the folder; may be repeated.
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
}

impl Configuration {
    /// What the configuration is evaluated with.
    pub fn inputs(&self, actives: BTreeMap<Address, Side>) -> Result<Inputs, Failure> {
        let mut vars = Vec::with_capacity(self.var.len());
        for given in &self.var {
            let (name, value) = given.split_once('=').ok_or_else(|| {
                Failure::new(format!("-var {given} gives no value")).hint("-var name=value")
            })?;
            vars.push((name.trim().to_owned(), value.to_owned()));
        }
        Ok(Inputs { vars, var_files: self.var_file.clone(), actives, ..Inputs::of_process() })
    }

    /// Loads the configuration of the current folder; what is wrong with it is written to the error stream.
    pub fn load(&self, actives: BTreeMap<Address, Side>) -> Result<Loaded, Failure> {
        match load(Path::new("."), &self.inputs(actives)?) {
            Ok(loaded) => {
                tell(&loaded.warnings);
                Ok(loaded)
            }
            Err(diagnostics) => {
                tell(&diagnostics);
                Err(refused(&diagnostics))
            }
        }
    }

    /// Loads it again as it is under other roles, without its warnings: they were told.
    pub fn again(&self, actives: BTreeMap<Address, Side>) -> Result<Loaded, Failure> {
        load(Path::new("."), &self.inputs(actives)?).map_err(|diagnostics| {
            tell(&diagnostics);
            refused(&diagnostics)
        })
    }

    /// Loads it again as it is with the other sides of these pairs active, which stand as `now` says.
    pub fn flipped(&self, state: &State, now: &Estate, pairs: &[&Address]) -> Result<Estate, Failure> {
        let mut actives = state.actives();
        for pair in pairs {
            let side = now.pair(pair).map(|pair| pair.active).unwrap_or_default();
            actives.insert((*pair).clone(), side.other());
        }
        Ok(self.again(actives)?.estate)
    }
}

/// Writes diagnostics to the error stream.
pub(super) fn tell(diagnostics: &Diagnostics) {
    if !diagnostics.is_empty() {
        eprintln!("{}", diagnostics::text(diagnostics, true));
    }
}

/// The failure that follows after diagnostics were written.
pub(super) fn refused(diagnostics: &Diagnostics) -> Failure {
    let errors = diagnostics.count(Severity::Error);
    let noun = if errors == 1 { "error" } else { "errors" };
    Failure::new(format!("the configuration is not valid: {errors} {noun}"))
}
