//! One replication's flow, as far as it could be read: what the translations of all its groups rest on.

use super::{Anchors, Checkpoint, Compared, End, Heartbeat, Neighbours, Syncs, Window};
use crate::estate::{
    Address, Carried, ConnectorState, Ends, Fault, FaultKind, Group, Naming, Object, ObjectId, Observed,
    PartitionEnds, Reading, Route, Start, What,
};
use std::collections::BTreeMap;

/// What was read, or why it could not be.
pub type Known<T> = Result<T, Fault>;

/// One replication's flow from a pair's active side to its standby, as far as it could be read.
#[derive(Debug)]
pub struct Flow {
    /// The replication.
    pub replication: Address,
    /// The pair.
    pub pair: Address,
    /// The cluster that is mirrored from.
    pub source: Address,
    /// The cluster that is mirrored to.
    pub target: Address,
    /// The connector that carries the records; none if no Connect cluster is attached to the target.
    pub connector: Option<ObjectId>,
    /// How topics are called on the target.
    pub naming: Naming,
    /// The topics that it carries: names on the source, with their names on the target.
    pub topics: BTreeMap<String, String>,
    /// The groups whose positions it carries.
    pub groups: Vec<String>,
    /// What places, groups, ends and the connector answered. Ends of the target were read after the syncs.
    pub observed: Observed,
    /// The offset syncs.
    pub syncs: Known<Syncs>,
    /// MirrorMaker's own translations, the last of each group and partition.
    pub checkpoints: Known<Checkpoints>,
    /// The last heartbeat that crossed.
    pub heartbeat: Known<Option<Seen<Heartbeat>>>,
    /// Where the mirroring of each partition began, as the state has it, by the topic's name on the source.
    pub starts: BTreeMap<(String, i32), Start>,
    /// What was read of the target to prove intervals, by the topic's name on the source and partition.
    pub windows: BTreeMap<(String, i32), Vec<Window>>,
    /// What was read of the source to compare it.
    pub compared: Compared,
    /// What else touches the topic of the offset syncs.
    pub neighbours: Neighbours,
}

/// A record with the time at which it arrived, in milliseconds since 1970 by the target's clock or the source's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// What it says.
    pub record: T,
    /// When it arrived.
    pub at: Option<i64>,
}

/// The last checkpoint of each group, topic on the target, and partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoints {
    last: BTreeMap<String, BTreeMap<(String, i32), Seen<Checkpoint>>>,
    malformed: u64,
}

impl Checkpoints {
    /// Takes in the next record of the topic; what is malformed is counted.
    pub fn record(&mut self, key: Option<&[u8]>, value: Option<&[u8]>, at: Option<i64>) {
        match Checkpoint::decode(key, value) {
            Ok(checkpoint) => {
                let key = (checkpoint.topic.clone(), checkpoint.partition);
                let of_group = self.last.entry(checkpoint.group.clone()).or_default();
                of_group.insert(key, Seen { record: checkpoint, at });
            }
            Err(_) => self.malformed += 1,
        }
    }

    /// The last checkpoint of a group on a partition, by the topic's name on the target.
    pub fn last(&self, group: &str, topic: &str, partition: i32) -> Option<&Seen<Checkpoint>> {
        self.last.get(group)?.get(&(topic.to_owned(), partition))
    }

    /// Whether a group has a checkpoint on any partition of a topic, by its name on the target.
    pub fn reads(&self, group: &str, topic: &str) -> bool {
        let all = self.last.get(group).map(|last| last.range((topic.to_owned(), i32::MIN)..));
        all.and_then(|mut all| all.next()).is_some_and(|((next, _), _)| next == topic)
    }

    /// Every group that has a checkpoint.
    pub fn groups(&self) -> impl Iterator<Item = &String> {
        self.last.keys()
    }

    /// How many records could not be read.
    pub const fn malformed(&self) -> u64 {
        self.malformed
    }
}

impl Flow {
    /// Where it flows.
    pub fn route(&self) -> Route {
        Route {
            replication: self.replication.clone(),
            pair: self.pair.clone(),
            source: self.source.clone(),
            target: self.target.clone(),
            connector: self.connector.clone(),
            naming: self.naming.clone(),
            topics: self.topics.clone(),
            groups: self.groups.iter().cloned().collect(),
        }
    }

    /// A group as a cluster knows it; none if the cluster does not know it.
    pub fn group(&self, cluster: &Address, name: &str) -> Known<Option<&Group>> {
        self.read(&ObjectId::new(cluster, What::Group(name.to_owned())), |object| match object {
            Object::Group(group) => Some(group),
            _ => None,
        })
    }

    /// First and next offsets of a topic on a cluster; none if it is not there.
    pub fn ends(&self, cluster: &Address, topic: &str) -> Known<Option<&Ends>> {
        self.read(&ObjectId::new(cluster, What::Ends(topic.to_owned())), |object| match object {
            Object::Ends(ends) => Some(ends),
            _ => None,
        })
    }

