//! The records of the world that is held in memory.

use super::scanning::partitions;
use super::{
    Batch, Begin, Extent, Header, Isolation, NewRecord, Partition, Placed, Positions, Producer, Records,
    Scan, Scanning, Timestamp, TimestampKind, Unsettled,
};
use crate::estate::{Address, Fault, FaultKind};
use crate::provider::Memory;
use crate::provider::memory::{MemoryCluster, MemoryRecord, MemoryTopic, RecordState, World};
use futures::future::{BoxFuture, FutureExt as _};
use futures::stream;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A batch has so many records: few, so that tests see several.
const BATCH_RECORDS: usize = 64;

impl Records for Memory {
    fn scan<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, Result<Scanning, Fault>> {
        async move {
            self.edit(|world| {
                let cluster = cluster(world, &scan.cluster)?;
                let (extents, missing) = extents(cluster, scan);
                let batches: Vec<Result<Batch, Fault>> =
                    batches(cluster, &extents, scan.isolation).into_iter().map(Ok).collect();
                Ok(Scanning::new(extents, missing, Box::pin(stream::iter(batches))))
            })
        }
        .boxed()
    }

    fn producer<'a>(
        &'a self,
        at: &'a Address,
        transactional_id: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Producer>, Fault>> {
        async move {
            self.edit(|world| {
                let cluster = cluster(world, at)?;
                let transaction = transactional_id.map(|id| (id.to_owned(), cluster.take_over(id)));
                let (world, cluster) = (self.shared(), at.clone());
                Ok(Box::new(MemoryProducer { world, cluster, transaction }) as Box<dyn Producer>)
            })
        }
        .boxed()
    }

    fn begun_at(&self, at: &Address, _brokers: &[String]) -> Result<Box<dyn Records>, Fault> {
        self.edit(|world| cluster(world, at).map(drop))?;
        Ok(Box::new(self.shared()))
    }

    fn positions<'a>(
        &'a self,
        at: &'a Address,
        group: &'a str,
        wanted: &'a [Partition],
        _: Unsettled,
    ) -> BoxFuture<'a, Result<BTreeMap<Partition, i64>, Fault>> {
        async move {
            self.edit(|world| {
                let held = cluster(world, at)?.groups.get(group);
                let position = |partition: &Partition| {
                    let position = held.and_then(|group| group.position(&partition.0, partition.1))?;
                    Some((partition.clone(), position))
                };
                Ok(wanted.iter().filter_map(position).collect())
            })
        }
        .boxed()
    }
}

/// A producer, with its transactional id and the epoch in which it took the id over.
struct MemoryProducer {
    world: Memory,
    cluster: Address,
    transaction: Option<(String, u64)>,
}

impl MemoryProducer {
    fn edit<T>(&self, edit: impl FnOnce(&mut MemoryCluster) -> Result<T, Fault>) -> Result<T, Fault> {
        self.world.edit(|world| {
            let cluster = cluster(world, &self.cluster)?;
            if let Some((id, epoch)) = &self.transaction
                && cluster.transactions.get(id) != Some(epoch)
            {
                let message = format!("{}: another producer took {id} over", self.cluster.name);
                return Err(Fault::new(FaultKind::Conflict, message));
            }
            edit(cluster)
        })
    }
}

impl Producer for MemoryProducer {
    fn send<'a>(&'a mut self, records: &'a [NewRecord<'a>]) -> BoxFuture<'a, Result<Vec<Placed>, Fault>> {
        let state = match &self.transaction {
            Some((id, epoch)) => RecordState::Open(id.clone(), *epoch),
            None => RecordState::Visible,
        };
        let sent = self.edit(|cluster| records.iter().map(|record| cluster.append(record, &state)).collect());
        std::future::ready(sent).boxed()
    }

    fn commit<'a>(&'a mut self, positions: Option<&'a Positions>) -> BoxFuture<'a, Result<(), Fault>> {
        let Some((id, _)) = self.transaction.clone() else { return std::future::ready(Ok(())).boxed() };
        let committed = self.edit(|cluster| {
            cluster.end_transaction(&id, true);
            if let Some(positions) = positions {
                let group = cluster.groups.entry(positions.group.clone()).or_default();
                for ((topic, partition), next) in &positions.next {
                    group.positions.entry(topic.clone()).or_default().insert(*partition, *next);
                }
            }
            Ok(())
        });
        std::future::ready(committed).boxed()
    }

    fn abort<'a>(&'a mut self) -> BoxFuture<'a, Result<(), Fault>> {
        let Some((id, _)) = self.transaction.clone() else { return std::future::ready(Ok(())).boxed() };
        let aborted = self.edit(|cluster| {
            cluster.end_transaction(&id, false);
            Ok(())
        });
        std::future::ready(aborted).boxed()
    }
}

fn cluster<'a>(world: &'a mut World, at: &Address) -> Result<&'a mut MemoryCluster, Fault> {
    match world.silence(at) {
        Some(fault) => Err(fault),
        None => world.clusters.get_mut(at).ok_or_else(|| crate::provider::fault::undeclared(at)),
    }
}

impl MemoryCluster {
    /// Takes a transactional id over from whoever had it; what was left open is aborted.
    fn take_over(&mut self, id: &str) -> u64 {
        self.end_transaction(id, false);
        let epoch = self.transactions.entry(id.to_owned()).or_default();
        *epoch += 1;
        *epoch
    }

