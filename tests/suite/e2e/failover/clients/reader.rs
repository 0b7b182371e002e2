//! A consumer group that never stops by itself.

use super::{BETWEEN_TRIES, Finder, PATIENCE, Work, process};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// How long a group may take to let a reader in again: it waits for the one before, who never said goodbye.
const LET_IN: Duration = Duration::from_secs(60);

/// A consumer group that reads what there is, again and again, but for as long as a file says that it is stopped.
pub struct Reader {
    read: Arc<Mutex<Vec<String>>>,
    /// Answers what it has read and committed.
    work: Work<Vec<String>>,
}

impl Reader {
    pub fn start(finder: &Finder, topic: &str, group: &str, stopped: PathBuf) -> Self {
        let read: Arc<Mutex<Vec<String>>> = Arc::default();
        let (finder, topic, group) = (finder.clone(), topic.to_owned(), group.to_owned());
        let seen = Arc::clone(&read);
        let work = Work::begin(move |goes_on| {
            let mut committed = Vec::new();
            while goes_on() {
                sleep(BETWEEN_TRIES);
                if stopped.exists() {
                    continue;
                }
                let Some(cluster) = finder.cluster() else { continue };
                let patience = format!("{}s", PATIENCE.as_secs());
                let arguments = [
                    "consume",
                    "--cluster",
                    &cluster,
                    "--topic",
                    &topic,
                    "--group",
                    &group,
                    "--timeout",
                    &patience,
                ];
                let mut round = Vec::new();
                let see = |value: &str| {
                    round.push(value.to_owned());
                    seen.lock().unwrap().push(value.to_owned());
                };
                // What a reader could not commit it reads again, wherever it goes on.
                if process::run(finder.sandbox(), &arguments, &|| true, see) {
                    committed.append(&mut round);
                }
            }
            committed
        });
        Self { read, work }
    }

    /// Stops, and answers every value in the order in which it was read.
    pub fn finish(self) -> Vec<String> {
        self.finish_with_committed().0
    }

    /// The same, and those of them that the group has committed.
    pub fn finish_with_committed(self) -> (Vec<String>, Vec<String>) {
        let Self { read, work } = self;
        let committed = work.end();
        (Arc::into_inner(read).unwrap().into_inner().unwrap(), committed)
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
