//! Clients as real ones behave: they find their cluster by a DNS name or by what stands in a file, write or read until it fails
//! them, and look again.

use leeward::sandbox::{Consume, Produce, Sandbox, Transactions, consume, stream};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

/// How long a record may take to be acknowledged before a client looks the name up again.
const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// How long a group may take to let a reader in again: it waits for the one before, who never said goodbye.
const LET_IN: Duration = Duration::from_secs(60);

/// Who finds the cluster that clients belong on.
#[derive(Clone)]
pub struct Finder {
    sandbox: Arc<Sandbox>,
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// What a DNS name leads to.
    Name(String),
    /// The brokers that stand in a file of properties.
    File(PathBuf),
}

impl Finder {
    /// By a DNS name.
    pub fn new(sandbox: &Arc<Sandbox>, name: String) -> Self {
        Self { sandbox: Arc::clone(sandbox), way: Way::Name(name) }
    }

    /// By the brokers that stand in a file of properties.
    pub fn of_file(sandbox: &Arc<Sandbox>, file: PathBuf) -> Self {
        Self { sandbox: Arc::clone(sandbox), way: Way::File(file) }
    }

    /// What each authority answers; the cluster whose brokers stand in the file.
    pub fn answers(&self) -> Vec<String> {
        match &self.way {
            Way::Name(name) => {
                let authorities = self.sandbox.layout().zone.authorities();
                authorities.iter().map(|authority| ask(authority, name)).collect()
            }
            Way::File(file) => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                let brokers = text.lines().find_map(|line| line.strip_prefix("bootstrap.servers="));
                let clusters = self.sandbox.layout().clusters.iter();
                let named = clusters.filter(|cluster| Some(&*cluster.bootstrap().join(",")) == brokers);
                named.map(|cluster| cluster.name.clone()).collect()
            }
        }
    }

    /// The cluster that clients are led to, by the first answer that knows it.
    pub fn cluster(&self) -> Option<String> {
        self.answers().iter().find_map(|answer| {
            ["hangzhou", "shanghai"].into_iter().find(|name| answer.contains(name)).map(ToOwned::to_owned)
        })
    }
}

fn ask(authority: &SocketAddr, name: &str) -> String {
    let (host, port) = (format!("@{}", authority.ip()), authority.port().to_string());
    let arguments = ["+short", "+time=1", "+tries=1", "-p", &port, &host, name, "CNAME"];
    let answer = Command::new("dig").args(arguments).output().unwrap();
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}

