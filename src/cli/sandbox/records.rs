//! `produce`, `consume` and `kafka`: what is in the clusters.

use crate::cli::Failure;
use crate::sandbox::{self, Record, Sandbox};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Produces numbered records and returns when all of them are acknowledged.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  leeward sandbox produce --cluster hangzhou --topic orders --count 100 --prefix order"
)]
pub(super) struct Produce {
    /// The cluster.
    #[arg(long)]
    cluster: String,
    /// The topic, which has to be there.
    #[arg(long)]
    topic: String,
    /// How many records.
    #[arg(long, default_value_t = 1, value_name = "N")]
    count: u64,
    /// What every value begins with: PREFIX-1, PREFIX-2, …
    #[arg(long, default_value = "record")]
    prefix: String,
    /// How long it may take.
    #[arg(long, default_value = "10s", value_parser = duration)]
    timeout: Duration,
}

impl Produce {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let Self { cluster, topic, count, prefix, timeout } = self;
        let produce = sandbox::Produce { cluster, topic, count, prefix, timeout };
        sandbox::produce(&Sandbox::open(dir)?, &produce)?;
        let records = if count == 1 { "record" } else { "records" };
        anstream::println!("{count} {records} produced to {} on {}", produce.topic, produce.cluster);
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints records as they come, from the topic's start.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox consume --cluster shanghai --topic orders --count 100")]
pub(super) struct Consume {
    /// The cluster.
    #[arg(long)]
    cluster: String,
    /// The topic, which has to be there.
    #[arg(long)]
    topic: String,
    /// How many records to wait for; without it, those that are there now.
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// How long to wait; fewer records than --count by then are a failure.
    #[arg(long, default_value = "10s", value_parser = duration)]
    timeout: Duration,
    /// The group to read and commit as; without it no group is left behind.
    #[arg(long)]
    group: Option<String>,
    /// Prints only how many records there were.
    #[arg(long)]
    quiet: bool,
}

impl Consume {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let Self { cluster, topic, count, timeout, group, quiet } = self;
        let consume = sandbox::Consume { cluster, topic, count, timeout, group };
        let show = |record: Record| {
            if !quiet {
                anstream::println!("{}", line(&record));
            }
        };
        let seen = sandbox::consume(&Sandbox::open(dir)?, &consume, show)?;
        let records = if seen == 1 { "record" } else { "records" };
        anstream::eprintln!("{seen} {records} in {} on {}", consume.topic, consume.cluster);
        Ok(ExitCode::SUCCESS)
    }
}

fn line(record: &Record) -> String {
    let value = record.value.as_deref().unwrap_or("(tombstone)");
    format!("{}:{} {value}", record.partition, record.offset)
}

/// Reads a duration such as `10s` or `1m 30s`.
fn duration(text: &str) -> Result<Duration, String> {
    let signed: jiff::SignedDuration =
        text.parse().map_err(|_| format!("{text:?} is not a duration like 10s"))?;
    Duration::try_from(signed).map_err(|_| "a duration can't be negative".into())
}

/// Runs one of Kafka's own tools on a cluster: kafka-topics, kafka-configs, kafka-acls, kafka-consumer-groups, …
///
/// The tool is told where the cluster is and how to log in; the rest is given to it as it stands.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  leeward sandbox kafka hangzhou kafka-configs --alter --entity-type topics --entity-name orders --add-config retention.ms=86400000"
)]
pub(super) struct Kafka {
    /// The cluster.
    cluster: String,
    /// The tool, with or without .sh.
    tool: String,
    /// What the tool is given.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

impl Kafka {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let sandbox = Sandbox::open(dir)?;
        let mut command = sandbox::tool(&sandbox, &self.cluster, &self.tool, &self.arguments)?;
        let status = command.status().map_err(|error| Failure::new(format!("java: {error}")))?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
