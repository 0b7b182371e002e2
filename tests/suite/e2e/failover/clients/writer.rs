//! A producer that never stops by itself.

use super::{BETWEEN_TRIES, Finder, PATIENCE, Work, process};
use leeward::sandbox::Transactions;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it may take until so many more are acknowledged.
const WAIT: Duration = Duration::from_secs(90);

/// A producer that never stops by itself: every record carries the next number, and each is written until it is
/// acknowledged.
pub struct Writer {
    taken: Arc<Mutex<Taken>>,
    work: Work<()>,
}

/// What clusters have taken.
#[derive(Default)]
struct Taken {
    count: usize,
    /// The cluster that took the last record.
    last: Option<String>,
    /// Each number that is acknowledged for good, with the cluster that did.
    acknowledged: BTreeMap<u64, String>,
}

/// What a producer writes.
struct Load {
    finder: Finder,
    topic: String,
    rate: u32,
    transactions: Option<Transactions>,
    /// It pauses for as long as this file is there.
    stopped: Option<PathBuf>,
}

impl Writer {
    /// So many records a second; it pauses for as long as the file says that it is stopped.
    pub fn start(
        finder: &Finder,
        topic: &str,
        rate: u32,
        transactions: Option<Transactions>,
        stopped: Option<PathBuf>,
    ) -> Self {
        let load = Load { finder: finder.clone(), topic: topic.into(), rate, transactions, stopped };
        let taken = Arc::default();
        let kept = Arc::clone(&taken);
        let work = Work::begin(move |goes_on| {
            while goes_on() {
                sleep(BETWEEN_TRIES);
                if let Some(cluster) = load.finder.cluster() {
                    load.write(&cluster, &kept, goes_on);
                }
            }
        });
        Self { taken, work }
    }

    /// How many records were taken until now.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().count
    }

    /// Each number that was acknowledged until now, with the cluster that did.
    pub fn acknowledged(&self) -> BTreeMap<u64, String> {
        self.taken.lock().unwrap().acknowledged.clone()
    }

    /// The cluster that took the last record.
    pub fn writes_to(&self) -> Option<String> {
        self.taken.lock().unwrap().last.clone()
    }

    /// Waits until so many more are.
    pub fn await_more(&self, more: usize) {
        let (before, begun) = (self.count(), Instant::now());
        while self.count() < before + more {
            assert!(begun.elapsed() < WAIT, "the producer has stopped at {}", self.count());
            sleep(BETWEEN_TRIES);
        }
    }

    /// Stops, and answers each number that was acknowledged with the cluster that did.
    pub fn finish(self) -> BTreeMap<u64, String> {
        let Self { taken, work } = self;
        work.end();
        Arc::into_inner(taken).unwrap().into_inner().unwrap().acknowledged
    }
}

impl Load {
    /// Writes to a cluster until it fails: a producer that nobody answers gives up its connections, and begins anew with the
    /// name (KIP-899).
    fn write(&self, cluster: &str, kept: &Mutex<Taken>, goes_on: &dyn Fn() -> bool) {
        let may_go_on = || goes_on() && !self.stopped.as_ref().is_some_and(|stopped| stopped.exists());
        if !may_go_on() {
            return;
        }
        let first = kept.lock().unwrap().acknowledged.last_key_value().map_or(1, |(last, _)| last + 1);
        let arguments = self.arguments(cluster, first);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // It has its own time to connect.
        let last = Mutex::new(Instant::now() + PATIENCE);
        let is_answered = || may_go_on() && last.lock().unwrap().elapsed() < PATIENCE;
        let mut taken = Vec::new();
        let see = |value: &str| {
            *last.lock().unwrap() = Instant::now();
            let number = value.strip_prefix("record-").unwrap().parse().unwrap();
            taken.push(number);
            let mut kept = kept.lock().unwrap();
            kept.count += 1;
            kept.last = Some(cluster.to_owned());
            // A transaction's records count once it is committed.
            if self.transactions.is_none() {
                kept.acknowledged.insert(number, cluster.to_owned());
            }
        };
        let ended_well = process::run(self.finder.sandbox(), &arguments, &is_answered, see);
        if let Some(transactions) = self.transactions {
            let committed = committed(&taken, first, transactions, ended_well);
            let committed = committed.into_iter().map(|number| (number, cluster.to_owned()));
            kept.lock().unwrap().acknowledged.extend(committed);
        }
    }

    fn arguments(&self, cluster: &str, first: u64) -> Vec<String> {
        let mut arguments = format!(
            "produce --show --endless --cluster {cluster} --topic {} --first {first} --rate {} --timeout {}s",
            self.topic,
            self.rate,
            PATIENCE.as_secs()
        );
        if let Some(Transactions { records, abort_every }) = self.transactions {
            arguments += &format!(" --transaction {records}");
            arguments += &abort_every.map(|every| format!(" --abort-every {every}")).unwrap_or_default();
        }
        arguments.split(' ').map(ToOwned::to_owned).collect()
    }
}

/// The records of the transactions that were committed for certain: not of those that are aborted on purpose, nor of the last
/// one, which nobody knows of.
fn committed(taken: &[u64], first: u64, of: Transactions, ended_well: bool) -> Vec<u64> {
    let nth = |number: u64| (number - first) / of.records;
    let aborts = |number: u64| of.abort_every.is_some_and(|every| (nth(number) + 1).is_multiple_of(every));
    let last = taken.iter().copied().max().map(nth);
    let is_over = |number: &u64| ended_well || Some(nth(*number)) != last;
    taken.iter().copied().filter(|number| !aborts(*number) && is_over(number)).collect()
}
