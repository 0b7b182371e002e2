//! Producing an export's records, each exactly once.
//!
//! Records are written in transactions, and in the same transaction a group's positions: the next offset on the source of
//! each partition. So whatever happens, what the cluster says of the group is what readers of committed records can see
//! of the export. Another replay of the same export takes over the transactional id and fences this one off.

use super::compare::{Contents, compare};
use super::frame::{Kept, MARK, mark};
use super::replays::{self, Happening, Note};
use super::{Count, Export, TailError};
use crate::estate::Address;
use crate::provider::records::{
    Header, NewRecord, Partition, Positions, Producer, Progress, Range, Records, Scan, Unsettled,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A transaction holds at most so many records, and about so many bytes.
const RECORDS: usize = 2_000;
const BYTES: usize = 4 << 20;

/// A replay that may begin, or go on.
#[derive(Debug)]
pub struct Replay {
    /// What is replayed.
    pub export: Export,
    /// The cluster.
    pub to: Address,
    /// By part, the topic that its records are written to.
    pub topics: Vec<String>,
    /// By part, what is left to write.
    pub left: Vec<Count>,
    /// How many of the records that are not written yet are left out, since the cluster has them.
    pub left_out: u64,
    /// When all of it was written, if it was.
    pub finished: Option<Timestamp>,
    cluster_id: String,
    suffix: String,
    /// By part, the offset on the source before which everything is written.
    next: Vec<i64>,
    /// By part, where its partition on the cluster ended before anything was written.
    ends: Vec<i64>,
    is_begun: bool,
    /// By part, the offsets on the source that are to be written, in order; all, if nothing is left out.
    wanted: Option<Vec<Vec<i64>>>,
}

/// Looks what is left of an export to be written to a cluster, whose id at Kafka is `cluster_id`.
///
/// Topics have the names that they have on that cluster when they are carried there, if it is the export's target, and
/// those of the source elsewhere; the suffix is added behind.
///
/// # Errors
/// The cluster does not answer, or does not have the topics; the export is damaged.
pub async fn prepare(
    records: &dyn Records,
    export: Export,
    to: &Address,
    cluster_id: &str,
    suffix: &str,
) -> Result<Replay, TailError> {
    let manifest = &export.manifest;
    let is_target = *to == manifest.target;
    let name = |part: &super::ManifestPart| {
        format!("{}{suffix}", if is_target { &part.carried_as } else { &part.topic })
    };
    let topics: Vec<String> = manifest.parts.iter().map(name).collect();
    let notes = replays::read(export.folder(), cluster_id, suffix)?;
    let begun = notes.iter().find_map(|note| match &note.what {
        Happening::Begun { ends } => Some(ends.clone()),
        Happening::Finished { .. } => None,
    });
    let finished =
        notes.iter().rfind(|note| matches!(note.what, Happening::Finished { .. })).map(|note| note.at);
    let mut replay = Replay {
        next: manifest.parts.iter().map(super::ManifestPart::first).collect(),
        left: vec![Count::default(); topics.len()],
        left_out: 0,
        wanted: None,
        ends: vec![0; topics.len()],
        is_begun: begun.is_some(),
        to: to.clone(),
        cluster_id: cluster_id.to_owned(),
        suffix: suffix.to_owned(),
        topics,
        finished,
        export,
    };
    if finished.is_none() {
        replay.look(records, begun).await?;
    }
    Ok(replay)
}

impl Replay {
    /// The partition that a part is written to; it has the number of the one that the part is of.
    fn partition(&self, part: usize) -> Partition {
        (self.topics[part].clone(), self.export.manifest.parts[part].partition)
    }

    fn partitions(&self) -> Vec<Partition> {
        (0..self.topics.len()).map(|part| self.partition(part)).collect()
    }

    fn id(&self) -> String {
        format!("leeward-tail-{}", self.export.manifest.id)
    }

    /// Asks the cluster how far the replay is.
    async fn look(&mut self, records: &dyn Records, begun: Option<Vec<i64>>) -> Result<(), TailError> {
        let partitions = self.partitions();
        let nothing =
            |(topic, partition): &Partition| Range { partition: Some(*partition), ..Range::nothing(topic) };
        let ranges: Vec<Range> = partitions.iter().map(nothing).collect();
        if ranges.is_empty() {
            return Ok(());
        }
        let scanning = records.scan(&Scan::ranges(&self.to, ranges).uncommitted()).await?;
        if !scanning.missing().is_empty() {
            let missing: Vec<String> = scanning.missing().iter().cloned().collect();
            return Err(TailError::NoTopic { cluster: self.to.name.clone(), missing });
        }
        let ends: BTreeMap<Partition, i64> = scanning
            .extents()
            .iter()
            .map(|extent| ((extent.topic.clone(), extent.partition), extent.end))
            .collect();
        self.ends = partitions.iter().map(|partition| ends.get(partition).copied().unwrap_or(0)).collect();
        // A replay that was killed has left its transaction open, and nobody has taken over its id yet.
        let positions = records.positions(&self.to, &self.id(), &partitions, Unsettled::LeftOut).await?;
        self.heed(&positions);
        if let Some(ends) = begun.filter(|ends| ends.len() == partitions.len()) {
            self.ends = ends;
            self.heed_marks(records).await?;
        }
        self.count()
    }

    /// Counts what is left.
    fn count(&mut self) -> Result<(), TailError> {
        (self.left, self.left_out) = (vec![Count::default(); self.topics.len()], 0);
        for kept in self.export.records() {
            let kept = kept?;
            let part = kept.part as usize;
            if kept.offset < self.next[part] {
                continue;
            }
            if self.is_wanted(&kept) {
                let size = kept.record("", 0).size();
                self.left[part].add(size, kept.timestamp.map(|timestamp| timestamp.millis));
            } else {
                self.left_out += 1;
            }
        }
        Ok(())
    }

    /// Leaves out what the cluster holds already, as [`compare()`] sees it: in the topic that is written to, or in the one
    /// without the suffix. What this very replay has written is not looked at: the cluster's positions say how far it is.
    ///
    /// Only what stands there now is seen: nobody else may be writing the same records.
    ///
    /// # Errors
    /// The cluster does not answer; the export is damaged.
    pub async fn leave_out_present(
        &mut self,
        records: &dyn Records,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), TailError> {
        if self.finished.is_some() {
            return Ok(());
        }
        let homes = |topic: &String| match topic.strip_suffix(&self.suffix) {
            Some(bare) if !self.suffix.is_empty() => vec![topic.clone(), bare.to_owned()],
            _ => vec![topic.clone()],
        };
        let contents = Contents::of(&self.export, self.topics.iter().map(homes))?;
        let contents = contents.but_for_replays_of(self.export.manifest.id);
        let parts = compare(records, &self.to, contents, progress).await?;
        self.wanted = Some(parts.into_iter().map(|part| part.missing).collect());
        self.count()
    }

    fn is_wanted(&self, kept: &Kept) -> bool {
        self.wanted
            .as_ref()
            .is_none_or(|wanted| wanted[kept.part as usize].binary_search(&kept.offset).is_ok())
    }

    /// Takes over what the cluster notes of the replay.
    fn heed(&mut self, positions: &BTreeMap<Partition, i64>) {
        for part in 0..self.next.len() {
            if let Some(next) = positions.get(&self.partition(part)) {
                self.next[part] = self.next[part].max(*next);
            }
        }
    }

    /// Looks for marked records where positions may have been forgotten: behind the ends that were noted at the beginning.
    async fn heed_marks(&mut self, records: &dyn Records) -> Result<(), TailError> {
        let partitions = self.partitions();
        let range =
            |((topic, partition), end): (&Partition, &i64)| Range::offsets(topic, *partition, *end, i64::MAX);
        let ranges = partitions.iter().zip(&self.ends).map(range).collect();
        let places: BTreeMap<&Partition, usize> = partitions.iter().zip(0..).collect();
        let id = self.export.manifest.id;
        let mut scanning = records.scan(&Scan::ranges(&self.to, ranges)).await?;
        let next = &mut self.next;
        scanning
            .each(|record| {
                let at = places.get(&(record.topic.to_owned(), record.partition));
                if let (Some(at), Some((export, offset))) = (at, mark(record))
                    && export == id
                {
                    next[*at] = next[*at].max(offset + 1);
                }
            })
            .await?;
        Ok(())
    }

    /// All that is left.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        self.left.iter().for_each(|part| total.merge(part));
        total
    }

    /// The topics that it writes to.
    pub fn targets(&self) -> BTreeSet<&str> {
        self.topics.iter().map(String::as_str).collect()
    }

    fn note(&self, what: Happening) -> Result<(), TailError> {
        let (cluster, suffix) = (self.cluster_id.clone(), self.suffix.clone());
        replays::add(self.export.folder(), &Note { at: Timestamp::now(), cluster, suffix, what })
    }
}

