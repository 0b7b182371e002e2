//! Changes → outcomes: sent in batches, and held against what is there afterwards.

use super::await_topics::PATIENCE;
use super::difference::{Progress, other_life, progress, query_of};
use super::send::Errors;
use super::{Kafka, fault};
use crate::estate::{Change, Fault, FaultKind, Object, Outcome, Query, Reading, Verb, What};
use krafka::KrafkaError;
use krafka::error::ErrorCode;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// So often a change is sent that was certainly not made, or probably not.
const ATTEMPTS: u32 = 5;
/// How long the first wait between two looks is; each further one is twice as long, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// A change that is not settled.
struct Open<'a> {
    /// Its place among the changes asked for.
    at: usize,
    change: &'a Change,
    /// The cluster has said that it made it.
    taken: bool,
    /// Some answer to it was lost: it may have been made.
    lost: bool,
    /// It was said to be there already.
    exists: bool,
    /// Why it is not taken.
    fault: Option<Fault>,
}

impl Kafka {
    /// Makes each change, and answers in order. A change is done when the cluster shows it, a topic when every
    /// broker does. One whose answer was lost is looked for and, if it is not there, sent again.
    pub async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        if let Err(fault) = self.admin().await {
            return changes.iter().map(|_| Outcome::Failed(fault.clone())).collect();
        }
        let mut outcomes: Vec<Option<Outcome>> = vec![None; changes.len()];
        let mut open: Vec<Open<'_>> = (0..).zip(changes).map(|(at, change)| Open::new(at, change)).collect();
        self.keep_other_lives(&mut open, &mut outcomes).await;
        let deadline = Instant::now() + PATIENCE;
        let mut wait = FIRST_WAIT;
        for round in 1.. {
            self.send_untaken(&mut open, &mut outcomes).await;
            self.await_created(&mut open, &mut outcomes).await;
            self.look(&mut open, &mut outcomes).await;
            open.retain(|open| open.taken || round < ATTEMPTS || open.give_up(&self.name, &mut outcomes));
            if open.is_empty() || Instant::now() > deadline {
                break;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        open.iter().for_each(|open| _ = open.give_up(&self.name, &mut outcomes));
        outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(|| Outcome::Unknown(self.silent())))
            .collect()
    }

    /// A topic that took the name of the one that is to be deleted is left alone. Kafka could delete by id
    /// (KIP-516), its client here can't: this look, right before, is the next best.
    async fn keep_other_lives(&self, open: &mut Vec<Open<'_>>, outcomes: &mut [Option<Outcome>]) {
        let deletes = |open: &&Open<'_>| matches!(&open.change.verb, Verb::Delete(Object::Topic(topic)) if topic.incarnation.is_some());
        let asked: Vec<&Open<'_>> = open.iter().filter(deletes).collect();
        for (at, verb, reading) in self.readings(&asked).await {
            let taken = match (verb, &reading) {
                (Verb::Delete(from), Reading::Present(there)) => other_life(from, there),
                _ => false,
            };
            if taken {
                outcomes[at] = Some(Outcome::Moved(reading));
            }
        }
        open.retain(|open| outcomes[open.at].is_none());
    }

    /// Sends what the cluster has not taken yet, and settles what it refuses.
    async fn send_untaken(&self, open: &mut Vec<Open<'_>>, outcomes: &mut [Option<Outcome>]) {
        let unsent: Vec<(usize, &Change)> =
            open.iter().filter(|open| !open.taken).map(|open| (open.at, open.change)).collect();
        if unsent.is_empty() {
            return;
        }
        let errors = match self.admin().await {
            Ok(admin) => self.send(admin, &unsent).await,
            Err(_) => return,
        };
        for open in open.iter_mut().filter(|open| !open.taken) {
            outcomes[open.at] = open.hear(&self.name, &errors);
        }
        open.retain(|open| outcomes[open.at].is_none());
    }

