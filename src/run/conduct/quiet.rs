//! Seeing that nobody writes.

use super::wait::{Look, ends};
use super::{Conduct, Found};
use crate::estate::{Address, Evidence, Fault, FaultKind, Object, ObjectId, PartitionEnds, Query, What};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// So many looks have to show the same: 2 s, in which a producer that is refused has tried again (`retry.backoff.max.ms`
/// is 1 s).
const LOOKS: u32 = 10;
/// How long it may take until they do.
const PATIENCE: Duration = Duration::from_secs(60);

impl Conduct<'_> {
    /// Waits until the ends of all topics have stood still for a while.
    pub(super) async fn await_quiet(&self, cluster: &Address, topics: &BTreeSet<String>) -> Found {
        let queries: Vec<Query> = topics.iter().map(|topic| Query::ends(cluster, topic)).collect();
        let (mut before, mut since, mut looks) = (None, Instant::now(), 0);
        let waited = self
            .wait(PATIENCE, async || {
                let now = self.read(&queries).await?;
                let grown = before.as_ref().map_or(0, |before| grown(before, &now));
                if before.replace(now).is_none() || grown > 0 {
                    (since, looks) = (Instant::now(), 0);
                } else {
                    looks += 1;
                }
                if looks >= LOOKS {
                    return Ok(Look::There(since.elapsed()));
                }
                // The words stay the same while records arrive, so that the patience ends.
                Ok(Look::NotYet(format!("waiting for {} to take no more records", cluster.name)))
            })
            .await;
        let writers = self.writers(cluster, topics.iter()).await;
        let still = waited.map_err(|fault| {
            let who = writers.last().unwrap_or_else(|| "who writes there?".to_owned());
            fault.hint(format!("{who}; stop it, or fence by other means, then resume the run"))
        })?;
        let told = [writers.since(Timestamp::now()), writers.open()];
        let told: String = told.into_iter().flatten().map(|told| format!("; {told}")).collect();
        let seen = format!("ends stood still for {:.1} s{told}", still.as_secs_f64());
        Ok(Evidence::Still { seen, ends: by_topic(before.unwrap_or_default()) })
    }

    /// Sees that nothing has come to some topics since their records were counted: it would be deleted unseen.
    pub(super) async fn renounce(&self, cluster: &Address, counted: &BTreeMap<String, i64>) -> Found {
        let queries: Vec<Query> = counted.keys().map(|topic| Query::ends(cluster, topic)).collect();
        let found = self.read(&queries).await?;
        for (topic, counted) in counted {
            let there = ends(found.get(&ObjectId::new(cluster, What::Ends(topic.clone()))));
            let end = there.map_or(0, |ends| ends.partitions.iter().map(|at| at.end).sum::<i64>());
            if end > *counted {
                let number = end - counted;
                let message = format!(
                    "{number} records have come to {topic} on {} since they were counted",
                    cluster.name
                );
                return Err(Fault::new(FaultKind::Conflict, message)
                    .hint("nothing is deleted: abort the run, and plan anew with what is there now"));
            }
        }
        Ok(Evidence::Nothing)
    }

    /// Looks until records arrive in any of the topics, or the time is over: then that is said, and is no failure.
    pub(super) async fn await_writers(
        &self,
        cluster: &Address,
        topics: &BTreeSet<String>,
        patience: Duration,
    ) -> Found {
        let queries: Vec<Query> = topics.iter().map(|topic| Query::ends(cluster, topic)).collect();
        let (begun, mut before) = (Instant::now(), None);
        let arrived = self
            .wait(patience + PATIENCE, async || {
                let now = self.read(&queries).await?;
                let grown = before.as_ref().map_or(0, |before| grown(before, &now));
                before.get_or_insert(now);
                if grown > 0 || begun.elapsed() >= patience {
                    return Ok(Look::There(grown));
                }
                Ok(Look::NotYet(format!("no record has come to {} yet", cluster.name)))
            })
            .await?;
        Ok(Evidence::Seen(match arrived {
            0 => format!("no record has come in {} s", patience.as_secs()),
            arrived => format!("{arrived} records have come"),
        }))
    }
}

/// The ends that were read, by topic.
fn by_topic(found: BTreeMap<ObjectId, Object>) -> BTreeMap<String, Vec<PartitionEnds>> {
    let of_topic = |(id, object): (ObjectId, Object)| match (id.what, object) {
        (What::Ends(topic), Object::Ends(ends)) => Some((topic, ends.partitions)),
        _ => None,
    };
    found.into_iter().filter_map(of_topic).collect()
}

/// How many records more there are.
fn grown(before: &BTreeMap<ObjectId, Object>, now: &BTreeMap<ObjectId, Object>) -> i64 {
    let end = |object| ends(object).map_or(0, |ends| ends.partitions.iter().map(|at| at.end).sum::<i64>());
    now.iter().map(|(id, object)| end(Some(object)) - end(before.get(id))).map(i64::abs).sum()
}
