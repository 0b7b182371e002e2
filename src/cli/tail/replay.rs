//! `leeward tail replay`.

use super::meter::Meter;
use super::{Stage, failure};
use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::named::named;
use crate::cli::question::yes;
use crate::cli::runtime::block_on;
use crate::estate::{Kind, Object, Query, Reading};
use crate::provider::Provider as _;
use crate::report;
use crate::report::figures::counted;
use crate::tail::{Export, prepare, replay};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the records of an export to a cluster, each exactly once, however often this is stopped and begun again.
///
/// A record keeps its partition, key, value, headers and time, and gets the header leeward.tail, which says where it
/// stood. Consumers that ignore uncommitted records (isolation.level=read_committed) see each once at any moment.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward tail replay tail-orders -to shanghai
  leeward tail replay tail-orders -to shanghai -skip-present
  leeward tail replay tail-orders -to shanghai -suffix .tail -auto-approve")]
pub struct Replay {
    /// The folder of the export.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The cluster that the records are written to.
    #[arg(long, value_name = "CLUSTER")]
    to: String,
    /// Writes to topics whose names have this behind, instead of the topics themselves.
    #[arg(long, value_name = "SUFFIX", default_value = "")]
    suffix: String,
    /// Leaves out what the cluster holds already, in these topics or in those without the suffix, as `tail diff` sees it.
    #[arg(long)]
    skip_present: bool,
    /// Does not ask.
    #[arg(long)]
    auto_approve: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Replay {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let export = Export::open(&self.folder).map_err(failure)?;
            let stage = Stage::set(&self.configuration).await?;
            let to = named(&stage.estate, Kind::Cluster, &self.to)?;
            let query = Query::Cluster { cluster: to.clone(), topics: false, groups: false };
            let id = match stage.world.read(&[query]).await.pop() {
                Some(Reading::Present(Object::Cluster(facts))) => facts.cluster_id,
                Some(Reading::Unreachable(fault)) => return Err(failure(fault.into())),
                _ => return Err(Failure::new(format!("{to} does not say which cluster it is"))),
            };
            let mut prepared =
                prepare(&stage.records, export, &to, &id, &self.suffix).await.map_err(failure)?;
            if let Some(when) = prepared.finished {
                println!("Nothing to do: all of it is on {} since {when:.0}.", to.name);
                return Ok(ExitCode::SUCCESS);
            }
            if self.skip_present {
                let meter = Meter::new("comparing");
                let show = |progress| meter.show(progress);
                prepared.leave_out_present(&stage.records, &show).await.map_err(failure)?;
            }
            print!("{}", report::tail::intent(&prepared));
            if prepared.total().records > 0 && !self.auto_approve && !confirmed()? {
                println!("Nothing was written.");
                return Ok(ExitCode::FAILURE);
            }
            let meter = Meter::new("replaying");
            let show = |progress| meter.show(progress);
            let written = replay(&stage.records, prepared, &show).await.map_err(|error| {
                let hint = error.hint().map_or(String::new(), |hint| format!("{hint}; then "));
                Failure::new(&error)
                    .hint(format!("{hint}run the same command again: it goes on behind what is committed"))
            })?;
            drop(meter);
            let written = counted(usize::try_from(written).unwrap_or(usize::MAX), "record");
            println!("\n{written} written to {}.", to.name);
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Asks whether to go on; only `yes` is a yes.
fn confirmed() -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Failure::new("replay asks before it writes anything, and nobody can answer here")
            .hint("give -auto-approve"));
    }
    print!("\nDo you want to write them? Only 'yes' is taken for a yes: ");
    yes()
}
