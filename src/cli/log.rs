//! Structured logs, on standard error.

use super::Failure;
use tracing_subscriber::EnvFilter;

/// The format of log lines.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging what LEEWARD_LOG asks for; nothing if it is not set.
pub(super) fn start(format: Format) -> Result<(), Failure> {
    let Ok(wanted) = std::env::var("LEEWARD_LOG") else { return Ok(()) };
    let filter = EnvFilter::try_new(&wanted)
        .map_err(|error| Failure::new(format!("LEEWARD_LOG={wanted:?} can't be read: {error}")))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Text => lines.with_ansi(false).init(),
        Format::Json => lines.json().init(),
    }
    Ok(())
}
