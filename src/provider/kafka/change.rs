//! Changes → outcomes: sent in batches, and held against what is there afterwards.

use super::difference::{Progress, is_on_every_broker, other_life, progress, query_of};
use super::shown::{Look, Wanted, not_shown};
use super::{Kafka, fault};
use crate::estate::{Change, Fault, Object, Outcome, Query, Reading, Verb};
use krafka::KrafkaError;
use krafka::error::ErrorCode;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// So often a change is sent that was certainly not made, or probably not; less often where each attempt takes long.
const ATTEMPTS: u32 = 5;
/// How long the first wait before it is sent again is; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// A change that is not settled.
struct Open<'a> {
    /// Its place among the changes asked for.
    at: usize,
    change: &'a Change,
    /// Some answer to it was lost: it may have been made.
    lost: bool,
    /// It was said to be there already.
    exists: bool,
    /// Why it is not taken.
    fault: Option<Fault>,
}

/// A change that the cluster has taken, or shows; and its place.
type Made<'a> = (usize, &'a Change);

impl Kafka {
    /// Makes each change, and answers in order. A change is done when every broker shows it: what is read after it is
    /// as it has made it. One whose answer was lost is looked for and, if it is not there, sent again.
    pub async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        if let Err(fault) = self.admin().await {
            return changes.iter().map(|_| Outcome::Failed(fault.clone())).collect();
        }
        let mut outcomes: Vec<Option<Outcome>> = vec![None; changes.len()];
        let mut open: Vec<Open<'_>> = (0..).zip(changes).map(|(at, change)| Open::new(at, change)).collect();
        let mut made = Vec::new();
        self.keep_other_lives(&mut open, &mut outcomes).await;
        let (begun, mut wait) = (Instant::now(), FIRST_WAIT);
        for attempt in 1..=ATTEMPTS {
            self.send_open(&mut open, &mut made, &mut outcomes).await;
            self.look(&mut open, &mut made, &mut outcomes).await;
            if open.is_empty() || attempt == ATTEMPTS || begun.elapsed() > self.timeout() {
                break;
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        self.await_existing(&mut open, &mut made, &mut outcomes).await;
        for open in open {
            let at = open.at;
            outcomes[at] = Some(open.given_up(self));
        }
        let (spread, kept): (Vec<Made<'_>>, Vec<Made<'_>>) =
            made.into_iter().partition(|(_, change)| is_on_every_broker(&change.id.what));
        let (spread, kept) = futures::join!(self.await_made(&spread), self.look_at_kept(&kept));
        for (at, outcome) in spread.into_iter().chain(kept) {
            outcomes[at] = Some(outcome);
        }
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
    async fn send_open<'a>(
        &self,
        open: &mut Vec<Open<'a>>,
        made: &mut Vec<Made<'a>>,
        outcomes: &mut [Option<Outcome>],
    ) {
        let Ok(admin) = self.admin().await else { return };
        let unsent: Vec<(usize, &Change)> = open.iter().map(|open| (open.at, open.change)).collect();
        let errors = self.send(admin, &unsent).await;
        open.retain_mut(|open| {
            match errors.get(&open.at) {
                None => made.push((open.at, open.change)),
                Some(error) => outcomes[open.at] = open.hear(&self.name, error),
            }
            errors.contains_key(&open.at) && outcomes[open.at].is_none()
        });
    }

    /// Reads what is open, all at once, and settles what can be.
    async fn look<'a>(
        &self,
        open: &mut Vec<Open<'a>>,
        made: &mut Vec<Made<'a>>,
        outcomes: &mut [Option<Outcome>],
    ) {
        let asked: Vec<&Open<'_>> = open.iter().collect();
        let readings: BTreeMap<usize, Reading> =
            self.readings(&asked).await.into_iter().map(|(at, _, reading)| (at, reading)).collect();
        open.retain(|open| {
            let Some(reading) = readings.get(&open.at) else { return true };
            match progress(&open.change.verb, reading) {
                // Somebody else's, unless an earlier attempt of ours may have made it.
                Progress::Made if open.exists && !open.lost => {
                    outcomes[open.at] = Some(Outcome::Moved(reading.clone()));
                }
                Progress::Made => made.push((open.at, open.change)),
                Progress::Moved => outcomes[open.at] = Some(Outcome::Moved(reading.clone())),
                Progress::Unseen | Progress::NotMade => return true,
            }
            false
        });
    }

