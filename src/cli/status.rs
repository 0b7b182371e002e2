//! `leeward status`.

use super::Failure;
use super::condition::{Depth, Reader, Readings};
use super::runtime::block_on;
use super::stream;
use crate::report::status as report;
use crate::status::Condition;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;

/// So often the screen is drawn anew.
const PACE: Duration = Duration::from_secs(2);
/// So old what changes seldom may become on a screen.
const WHOLE: Duration = Duration::from_secs(30);

/// Shows how pairs stand: sides, replication, groups, names, and what would be lost if the active side died now.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every figure is read now, or says why it is unknown; none is 0 for want of an answer. A number with ≈ is likely, and its bound \
stands beside it.

Exit codes:
  0  every pair is ready for a failover that loses nothing
  1  an error: the configuration or the state can't be read
  2  a pair is not ready; what stands in the way is listed

Examples:
  leeward status
  leeward status orders -watch
  leeward status -json | jq '.pairs[].loss'")]
pub struct Status {
    /// The pairs; all if none is named.
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
    /// Reads again every two seconds until Ctrl-C; off a terminal, one line a reading.
    #[arg(long)]
    watch: bool,
    /// Prints it as JSON; with -watch, one line a reading.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    readings: Readings,
}

impl Status {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let reader = Reader::new(self.readings.clone(), self.pairs.clone());
        block_on(async { if self.watch { self.watch(reader).await } else { self.once(reader).await } })
    }

    async fn once(&self, mut reader: Reader) -> Result<ExitCode, Failure> {
        let conditions = reader.read(Depth::Whole).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report::document(&conditions))?);
        } else {
            print!("{}", report::text(&conditions));
        }
        Ok(exit_code(&conditions))
    }

    async fn watch(&self, mut reader: Reader) -> Result<ExitCode, Failure> {
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut whole: Option<Instant> = None;
        let mut code = ExitCode::SUCCESS;
        loop {
            tokio::select! {
                _ = pace.tick() => {}
                _ = tokio::signal::ctrl_c() => return Ok(code),
            }
            let depth = match whole {
                Some(at) if at.elapsed() < WHOLE => Depth::Moment,
                _ => Depth::Whole,
            };
            if depth == Depth::Whole {
                whole = Some(Instant::now());
            }
            let conditions = tokio::select! {
                conditions = reader.read(depth) => conditions?,
                _ = tokio::signal::ctrl_c() => return Ok(code),
            };
            self.draw(&conditions)?;
            code = exit_code(&conditions);
            if stream::is_closed() {
                return Ok(code);
            }
        }
    }

    fn draw(&self, conditions: &[Condition]) -> Result<(), Failure> {
        if self.json {
            println!("{}", serde_json::to_string(&report::document(conditions))?);
        } else if std::io::stdout().is_terminal() {
            // From the first corner, over what stood there, and the rest of the screen is cleared.
            let text = report::text(conditions).replace('\n', "\x1b[K\n");
            print!("\x1b[H{text}\x1b[J\nEvery 2 s; Ctrl-C ends it.");
            stream::flush();
        } else {
            conditions.iter().for_each(|condition| println!("{}", report::line(condition)));
        }
        Ok(())
    }
}

fn exit_code(conditions: &[Condition]) -> ExitCode {
    let is_ready = conditions.iter().all(|condition| condition.ready);
    if is_ready { ExitCode::SUCCESS } else { ExitCode::from(2) }
}
