//! `leeward validate`.

use super::Failure;
use super::configuration::Configuration;
use crate::config::{Diagnostics, load};
use crate::report::diagnostics::Validation;
use crate::report::figures::counted;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Checks the configuration without asking the world.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward validate -json")]
pub struct Validate {
    /// Prints the diagnostics as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Validate {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        if self.json {
            let loaded = load(Path::new("."), &self.configuration.inputs(BTreeMap::new())?);
            return as_json(&loaded.map_or_else(|diagnostics| diagnostics, |loaded| loaded.warnings));
        }
        let loaded = self.configuration.load(BTreeMap::new())?;
        let resources = counted(loaded.estate.resources.len(), "resource");
        let files = counted(loaded.files.len(), "file");
        println!("The configuration is valid: {resources} in {files}.");
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(diagnostics: &Diagnostics) -> Result<ExitCode, Failure> {
    println!("{}", serde_json::to_string_pretty(&Validation::of(diagnostics))?);
    Ok(if diagnostics.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
