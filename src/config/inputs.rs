//! What a configuration is evaluated with, beside its files.

use crate::estate::{Address, Side};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a configuration is evaluated with, beside its files. The default is nothing at all.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `-var name=value`, in order.
    pub vars: Vec<(String, String)>,
    /// `-var-file`, in order.
    pub var_files: Vec<PathBuf>,
    /// The active side of each pair, from the state; the primary side where it says nothing.
    pub actives: BTreeMap<Address, Side>,
    /// The environment: what `env()` sees, and `LEEWARD_VAR_name`.
    pub environment: BTreeMap<String, String>,
}

impl Inputs {
    /// Nothing but this process' environment.
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { environment: std::env::vars_os().filter_map(text).collect(), ..Self::default() }
    }
}
