//! Producers that never stop.

use super::kind::Kind;
use leeward::sandbox::{Sandbox, Written, stream};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

/// By record's number, its partition and offset on the source.
pub type Places = BTreeMap<u64, (i32, i64)>;

/// A producer for each kind of topic, each a thread.
pub struct Load {
    goes_on: Arc<AtomicBool>,
    threads: Vec<(Kind, JoinHandle<Places>)>,
    backlogs: Receiver<()>,
}

impl Load {
    /// Begins to produce; `topic` answers the name of a kind's topic.
    pub fn begin(sandbox: &Path, topic: impl Fn(Kind) -> String) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let (done, backlogs) = channel();
        let begin = |kind: Kind| {
            let (sandbox, topic) = (Sandbox::open(sandbox).unwrap(), topic(kind));
            let (goes_on, done) = (Arc::clone(&goes_on), done.clone());
            let thread = std::thread::spawn(move || {
                let mut places = Places::new();
                let mut see = |written: Written| {
                    places.insert(written.number, (written.partition, written.offset));
                };
                stream(&sandbox, &kind.backlog(&topic), &|| true, &mut see).unwrap();
                done.send(()).unwrap();
                let goes_on = || goes_on.load(Ordering::Relaxed);
                stream(&sandbox, &kind.stream(&topic), &goes_on, &mut see).unwrap();
                places
            });
            (kind, thread)
        };
        let threads = Kind::ALL.into_iter().map(begin).collect();
        Self { goes_on, threads, backlogs }
    }

    /// Waits until every topic has its backlog.
    pub fn await_backlogs(&self) {
        self.threads.iter().for_each(|_| self.backlogs.recv().unwrap());
    }

    /// Stops, and answers where all that was acknowledged stands.
    pub fn end(&mut self) -> BTreeMap<Kind, Places> {
        self.goes_on.store(false, Ordering::Relaxed);
        self.threads.drain(..).map(|(kind, thread)| (kind, thread.join().unwrap())).collect()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.goes_on.store(false, Ordering::Relaxed);
        for (_, thread) in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