    /// How far the connector has carried, as far as it has committed; none if it is not there.
    ///
    /// A worker of another cluster has another connector of the name: what it says is a fault.
    pub fn carried(&self) -> Known<Option<&Carried>> {
        let Some(connector) = &self.connector else { return Ok(None) };
        if self.worker_elsewhere().is_some() {
            let message =
                format!("{} is attached to another cluster than {}", connector.place, self.target.name);
            return Err(Fault::new(FaultKind::Conflict, message));
        }
        let What::Connector(name) = &connector.what else { return Ok(None) };
        self.read(&ObjectId::new(&connector.place, What::Carried(name.clone())), |object| match object {
            Object::Carried(carried) => Some(carried),
            _ => None,
        })
    }

    /// The offset of the source before which all of a partition was carried for certain: by what the connector has committed,
    /// or by the last sync. None if neither says anything.
    pub fn carried_for_certain(&self, topic: &str, partition: i32) -> Option<i64> {
        let carried = self.carried().ok().flatten();
        let committed = carried.and_then(|carried| carried.next.get(topic)?.get(&partition).copied());
        let track = self.syncs.as_ref().ok().and_then(|syncs| syncs.track(topic, partition));
        committed.max(track.and_then(|track| track.last()).map(|sync| sync.upstream + 1))
    }

    /// Whether the connector is known to be stopped.
    pub fn is_stopped(&self) -> bool {
        let reading = self.connector.as_ref().and_then(|connector| self.observed.reading(connector));
        let Some(Object::Connector(connector)) = reading.and_then(Reading::object) else { return false };
        connector.state == ConnectorState::Stopped && connector.tasks == 0
    }

    fn read<'a, T>(&'a self, id: &ObjectId, of: impl Fn(&'a Object) -> Option<T>) -> Known<Option<T>> {
        match self.observed.reading(id) {
            Some(Reading::Present(object)) => Ok(of(object)),
            Some(Reading::Absent) | None => Ok(None),
            Some(Reading::Unreachable(fault)) => Err(fault.clone()),
        }
    }

    /// First and next offset of a partition on a cluster, if they are known.
    pub fn partition_ends(&self, cluster: &Address, topic: &str, partition: i32) -> Option<PartitionEnds> {
        let ends = self.ends(cluster, topic).ok()??;
        ends.partitions.get(usize::try_from(partition).ok()?).copied()
    }

    /// How many partitions a topic has, on the side that answers: on the source if it does.
    pub fn partitions(&self, topic: &str) -> i32 {
        let count = |cluster, name| self.ends(cluster, name).ok().flatten().map(|ends| ends.partitions.len());
        let on_target = || self.topics.get(topic).and_then(|name| count(&self.target, name));
        let partitions = count(&self.source, topic).or_else(on_target).unwrap_or_default();
        i32::try_from(partitions).unwrap_or(i32::MAX)
    }

    fn notes_starts_of(&self, topic: &str) -> bool {
        let first = self.starts.range((topic.to_owned(), i32::MIN)..).next();
        first.is_some_and(|((noted, _), _)| noted == topic)
    }

    /// The evidence about a partition, by the topic's name on the source; none while the target does not say where its log ends.
    pub fn anchors(&self, topic: &str, partition: i32) -> Option<Anchors<'_>> {
        let target = self.partition_ends(&self.target, self.topics.get(topic)?, partition)?;
        let track = self.syncs.as_ref().ok().and_then(|syncs| syncs.track(topic, partition));
        let mut anchors = Anchors::new(track, target);
        let at = (topic.to_owned(), partition);
        match self.starts.get(&at) {
            Some(start) => anchors = anchors.started(start),
            // Starts are noted for all partitions that a topic has then, and MirrorMaker reads later ones from their beginning.
            None if self.notes_starts_of(topic) => anchors = anchors.added_later(),
            None => {}
        }
        if let Some(source) = self.partition_ends(&self.source, topic, partition) {
            anchors = anchors.with_source(source);
        }
        let carried = self.carried().ok().flatten();
        if let Some(position) = carried.and_then(|carried| carried.next.get(topic)?.get(&partition)) {
            // Only a runbook that stopped the connector itself, and read everything twice, knows that it ended in order.
            anchors = anchors.ended(End { position: *position, in_order: false });
        }
        for window in self.windows.get(&at).into_iter().flatten() {
            anchors.learn(window);
        }
        if let Some(originals) = self.compared.originals.get(&at) {
            anchors = anchors.with_originals(originals, self.compared.compacted.contains(topic));
        }
        if let Some(passed) = self.compared.passed.get(&at) {
            anchors = anchors.with_passed(passed);
        }
        Some(anchors)
    }
}
