//! `leeward tail export`.

use super::meter::Meter;
use super::{Stage, Which, failure};
use crate::cli::Failure;
use crate::cli::runtime::block_on;
use crate::report;
use crate::tail::{Course, Manifest, Stored, TailError, Writer, export, find};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Keeps the records of a tail in a folder: whole, checksummed, in a documented format.
///
/// Stopped or killed at any point, the same command goes on where it was; the tail stays what it was when the export
/// began.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward tail export orders -out tail-orders")]
pub struct Export {
    /// The pair.
    #[arg(value_name = "PAIR")]
    pair: String,
    /// The folder, which is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    which: Which,
}

impl Export {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let stage = Stage::set(&self.which.configuration).await?;
            let course = stage.course(&self.pair, self.which.side)?;
            let stored = Stored::read(&self.out).map_err(failure)?;
            if let Some(stored) = &stored {
                is_of(&self.out, stored, &course).map_err(failure)?;
                if let Some(counts) = stored.end() {
                    let gone = gone(&stored.manifest, &stored.gaps());
                    self.tell(&stored.manifest, counts, gone);
                    return Ok(ExitCode::SUCCESS);
                }
                eprintln!("going on with the export of {:.0}", stored.manifest.created);
            }
            let manifest = match stored {
                Some(stored) => stored.manifest,
                None => {
                    let found = find(&stage.world, &stage.records, &course).await.map_err(failure)?;
                    Manifest::new(&course, &found, uuid::Uuid::new_v4(), jiff::Timestamp::now())
                }
            };
            let writer = Writer::open(&self.out, || manifest).map_err(failure)?;
            let manifest = writer.manifest.clone();
            let meter = Meter::new("exporting");
            let show = |progress| meter.show(progress);
            let exported = export(&stage.records, writer, &show).await;
            let exported = exported.map_err(|error| self.interrupted(error))?;
            drop(meter);
            self.tell(&manifest, &exported.parts, gone(&manifest, &exported.gaps));
            Ok(ExitCode::SUCCESS)
        })
    }

    fn tell(&self, manifest: &Manifest, counts: &[crate::tail::Count], gone: i64) {
        let folder = self.out.display().to_string();
        print!("{}", report::tail::exported(manifest, counts, &folder, gone));
    }

    /// What was written stays, so the same command goes on.
    fn interrupted(&self, error: TailError) -> Failure {
        let hint = error.hint().map_or(String::new(), |hint| format!("{hint}; then "));
        let again = format!("leeward tail export {} -out {}", self.pair, self.out.display());
        Failure::new(&error).hint(format!("{hint}go on with `{again}`"))
    }
}

/// An export is gone on with only if it is of the same tail.
fn is_of(folder: &Path, stored: &Stored, course: &Course) -> Result<(), TailError> {
    let there = &stored.manifest;
    if (&there.pair, there.side, there.epoch) == (&course.pair, course.side, course.epoch) {
        return Ok(());
    }
    let text = |pair, side, epoch| format!("{pair}, {side}, epoch {epoch}");
    Err(TailError::Other {
        path: folder.to_owned(),
        there: text(&there.pair, there.side, there.epoch),
        wanted: text(&course.pair, course.side, course.epoch),
    })
}

/// Offsets that nobody has any more.
fn gone(manifest: &Manifest, gaps: &[crate::tail::Gap]) -> i64 {
    let before: i64 = manifest.parts.iter().map(|part| part.first() - part.from).sum();
    before + gaps.iter().map(|gap| gap.to - gap.from).sum::<i64>()
}
