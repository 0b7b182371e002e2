//! Waiting until every broker shows what the controller has taken.

use super::broker::{Broker, Shown};
use super::difference::{Progress, grows_to, progress};
use super::{Kafka, fault};
use crate::estate::{Fault, FaultKind, Query, Verb, What};
use futures::future::join_all;
use krafka::admin::ClusterBroker;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long brokers may take to show what the controller has taken: seconds when there are thousands of topics.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the first wait between two looks is; each further one is twice as long, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// One thing that every broker has to show.
pub(super) struct Look<'a> {
    pub query: Query,
    pub wanted: Wanted<'a>,
}

/// What has to be seen.
pub(super) enum Wanted<'a> {
    /// This change is made.
    Made(&'a Verb),
    /// A topic has so many partitions, each of them led.
    Led(i32),
}

/// What some broker does not show, by its place among the looks: in words.
pub(super) type Missing = BTreeMap<usize, String>;

impl Kafka {
    /// Looks at every broker until it shows everything; answers what some broker still does not show when patience is
    /// at its end. A broker that says nothing can't be waited for and is passed over, as long as another one answers.
    pub(super) async fn await_shown(&self, looks: &[Look<'_>]) -> Result<Missing, Fault> {
        self.admin().await?;
        let brokers =
            self.alive().await.map_err(|error| fault::of(&self.name, "describe the cluster", &error))?;
        let deadline = Instant::now() + PATIENCE;
        let looked = join_all(brokers.iter().map(|broker| self.await_on(broker, looks, deadline))).await;
        let mut missing = Missing::new();
        let mut silent = None;
        let mut answered = false;
        for (broker, looked) in brokers.iter().zip(looked) {
            match looked {
                Ok(not_shown) => {
                    answered = true;
                    missing.extend(not_shown);
                }
                Err(fault) => {
                    tracing::warn!(cluster = self.name, broker = broker.id, %fault, "a broker does not answer");
                    silent = Some(fault);
                }
            }
        }
        match silent {
            Some(fault) if !answered => Err(fault),
            _ => Ok(missing),
        }
    }

    async fn await_on(
        &self,
        at: &ClusterBroker,
        looks: &[Look<'_>],
        deadline: Instant,
    ) -> Result<Missing, Fault> {
        let mut missing: Missing = (0..looks.len()).map(|at| (at, String::new())).collect();
        let mut wait = FIRST_WAIT;
        let mut heard = Instant::now();
        loop {
            match self.missing_on(at, looks, &missing).await {
                Ok(not_shown) => {
                    (missing, heard) = (not_shown, Instant::now());
                    if missing.is_empty() || heard > deadline {
                        return Ok(missing);
                    }
                }
                Err(error) if heard.elapsed() > self.timeout() || !fault::is_lost(&error) => {
                    return Err(fault::of(&self.name, "ask every broker", &error));
                }
                Err(_) => {}
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// What one broker does not show yet of what was missing until now.
    async fn missing_on(
        &self,
        at: &ClusterBroker,
        looks: &[Look<'_>],
        missing: &Missing,
    ) -> krafka::Result<Missing> {
        let broker = self.broker(&at.host, at.port).await?;
        let queries: Vec<&Query> = missing.keys().map(|at| &looks[*at].query).collect();
        let shown = self.shown_by(&broker, &queries).await?;
        Ok(missing.keys().filter_map(|at| Some((*at, looks[*at].missing(&broker, &shown)?))).collect())
    }
}

impl Look<'_> {
    /// What is not to be seen yet, in words; none if it shows.
    fn missing(&self, broker: &Broker, shown: &Shown) -> Option<String> {
        let (address, what) = (broker.address(), self.query.id().what);
        let partitions = |wanted: i32| {
            let What::Topic(name) = &what else { return None };
            let led = shown.led(name);
            (led < wanted).then(|| format!("broker {address} shows {led} of {wanted} partitions of {what}"))
        };
        match &self.wanted {
            Wanted::Led(wanted) => partitions(*wanted),
            Wanted::Made(verb) => match progress(verb, &shown.reading(&self.query)) {
                Progress::Made => grows_to(verb).and_then(partitions),
                // What the cluster has taken is made, even where leeward may not look.
                Progress::Unseen => None,
                Progress::NotMade | Progress::Moved => {
                    Some(format!("broker {address} does not show the change of {what}"))
                }
            },
        }
    }
}

/// The fault of a broker that does not show what it should.
pub(super) fn not_shown(name: &str, missing: &str) -> Fault {
    let message = format!("{name}: {missing}, {PATIENCE:?} after it was asked for");
    Fault::new(FaultKind::Timeout, message).hint("look at that broker's log, then resume the run")
}