    /// A controller that says of a topic that it exists is ahead of its brokers: waits until they show it, for only
    /// then it can be told whose it is.
    async fn await_existing<'a>(
        &self,
        open: &mut Vec<Open<'a>>,
        made: &mut Vec<Made<'a>>,
        outcomes: &mut [Option<Outcome>],
    ) {
        // Whatever it is: to wait for one as it is declared would be to wait in vain for another's.
        let look = |open: &Open<'a>| Some(Look { query: query_of(open.change)?, wanted: Wanted::Led(1) });
        let existing = open.iter().filter(|open| open.exists);
        let looks: Vec<Look<'a>> = existing.filter_map(look).collect();
        if looks.is_empty() {
            return;
        }
        // What is not shown in all that time is read all the same, and is not there.
        if let Err(fault) = self.await_shown(&looks).await {
            tracing::warn!(cluster = self.name, %fault, "what exists can't be waited for");
        }
        self.look(open, made, outcomes).await;
    }

    /// Waits until every broker shows what is made; what came of each.
    async fn await_made<'a>(&self, made: &[Made<'a>]) -> Vec<(usize, Outcome)> {
        let look = |&(at, change): &Made<'a>| {
            Some((at, Look { query: query_of(change)?, wanted: Wanted::Made(&change.verb) }))
        };
        let (places, looks): (Vec<usize>, Vec<Look<'a>>) = made.iter().filter_map(look).unzip();
        if looks.is_empty() {
            return Vec::new();
        }
        let shown = self.await_shown(&looks).await;
        let outcome = |look: usize| match &shown {
            Ok(missing) => missing
                .get(&look)
                .map_or(Outcome::Done(()), |missing| Outcome::Unknown(not_shown(&self.name, missing))),
            Err(fault) => Outcome::Unknown(fault.clone()),
        };
        places.into_iter().enumerate().map(|(look, at)| (at, outcome(look))).collect()
    }

    /// Looks once at what a single broker keeps, which shows at once what it has taken; what came of each.
    async fn look_at_kept(&self, made: &[Made<'_>]) -> Vec<(usize, Outcome)> {
        let queries: Vec<Query> = made.iter().filter_map(|(_, change)| query_of(change)).collect();
        if queries.is_empty() {
            return Vec::new();
        }
        let readings = self.read(&queries.iter().collect::<Vec<_>>()).await;
        let outcome = |((at, change), reading): (&Made<'_>, Reading)| {
            let outcome = match progress(&change.verb, &reading) {
                Progress::Made | Progress::Unseen => Outcome::Done(()),
                Progress::NotMade | Progress::Moved => Outcome::Moved(reading),
            };
            (*at, outcome)
        };
        made.iter().zip(readings).map(outcome).collect()
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
        Self { at, change, lost: false, exists: false, fault: None }
    }

    /// Takes in why the cluster has not taken it; an outcome if that settles it.
    fn hear(&mut self, name: &str, error: &KrafkaError) -> Option<Outcome> {
        let fault = fault::of(name, &format!("change {}", self.change.id.what), error);
        if !fault::is_doubtful(error) {
            return Some(Outcome::Failed(fault));
        }
        self.lost |= fault::is_lost(error);
        self.exists = matches!(error, KrafkaError::Broker { code: ErrorCode::TopicAlreadyExists, .. });
        self.fault = Some(fault);
        None
    }

    /// Settles it as it stands.
    fn given_up(self, kafka: &Kafka) -> Outcome {
        let fault = self.fault.unwrap_or_else(|| kafka.silent());
        if self.lost { Outcome::Unknown(fault) } else { Outcome::Failed(fault) }
    }
}
