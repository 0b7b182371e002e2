//! What the replication still has to carry, partition by partition.
//!
//! Three witnesses say how far a partition was carried. The connector's position and the last offset sync are certain, and
//! both come late: Connect commits once in a while (`offset.flush.interval.ms`), MirrorMaker notes a sync every hundred records.
//! The standby's own end comes at once: behind the last sync so many records were carried as stand behind it there, as
//! long as no task has carried some of them twice since. So the first two give the bound, all three what is likely.

use super::figure::{silence, sum};
use super::{Count, Figure, Last};
use crate::estate::{Address, Ends, PartitionEnds};
use crate::offsets::{Flow, Sync};
use crate::state::Sighting;
use schemars::JsonSchema;
use serde::Serialize;

/// What is left to carry of one topic.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TopicLag {
    /// Its name on the active side.
    pub topic: String,
    /// How many partitions it has; 0 if no side says.
    pub partitions: usize,
    /// How many of them are likely to have something left; 0 if that is not known.
    pub behind: usize,
    /// Records that are on the active side only. Where offsets have gaps (transactions, compaction), the gaps count too.
    pub records: Figure<Count>,
}

/// What is left of every topic, in the order of their names. If the active side is silent, that is not known; what was left when it
/// was last seen stands beside it, less what was carried since.
pub(super) fn topics(flow: &Flow, sighting: Option<&Sighting>) -> Vec<TopicLag> {
    let lag = |(topic, on_target): (&String, &String)| {
        let mut lag = topic_lag(flow, topic, on_target);
        if let (Figure::Unknown { last, .. }, Some(sighting)) = (&mut lag.records, sighting) {
            let value = sighted(flow, topic, on_target, sighting);
            *last = value.map(|value| Last { value, at: sighting.at });
        }
        lag
    };
    flow.topics.iter().map(lag).collect()
}

/// What was left of a topic when its active side was last seen; none if it was not seen, or does answer.
fn sighted(flow: &Flow, topic: &str, on_target: &str, sighting: &Sighting) -> Option<Count> {
    flow.ends(&flow.source, topic).err()?;
    let target = flow.ends(&flow.target, on_target).ok()??;
    let ends = (0..).zip(sighting.ends.get(topic)?);
    let counts = ends.map(|(number, end)| {
        let source = PartitionEnds { start: 0, end: *end };
        let target = usize::try_from(number).ok().and_then(|at| target.partitions.get(at)).copied();
        Partition { flow, topic, number, source }.between(target)
    });
    counts.reduce(std::ops::Add::add)
}

fn topic_lag(flow: &Flow, topic: &str, on_target: &str) -> TopicLag {
    let partitions = usize::try_from(flow.partitions(topic)).unwrap_or_default();
    let unknown =
        |why| TopicLag { topic: topic.to_owned(), partitions, behind: 0, records: Figure::unknown(why) };
    let source = match ends(flow, &flow.source, topic) {
        Ok(ends) => ends,
        Err(why) => return unknown(why),
    };
    // What was certainly carried can be known without the standby; that its topic is not there must be said.
    let target = match flow.ends(&flow.target, on_target) {
        Ok(None) => return unknown(format!("{on_target} is not on {}", flow.target.name)),
        Ok(ends) => ends,
        Err(_) => None,
    };
    if let (Err(fault), Err(_) | Ok(None)) = (&flow.syncs, flow.carried()) {
        return unknown(silence(flow, &flow.target, fault));
    }
    let counts: Vec<Figure<Count>> = (0..)
        .zip(&source.partitions)
        .map(|(partition, ends)| {
            let there = target.map(|target| target.partitions.get(partition as usize).copied());
            let at = Partition { flow, topic, number: partition, source: *ends };
            at.left(there.flatten()).map_or_else(Figure::unknown, Figure::Known)
        })
        .collect();
    let behind = counts.iter().filter_map(Figure::known).filter(|count| count.likely > 0).count();
    TopicLag { topic: topic.to_owned(), partitions, behind, records: sum(&counts) }
}

fn ends<'a>(flow: &'a Flow, cluster: &Address, topic: &str) -> Result<&'a Ends, String> {
    match flow.ends(cluster, topic) {
        Ok(Some(ends)) => Ok(ends),
        Ok(None) => Err(format!("{topic} is not on {}", cluster.name)),
        Err(fault) => Err(silence(flow, cluster, &fault)),
    }
}

/// A partition whose ends on the active side are known.
struct Partition<'a> {
    flow: &'a Flow,
    topic: &'a str,
    number: i32,
    source: PartitionEnds,
}

impl Partition<'_> {
    /// How many records are left to carry, or why that can't be said.
    fn left(&self, target: Option<PartitionEnds>) -> Result<Count, String> {
        self.refuse_remade(self.last_sync(), target)?;
        Ok(self.between(target))
    }

    /// How many records lie between what was carried and the end of the active side.
    fn between(&self, target: Option<PartitionEnds>) -> Count {
        let sync = self.last_sync();
        let certain = self.flow.carried_for_certain(self.topic, self.number).unwrap_or_default();
        let certain = certain.max(self.source.start);
        let likely = self.by_the_standby(sync, target).unwrap_or_default().max(certain);
        let left = |from: i64| (self.source.end - from).max(0);
        Count { likely: left(likely), at_most: left(certain) }
    }

    fn last_sync(&self) -> Option<Sync> {
        self.flow.syncs.as_ref().ok()?.track(self.topic, self.number)?.last()
    }

    /// Where the standby's end stands beside the source, counted from the last sync or else from the start.
    fn by_the_standby(&self, sync: Option<Sync>, target: Option<PartitionEnds>) -> Option<i64> {
        let end = target?.end;
        if let Some(sync) = sync {
            return Some(sync.upstream + (end - sync.downstream));
        }
        let start = self.flow.starts.get(&(self.topic.to_owned(), self.number))?;
        Some(start.source.start + (end - start.target.end))
    }

    /// A log that ends before what was carried of it is another one than that, and its offsets say nothing. The ends were
    /// read after the syncs.
    fn refuse_remade(&self, sync: Option<Sync>, target: Option<PartitionEnds>) -> Result<(), String> {
        let remade = |cluster: &Address, what: &str| {
            let at = format!("{}-{}", self.topic, self.number);
            Err(format!(
                "{at} on {} ends before what was carried {what}: its log was made anew, or cut",
                cluster.name
            ))
        };
        match sync {
            Some(sync) if sync.upstream >= self.source.end => remade(&self.flow.source, "of it"),
            Some(sync) if target.is_some_and(|target| sync.downstream >= target.end) => {
                remade(&self.flow.target, "to it")
            }
            _ => Ok(()),
        }
    }
}