    fn append(&mut self, record: &NewRecord<'_>, state: &RecordState) -> Result<Placed, Fault> {
        let missing = |what: String| Fault::new(FaultKind::Conflict, format!("there is no {what}"));
        let topic = self.topics.get_mut(record.topic);
        let topic = topic.ok_or_else(|| missing(format!("topic {}", record.topic)))?;
        let count = topic.partitions.len();
        let chosen = record.partition.unwrap_or_else(|| by_key(record.key, count));
        let at = usize::try_from(chosen).ok().filter(|at| *at < count);
        let at = at.ok_or_else(|| missing(format!("partition {}-{chosen}", record.topic)))?;
        let offset = topic.partitions[at].end;
        topic.partitions[at].end += 1;
        topic.records.entry(chosen).or_default().push(MemoryRecord {
            offset,
            millis: record.timestamp.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond()),
            key: record.key.map(<[u8]>::to_vec),
            value: record.value.map(<[u8]>::to_vec),
            headers: record
                .headers
                .iter()
                .map(|header| (header.name.to_owned(), header.value.map(<[u8]>::to_vec)))
                .collect(),
            state: state.clone(),
        });
        Ok(Placed { partition: chosen, offset })
    }

    /// Ends the open transaction of an id: each partition in it gets a control record, which takes an offset.
    fn end_transaction(&mut self, id: &str, commit: bool) {
        for topic in self.topics.values_mut() {
            for (partition, records) in &mut topic.records {
                let mut is_in_it = false;
                for record in records.iter_mut() {
                    if matches!(&record.state, RecordState::Open(open, _) if open == id) {
                        record.state = if commit { RecordState::Visible } else { RecordState::Aborted };
                        is_in_it = true;
                    }
                }
                if is_in_it
                    && let Some(ends) = topic.partitions.get_mut(usize::try_from(*partition).unwrap_or(0))
                {
                    ends.end += 1;
                }
            }
        }
    }
}

/// librdkafka's `consistent_random`, without the random: records without a key go to the first partition.
fn by_key(key: Option<&[u8]>, partitions: usize) -> i32 {
    let hash = key.filter(|key| !key.is_empty()).map_or(0, crc32fast::hash);
    i32::try_from(hash as usize % partitions.max(1)).unwrap_or(0)
}

impl MemoryTopic {
    fn of(&self, partition: i32) -> &[MemoryRecord] {
        self.records.get(&partition).map_or(&[], Vec::as_slice)
    }

    /// The offset behind what a reader may see.
    fn visible_end(&self, partition: i32, isolation: Isolation) -> i64 {
        let end =
            usize::try_from(partition).ok().and_then(|at| self.partitions.get(at)).map_or(0, |ends| ends.end);
        let is_open = |record: &&MemoryRecord| matches!(record.state, RecordState::Open(..));
        match isolation {
            Isolation::Uncommitted => end,
            Isolation::Committed => {
                self.of(partition).iter().find(is_open).map_or(end, |record| record.offset)
            }
        }
    }
}

fn extents(cluster: &MemoryCluster, scan: &Scan) -> (Vec<Extent>, BTreeSet<String>) {
    let (mut extents, mut missing) = (Vec::new(), BTreeSet::new());
    for range in &scan.ranges {
        let topic = cluster.topics.get(&range.topic);
        let count = topic.map_or(0, |topic| i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX));
        let wanted = match range.partition {
            None if count == 0 => {
                missing.insert(range.topic.clone());
                0..0
            }
            Some(partition) if !(0..count).contains(&partition) => {
                missing.insert(format!("{}-{partition}", range.topic));
                0..0
            }
            Some(partition) => partition..partition + 1,
            None => 0..count,
        };
        for (partition, topic) in wanted.filter_map(|partition| Some((partition, topic?))) {
            let start = topic.partitions[usize::try_from(partition).unwrap_or(0)].start;
            let end = topic.visible_end(partition, scan.isolation);
            let timed = topic.of(partition).iter().find(|record| match range.from {
                Begin::Time(millis) => record.millis >= millis,
                _ => false,
            });
            let timed = timed.map(|record| record.offset);
            extents.push(range.extent((range.topic.clone(), partition), (start, end), timed));
        }
    }
    (extents, missing)
}

fn batches(cluster: &MemoryCluster, extents: &[Extent], isolation: Isolation) -> Vec<Batch> {
    let partitions = partitions(extents);
    let mut batches = Vec::new();
    for (at, extent) in (0u32..).zip(extents) {
        let Some(topic) = cluster.topics.get(&extent.topic) else { continue };
        let is_wanted = |record: &&MemoryRecord| {
            (extent.from..extent.to).contains(&record.offset)
                && (isolation == Isolation::Uncommitted || record.state == RecordState::Visible)
        };
        let wanted: Vec<&MemoryRecord> = topic.of(extent.partition).iter().filter(is_wanted).collect();
        let kind = match topic.config.get("message.timestamp.type").map(String::as_str) {
            Some("LogAppendTime") => TimestampKind::Append,
            _ => TimestampKind::Create,
        };
        for some in wanted.chunks(BATCH_RECORDS) {
            let mut batch = Batch::new(Arc::clone(&partitions));
            for record in some {
                let headers = record.headers.iter();
                let headers = headers.map(|(name, value)| Header { name, value: value.as_deref() });
                let timestamp = Some(Timestamp { millis: record.millis, kind });
                let pair = (record.key.as_deref(), record.value.as_deref());
                batch.push(at, record.offset, timestamp, pair, headers);
            }
            batches.push(batch);
        }
        let mut end = Batch::new(Arc::clone(&partitions));
        end.finish(at);
        batches.push(end);
    }
    batches
}
