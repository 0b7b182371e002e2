//! `leeward tail list`.

use super::meter::Meter;
use super::{Stage, Which, failure};
use crate::cli::Failure;
use crate::cli::runtime::block_on;
use crate::report;
use crate::tail::{count, find};
use std::process::ExitCode;

/// Shows which records were acknowledged and never carried, by partition: how many, how large, of which time.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward tail list orders -json")]
pub struct List {
    /// The pair.
    #[arg(value_name = "PAIR")]
    pair: String,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    which: Which,
}

impl List {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let stage = Stage::set(&self.which.configuration).await?;
            let course = stage.course(&self.pair, self.which.side)?;
            let found = find(&stage.world, &stage.records, &course).await.map_err(failure)?;
            let meter = Meter::new("reading");
            let counts = count(&stage.records, &course, &found, &|progress| meter.show(progress))
                .await
                .map_err(failure)?;
            drop(meter);
            if self.json {
                let json = report::tail::list_json(&course, &found, &counts);
                println!("{}", serde_json::to_string_pretty(&json)?);
            } else {
                print!("{}", report::tail::list(&course, &found, &counts));
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
