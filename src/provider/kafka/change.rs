//! Changes → outcomes: sent in batches, and held against what is there afterwards.

use super::difference::{Progress, progress, query_of};
use super::send::Errors;
use super::{Kafka, fault};
use crate::estate::{Change, Fault, FaultKind, Outcome, Query, Reading};
use std::collections::HashMap;
use std::time::Duration;

/// So often a change is looked for, and sent again if it was not taken, before it is given up.
const ATTEMPTS: u32 = 7;
/// How long the first wait is; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// What is known of a change.
enum Verdict {
    Settled(Outcome),
    /// Not seen yet: the broker has taken it, or gave this doubtful answer.
    Open(Option<Fault>),
}

impl Kafka {
    /// Makes each change, and answers in order. A change counts as done when it is seen to be there; one whose
    /// answer was lost is looked for and, if it is not there, sent again a few times.
    pub async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        if let Err(fault) = self.admin().await {
            return changes.iter().map(|_| Outcome::Failed(fault.clone())).collect();
        }
        let mut outcomes: Vec<Option<Outcome>> = changes.iter().map(|_| None).collect();
        let mut faults: HashMap<usize, Fault> = HashMap::new();
        let mut open: Vec<(usize, &Change)> = changes.iter().copied().enumerate().collect();
        let mut unsent = open.clone();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(FIRST_WAIT * 2u32.pow(attempt - 1)).await;
            }
            let errors = match self.admin().await {
                Ok(admin) => self.send(admin, &unsent).await,
                Err(_) => Errors::new(),
            };
            unsent.clear();
            for ((at, change), verdict) in open.iter().zip(self.judge(&open, &errors).await) {
                match verdict {
                    Verdict::Settled(outcome) => outcomes[*at] = Some(outcome),
                    // What the broker has taken only needs time to show.
                    Verdict::Open(None) => {}
                    Verdict::Open(Some(fault)) => {
                        unsent.push((*at, *change));
                        faults.insert(*at, fault);
                    }
                }
            }
            open.retain(|(at, _)| outcomes[*at].is_none());
            if open.is_empty() {
                break;
            }
        }
        let settled = |(at, outcome): (usize, Option<Outcome>)| {
            outcome.unwrap_or_else(|| self.given_up(changes[at], faults.remove(&at)))
        };
        outcomes.into_iter().enumerate().map(settled).collect()
    }

    /// Reads what the changes are about, all at once, and says what came of each.
    async fn judge(&self, changes: &[(usize, &Change)], errors: &Errors) -> Vec<Verdict> {
        let refused = |at: usize| errors.get(&at).filter(|error| !fault::is_doubtful(error));
        let query = |(at, change): &(usize, &Change)| match refused(*at) {
            Some(_) => None,
            None => query_of(change),
        };
        let queries: Vec<Option<Query>> = changes.iter().map(query).collect();
        let asked: Vec<&Query> = queries.iter().flatten().collect();
        let mut readings = if asked.is_empty() { Vec::new() } else { self.read(&asked).await }.into_iter();
        let mut verdicts = Vec::with_capacity(changes.len());
        for ((at, change), query) in changes.iter().zip(&queries) {
            let reading = query.as_ref().and_then(|_| readings.next());
            let fault = errors.get(at).map(|error| self.fault_of(change, error));
            verdicts.push(match (reading, fault) {
                (Some(reading), fault) => verdict(change, reading, fault),
                (None, Some(fault)) => Verdict::Settled(Outcome::Failed(fault)),
                (None, None) => Verdict::Settled(Outcome::Failed(self.unknown_sort(change))),
            });
        }
        verdicts
    }

    fn fault_of(&self, change: &Change, error: &krafka::KrafkaError) -> Fault {
        fault::of(&self.name, &format!("change {}", change.id.what), error)
    }

    fn unknown_sort(&self, change: &Change) -> Fault {
        let message = format!("{} is nothing that can be changed on {}", change.id.what, self.name);
        Fault::new(FaultKind::Invalid, message)
    }

    fn given_up(&self, change: &Change, fault: Option<Fault>) -> Outcome {
        Outcome::Unknown(fault.unwrap_or_else(|| {
            let (name, what) = (&self.name, &change.id.what);
            Fault::new(
                FaultKind::Timeout,
                format!("{name} has taken the change of {what} and does not show it"),
            )
        }))
    }
}

/// What a reading makes of a change that was sent, and answered with `fault` or with nothing.
fn verdict(change: &Change, reading: Reading, fault: Option<Fault>) -> Verdict {
    match (progress(&change.verb, &reading), reading) {
        (Progress::Made, _) => Verdict::Settled(Outcome::Done(())),
        (Progress::Moved, reading) => Verdict::Settled(Outcome::Moved(reading)),
        (Progress::Unseen, Reading::Unreachable(unseen)) => Verdict::Settled(Outcome::Unknown(unseen)),
        (Progress::NotMade | Progress::Unseen, _) => Verdict::Open(fault),
    }
}
