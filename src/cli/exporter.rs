//! `leeward exporter`.

mod serve;
mod shown;

use super::Failure;
use super::condition::{Depth, Reader, Readings};
use super::flags::duration;
use super::runtime::block_on;
use shown::Shown;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::MissedTickBehavior;

/// Every so many readings what changes seldom is read too.
const WHOLE: u64 = 4;

/// Serves what `leeward status` shows as Prometheus metrics.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A scrape is answered at once with the last reading and its age, whether the world answers or not. What is not known has no \
sample. docs/status.md names every metric; examples/monitoring has alerts and a dashboard.

  /metrics   the metrics, in Prometheus' text format
  /healthz   200 as long as readings are made, 503 if they have ceased

Examples:
  leeward exporter
  leeward exporter orders -listen 0.0.0.0:9640 -interval 30s")]
pub struct Exporter {
    /// The pairs; all if none is named.
    #[arg(value_name = "PAIR")]
    pairs: Vec<String>,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9640")]
    listen: SocketAddr,
    /// How often the world is read, such as 15s or 1m; at least 1s.
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration)]
    interval: Duration,
    #[command(flatten)]
    readings: Readings,
}

impl Exporter {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(self.export())
    }

    async fn export(self) -> Result<ExitCode, Failure> {
        let interval = self.interval.max(Duration::from_secs(1));
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| Failure::new(format!("-listen {}: {error}", self.listen)))?;
        let mut reader = Reader::new(self.readings, self.pairs);
        let shown = Arc::new(Shown::new(interval));
        // What can't be mended by waiting is said before anything is served.
        take(&mut reader, &shown, Depth::Whole).await?;
        println!("http://{}/metrics, read every {interval:?}", listener.local_addr()?);
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            () = serve::serve(listener, Arc::clone(&shown)) => {}
            () = keep_reading(reader, &shown, interval) => {}
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn keep_reading(mut reader: Reader, shown: &Shown, interval: Duration) {
    let mut pace = tokio::time::interval(interval);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace.tick().await;
    for number in 1.. {
        pace.tick().await;
        let depth = if number % WHOLE == 0 { Depth::Whole } else { Depth::Moment };
        if let Err(failure) = take(&mut reader, shown, depth).await {
            eprintln!("{failure}");
        }
    }
}

async fn take(reader: &mut Reader, shown: &Shown, depth: Depth) -> Result<(), Failure> {
    let started = Instant::now();
    let read = reader.read(depth).await;
    shown.note(read.as_deref().ok(), started.elapsed());
    read.map(drop)
}