/// Writes what is left, and answers how many records that were.
///
/// # Errors
/// The cluster refuses or stops answering. What was committed stays; the next replay goes on behind it.
pub async fn replay(
    records: &dyn Records,
    mut replay: Replay,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<u64, TailError> {
    if replay.finished.is_some() {
        return Ok(0);
    }
    if !replay.is_begun {
        replay.note(Happening::Begun { ends: replay.ends.clone() })?;
    }
    let total = replay.total();
    let mut producer = records.producer(&replay.to, Some(&replay.id())).await?;
    // Whoever had the id before is fenced off: what the cluster says now is the truth.
    let (id, partitions) = (replay.id(), replay.partitions());
    let positions = records.positions(&replay.to, &id, &partitions, Unsettled::Awaited).await?;
    replay.heed(&positions);
    let mut done = Progress { total: total.records, ..Progress::default() };
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for kept in replay.export.records() {
        let kept = kept?;
        if kept.offset < replay.next[kept.part as usize] || !replay.is_wanted(&kept) {
            continue;
        }
        bytes += kept.record("", 0).size();
        batch.push(kept);
        if batch.len() >= RECORDS || bytes >= BYTES {
            write(&replay, producer.as_mut(), &batch).await?;
            advance(&mut done, &mut batch, &mut bytes, progress);
        }
    }
    if !batch.is_empty() {
        write(&replay, producer.as_mut(), &batch).await?;
        advance(&mut done, &mut batch, &mut bytes, progress);
    }
    replay.note(Happening::Finished { records: replay.export.total().records })?;
    Ok(done.records)
}

fn advance(
    done: &mut Progress,
    batch: &mut Vec<Kept>,
    bytes: &mut usize,
    progress: &(dyn Fn(Progress) + Sync),
) {
    done.records += batch.len() as u64;
    done.bytes += *bytes as u64;
    done.passed = done.records;
    progress(*done);
    batch.clear();
    *bytes = 0;
}

/// One transaction: records, and where the next one begins.
async fn write(replay: &Replay, producer: &mut dyn Producer, batch: &[Kept]) -> Result<(), TailError> {
    let manifest = &replay.export.manifest;
    let mark = |kept: &Kept| {
        let part = &manifest.parts[kept.part as usize];
        format!("{}/{}-{}@{}", manifest.id, part.topic, part.partition, kept.offset)
    };
    let marks: Vec<String> = batch.iter().map(mark).collect();
    let written: Vec<NewRecord<'_>> =
        batch.iter().zip(&marks).map(|(kept, mark)| new_record(replay, kept, mark)).collect();
    let mut next = BTreeMap::new();
    for kept in batch {
        next.insert(replay.partition(kept.part as usize), kept.offset + 1);
    }
    let sent = producer.send(&written).await;
    if let Err(fault) = sent {
        // Nobody sees what was sent; an abort that fails changes nothing about that.
        if let Err(error) = producer.abort().await {
            tracing::debug!(%error, "a transaction was left to be aborted by the cluster");
        }
        return Err(fault.into());
    }
    producer.commit(Some(&Positions { group: replay.id(), next })).await?;
    Ok(())
}

fn new_record<'a>(replay: &'a Replay, kept: &'a Kept, mark: &'a str) -> NewRecord<'a> {
    let part = kept.part as usize;
    let headers = kept.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() });
    let mark = Header { name: MARK, value: Some(mark.as_bytes()) };
    NewRecord {
        topic: &replay.topics[part],
        partition: Some(replay.export.manifest.parts[part].partition),
        timestamp: kept.timestamp.map(|timestamp| timestamp.millis),
        key: kept.key.as_deref(),
        value: kept.value.as_deref(),
        headers: headers.chain([mark]).collect(),
    }
}