/// A producer that never stops by itself: every record carries the next number, and each is written until it is
/// acknowledged.
pub struct Writer {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<BTreeMap<u64, String>>>,
    /// How many records were taken, and by which cluster the last one.
    taken: Arc<Mutex<(usize, Option<String>)>>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// It pauses for as long as the file says that it is stopped.
    pub fn start(
        finder: &Finder,
        topic: &str,
        rate: f64,
        transactions: Option<Transactions>,
        stopped: Option<PathBuf>,
    ) -> Self {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let taken: Arc<Mutex<(usize, Option<String>)>> = Arc::default();
        let thread = {
            let progress = Arc::clone(&taken);
            let (finder, topic, stop) = (finder.clone(), topic.to_owned(), Arc::clone(&stop));
            let acknowledged: Arc<Mutex<BTreeMap<u64, String>>> = Arc::clone(&acknowledged);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    sleep(BETWEEN_TRIES);
                    let Some(cluster) = finder.cluster() else { continue };
                    let first = acknowledged.lock().unwrap().last_key_value().map_or(1, |(last, _)| last + 1);
                    let produce = Produce {
                        count: None,
                        first,
                        rate: Some(rate),
                        transactions,
                        timeout: PATIENCE,
                        ..Produce::to(cluster.clone(), topic.clone())
                    };
                    let last = Cell::new(Instant::now());
                    // A producer that nobody answers gives up its connections, and begins anew with the name (KIP-899).
                    let is_stopped = || stopped.as_ref().is_some_and(|stopped| stopped.exists());
                    if is_stopped() {
                        continue;
                    }
                    let goes_on =
                        || !stop.load(Ordering::Relaxed) && !is_stopped() && last.get().elapsed() < PATIENCE;
                    let mut taken = Vec::new();
                    let ended = stream(&finder.sandbox, &produce, &goes_on, |written| {
                        last.set(Instant::now());
                        taken.push(written.number);
                        let mut progress = progress.lock().unwrap();
                        *progress = (progress.0 + 1, Some(cluster.clone()));
                        // A transaction's records count once it is committed.
                        if transactions.is_none() {
                            acknowledged.lock().unwrap().insert(written.number, cluster.clone());
                        }
                    });
                    if let Some(transactions) = transactions {
                        let kept = committed(&taken, first, transactions, ended.is_ok());
                        acknowledged
                            .lock()
                            .unwrap()
                            .extend(kept.into_iter().map(|number| (number, cluster.clone())));
                    }
                }
            })
        };
        Self { stop, acknowledged, taken, thread }
    }

    /// How many records were taken until now.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().0
    }

    /// Each number that was acknowledged until now, with the cluster that did.
    pub fn acknowledged(&self) -> BTreeMap<u64, String> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// The cluster that took the last record.
    pub fn writes_to(&self) -> Option<String> {
        self.taken.lock().unwrap().1.clone()
    }

    /// Waits until so many more are.
    pub fn await_more(&self, more: usize) {
        let (before, begun) = (self.count(), Instant::now());
        while self.count() < before + more {
            assert!(
                begun.elapsed() < Duration::from_secs(90),
                "the producer has stopped at {}",
                self.count()
            );
            sleep(BETWEEN_TRIES);
        }
    }

    /// Stops, and answers each number that was acknowledged with the cluster that did.
    pub fn finish(self) -> BTreeMap<u64, String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        Arc::into_inner(self.acknowledged).unwrap().into_inner().unwrap()
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

/// A consumer group that reads what there is, again and again, but for as long as a file says that it is stopped.
pub struct Reader {
    stop: Arc<AtomicBool>,
    read: Arc<Mutex<Vec<String>>>,
    /// Answers what it has read and committed.
    thread: JoinHandle<Vec<String>>,
}

impl Reader {
    pub fn start(finder: &Finder, topic: &str, group: &str, stopped: PathBuf) -> Self {
        let (stop, read) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let thread = {
            let (finder, stop) = (finder.clone(), Arc::clone(&stop));
            let (topic, group) = (topic.to_owned(), group.to_owned());
            let read: Arc<Mutex<Vec<String>>> = Arc::clone(&read);
            std::thread::spawn(move || {
                let mut committed = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    sleep(BETWEEN_TRIES);
                    if stopped.exists() {
                        continue;
                    }
                    let Some(cluster) = finder.cluster() else { continue };
                    let group = Some(group.clone());
                    let wanted =
                        Consume { cluster, topic: topic.clone(), count: None, timeout: PATIENCE, group };
                    let mut round = Vec::new();
                    let ended = consume(&finder.sandbox, &wanted, |record| {
                        round.extend(record.value.clone());
                        read.lock().unwrap().extend(record.value);
                    });
                    // What a reader could not commit it reads again, wherever it goes on.
                    if ended.is_ok() {
                        committed.append(&mut round);
                    }
                }
                committed
            })
        };
        Self { stop, read, thread }
    }

    /// Stops, and answers every value in the order in which it was read.
    pub fn finish(self) -> Vec<String> {
        self.finish_with_committed().0
    }

    /// The same, and those of them that the group has committed.
    pub fn finish_with_committed(self) -> (Vec<String>, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let committed = self.thread.join().unwrap();
        (Arc::into_inner(self.read).unwrap().into_inner().unwrap(), committed)
    }

    /// Waits until each of these was read, but no longer than a group may take to let its reader in again.
    pub fn await_all(&self, log: &[String]) {
        let begun = Instant::now();
        let is_unread = |read: &[String]| {
            let read: BTreeSet<&String> = read.iter().collect();
            log.iter().any(|value| !read.contains(value))
        };
        while is_unread(&self.read.lock().unwrap()) && begun.elapsed() < LET_IN {
            sleep(BETWEEN_LOOKS);
        }
    }
}
