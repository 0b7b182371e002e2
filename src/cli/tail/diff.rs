//! `leeward tail diff`.

use super::meter::Meter;
use super::{Stage, Which, failure};
use crate::cli::Failure;
use crate::cli::named::named;
use crate::cli::runtime::block_on;
use crate::estate::{Address, Kind};
use crate::report;
use crate::tail::{Contents, Export, ManifestPart, Presence, compare, contents, find};
use std::path::Path;
use std::process::ExitCode;

/// Tells which records of a tail the other side has already: carried after all, or replayed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes:
  0  every record is there
  1  an error
  2  some are missing

Examples:
  leeward tail diff orders
  leeward tail diff tail-orders -on shanghai -json")]
pub struct Diff {
    /// The pair, or the folder of an export.
    #[arg(value_name = "PAIR|DIR")]
    of: String,
    /// The cluster that is looked at, instead of the one that the records were not carried to.
    #[arg(long, value_name = "CLUSTER")]
    on: Option<String>,
    /// What was added to the names of topics when the export was replayed.
    #[arg(long, value_name = "SUFFIX", default_value = "")]
    suffix: String,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    which: Which,
}

impl Diff {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let stage = Stage::set(&self.which.configuration).await?;
            let on = self.on.as_deref().map(|on| named(&stage.estate, Kind::Cluster, on)).transpose()?;
            let meter = Meter::new("comparing");
            let (on, names, parts) = if Path::new(&self.of).is_dir() {
                self.of_export(&stage, on, &meter).await?
            } else {
                self.of_pair(&stage, on, &meter).await?
            };
            drop(meter);
            if self.json {
                println!("{}", serde_json::to_string_pretty(&report::tail::diff_json(&on, &names, &parts))?);
            } else {
                let names: Vec<String> = names.iter().map(|(topic, at)| format!("{topic}-{at}")).collect();
                print!("{}", report::tail::presence(&names, &parts, &on.name));
            }
            let is_whole = parts.iter().all(|part| part.missing.is_empty());
            Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(2) })
        })
    }

    async fn of_export(
        &self,
        stage: &Stage,
        on: Option<Address>,
        meter: &Meter,
    ) -> Result<Compared, Failure> {
        let export = Export::open(Path::new(&self.of)).map_err(failure)?;
        let on = on.unwrap_or_else(|| export.manifest.target.clone());
        let is_target = on == export.manifest.target;
        let topic = |part: &ManifestPart| {
            vec![format!("{}{}", if is_target { &part.carried_as } else { &part.topic }, self.suffix)]
        };
        let contents = Contents::of(&export, export.manifest.parts.iter().map(topic)).map_err(failure)?;
        let parts = compare(&stage.records, &on, contents, &|progress| meter.show(progress)).await;
        let names = export.manifest.parts.iter().map(|part| (part.topic.clone(), part.partition));
        Ok((on, names.collect(), parts.map_err(failure)?))
    }

    async fn of_pair(&self, stage: &Stage, on: Option<Address>, meter: &Meter) -> Result<Compared, Failure> {
        let course = stage.course(&self.of, self.which.side)?;
        let found = find(&stage.world, &stage.records, &course).await.map_err(failure)?;
        let on = on.unwrap_or_else(|| course.target.clone());
        let show = |progress| meter.show(progress);
        let contents = contents(&stage.records, &course, &found, &show).await.map_err(failure)?;
        let parts = compare(&stage.records, &on, contents, &show).await.map_err(failure)?;
        let names = found.parts.iter().map(|part| (part.topic.clone(), part.partition));
        Ok((on, names.collect(), parts))
    }
}

/// Where it was looked, the partitions on the source, and what is there of each.
type Compared = (Address, Vec<(String, i32)>, Vec<Presence>);
