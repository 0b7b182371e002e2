//! `produce`, `consume` and `kafka`: what is in the clusters.

use crate::cli::runtime::block_on;
use crate::cli::{Failure, stream};
use crate::sandbox::{self, Record, RecordError, Sandbox, Written};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Produces numbered records and returns when all of them are acknowledged.
///
/// With --endless it goes on until Ctrl-C, and then waits for what is under way.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward sandbox produce --cluster hangzhou --topic orders --count 100 --prefix order
  leeward sandbox produce --cluster hangzhou --topic orders --endless --rate 500
  leeward sandbox produce --cluster hangzhou --topic orders --count 1000 --transaction 20 --abort-every 5
  leeward sandbox produce --cluster hangzhou --topic latest --count 10000 --keys 200")]
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
    /// Goes on until Ctrl-C.
    #[arg(long, conflicts_with = "count")]
    endless: bool,
    /// The number of the first record.
    #[arg(long, default_value_t = 1, value_name = "N")]
    first: u64,
    /// What every value begins with: PREFIX-1, PREFIX-2, …
    #[arg(long, default_value = "record")]
    prefix: String,
    /// Lets keys come again after so many records; without it each record has its own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    keys: Option<u64>,
    /// How many records a second; without it as fast as they are taken.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Writes in transactions of so many records.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    transaction: Option<u64>,
    /// Aborts every N-th transaction, its records written.
    #[arg(long, value_name = "N", requires = "transaction", value_parser = clap::value_parser!(u64).range(1..))]
    abort_every: Option<u64>,
    /// How long a record may take to be acknowledged.
    #[arg(long, default_value = "10s", value_parser = duration)]
    timeout: Duration,
    /// Prints each record once it is acknowledged, as `consume` does.
    #[arg(long)]
    show: bool,
    /// Logs in as the application, which may do only what it was granted, and not as the administrator.
    #[arg(long)]
    as_application: bool,
}

impl Produce {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let transactions =
            self.transaction.map(|records| sandbox::Transactions { records, abort_every: self.abort_every });
        let produce = sandbox::Produce {
            cluster: self.cluster,
            topic: self.topic,
            count: (!self.endless).then_some(self.count),
            first: self.first,
            prefix: self.prefix,
            keys: self.keys,
            rate: self.rate.map(f64::from),
            transactions,
            timeout: self.timeout,
        };
        let (sandbox, asked) = (opened(dir, self.as_application)?, produce.clone());
        let (shows, prefix) = (self.show, produce.prefix.clone());
        let show = move |Written { number, partition, offset }| {
            if shows {
                println!("{partition}:{offset} {prefix}-{number}");
            }
        };
        let made = until_interrupt(move |goes_on| sandbox::stream(&sandbox, &asked, goes_on, show))?;
        let (count, topic, cluster) = (made.acknowledged, &produce.topic, &produce.cluster);
        let records = if count == 1 { "record" } else { "records" };
        let aborted = match (transactions, made.aborted, made.committed + made.aborted) {
            (None, ..) => String::new(),
            (_, aborted, all) => format!(", {aborted} of {all} transactions aborted"),
        };
        let sum = format!("{count} {records} produced to {topic} on {cluster}{aborted}");
        if shows {
            eprintln!("{sum}")
        } else {
            println!("{sum}")
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints records as they come, from the topic's start.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward sandbox consume --cluster shanghai --topic orders --count 100
  leeward sandbox consume --cluster hangzhou --topic orders --group billing --follow")]
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
    /// Goes on with what comes, until Ctrl-C; a group commits every second.
    #[arg(long, conflicts_with_all = ["count", "timeout"])]
    follow: bool,
    /// How long to wait; fewer records than --count by then are a failure.
    #[arg(long, default_value = "10s", value_parser = duration)]
    timeout: Duration,
    /// The group to read and commit as; without it no group is left behind.
    #[arg(long)]
    group: Option<String>,
    /// Prints only how many records there were.
    #[arg(long)]
    quiet: bool,
    /// Logs in as the application, which may do only what it was granted, and not as the administrator.
    #[arg(long)]
    as_application: bool,
}

impl Consume {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let Self { cluster, topic, count, follow, timeout, group, quiet, as_application } = self;
        let consume = sandbox::Consume { cluster, topic, count, timeout, group };
        let show = move |record: Record| {
            if !quiet {
                println!("{}", line(&record));
            }
        };
        let (sandbox, asked) = (opened(dir, as_application)?, consume.clone());
        let seen = if follow {
            until_interrupt(move |goes_on| sandbox::follow(&sandbox, &asked, goes_on, show))?
        } else {
            sandbox::consume(&sandbox, &consume, show)?
        };
        let records = if seen == 1 { "record" } else { "records" };
        eprintln!("{seen} {records} in {} on {}", consume.topic, consume.cluster);
        Ok(ExitCode::SUCCESS)
    }
}

/// The sandbox for the administrator's clients, or the application's.
fn opened(dir: &Path, as_application: bool) -> Result<Sandbox, Failure> {
    let sandbox = Sandbox::open(dir)?;
    match (as_application, &sandbox.layout().sasl) {
        (false, _) => Ok(sandbox),
        (true, Some(_)) => Ok(sandbox.as_application()),
        (true, None) => Err(Failure::new("nobody logs in to this sandbox: whoever comes may do anything")
            .hint("raise one with `leeward sandbox up --sasl`")),
    }
}

/// Does some work and tells it to end at the first Ctrl-C, or when nobody looks any more; at the second the process ends.
fn until_interrupt<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, RecordError> + Send + 'static,
) -> Result<T, Failure> {
    block_on(async {
        let goes_on = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&goes_on);
        let goes_on_now = move || seen.load(Ordering::Relaxed) && !stream::is_closed();
        let mut work = tokio::task::spawn_blocking(move || work(&goes_on_now));
        let interrupted = tokio::select! {
            done = &mut work => return ended(done),
            interrupted = tokio::signal::ctrl_c() => interrupted,
        };
        interrupted?;
        goes_on.store(false, Ordering::Relaxed);
        tokio::select! {
            done = work => ended(done),
            _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted before all was acknowledged")),
        }
    })
}

fn ended<T>(done: Result<Result<T, RecordError>, tokio::task::JoinError>) -> Result<T, Failure> {
    Ok(done.map_err(|error| Failure::new(&error))??)
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