    /// Waits until every broker shows the topics that were made just now.
    async fn await_created(&self, open: &mut Vec<Open<'_>>, outcomes: &mut [Option<Outcome>]) {
        let created: BTreeMap<String, i32> = open.iter().filter_map(Open::created).collect();
        if created.is_empty() {
            return;
        }
        let outcome = match self.await_topics(&created).await {
            Ok(_) => Outcome::Done(()),
            Err(fault) => Outcome::Unknown(fault),
        };
        for open in open.iter().filter(|open| open.created().is_some()) {
            outcomes[open.at] = Some(outcome.clone());
        }
        open.retain(|open| outcomes[open.at].is_none());
    }

    /// Reads what is open, all at once, and settles what can be.
    async fn look(&self, open: &mut Vec<Open<'_>>, outcomes: &mut [Option<Outcome>]) {
        let asked: Vec<&Open<'_>> = open.iter().collect();
        let readings: BTreeMap<usize, Reading> =
            self.readings(&asked).await.into_iter().map(|(at, _, reading)| (at, reading)).collect();
        for (open, reading) in open.iter().filter_map(|open| Some((open, readings.get(&open.at)?))) {
            outcomes[open.at] = open.settled(reading);
        }
        open.retain(|open| outcomes[open.at].is_none());
    }

    async fn readings<'a>(&self, open: &[&Open<'a>]) -> Vec<(usize, &'a Verb, Reading)> {
        let (asked, queries): (Vec<_>, Vec<Query>) = open
            .iter()
            .filter_map(|open| Some(((open.at, &open.change.verb), query_of(open.change)?)))
            .unzip();
        if queries.is_empty() {
            return Vec::new();
        }
        let readings = self.read(&queries.iter().collect::<Vec<_>>()).await;
        asked.into_iter().zip(readings).map(|((at, verb), reading)| (at, verb, reading)).collect()
    }
}

impl<'a> Open<'a> {
    const fn new(at: usize, change: &'a Change) -> Self {
        Self { at, change, taken: false, lost: false, exists: false, fault: None }
    }

    /// Takes in what the cluster answered; an outcome if that settles it.
    fn hear(&mut self, name: &str, errors: &Errors) -> Option<Outcome> {
        let Some(error) = errors.get(&self.at) else {
            self.taken = true;
            return None;
        };
        let fault = fault::of(name, &format!("change {}", self.change.id.what), error);
        if !fault::is_doubtful(error) {
            return Some(Outcome::Failed(fault));
        }
        self.lost |= fault::is_lost(error);
        self.exists = matches!(error, KrafkaError::Broker { code: ErrorCode::TopicAlreadyExists, .. });
        self.fault = Some(fault);
        None
    }

    /// The topic that the cluster has just made for it.
    fn created(&self) -> Option<(String, i32)> {
        match (&self.change.id.what, &self.change.verb) {
            (What::Topic(name), Verb::Create(Object::Topic(topic))) if self.taken => {
                Some((name.clone(), topic.partitions))
            }
            _ => None,
        }
    }

    /// What a reading settles.
    fn settled(&self, reading: &Reading) -> Option<Outcome> {
        match progress(&self.change.verb, reading) {
            // Somebody else's, unless an earlier attempt of ours may have made it.
            Progress::Made if self.exists && !self.lost => Some(Outcome::Moved(reading.clone())),
            Progress::Made => Some(Outcome::Done(())),
            Progress::Moved => Some(Outcome::Moved(reading.clone())),
            // What the cluster says that it has done is done, even where leeward may not look.
            Progress::Unseen if self.taken => Some(Outcome::Done(())),
            Progress::Unseen | Progress::NotMade => None,
        }
    }

    /// Settles it as it stands; always false, since it is open no longer.
    fn give_up(&self, name: &str, outcomes: &mut [Option<Outcome>]) -> bool {
        let what = &self.change.id.what;
        let unseen = || {
            Fault::new(
                FaultKind::Timeout,
                format!("{name} has taken the change of {what} and does not show it"),
            )
        };
        let fault = self.fault.clone().filter(|_| !self.taken).unwrap_or_else(unseen);
        let maybe_made = self.taken || self.lost;
        outcomes[self.at] = Some(if maybe_made { Outcome::Unknown(fault) } else { Outcome::Failed(fault) });
        false
    }
}
