//! Which records of a tail another cluster holds already.
//!
//! Records are the same if key, value, headers (but for the mark of a replay) and time are. A record that stands twice in
//! the tail is there twice only if it stands twice on the cluster. A copy has its record's time, so nothing before the
//! tail's earliest time has to be read; a topic with `LogAppendTime` gives copies a later one, which is then not compared.

use super::frame::{digest, mark};
use super::{Export, TailError};
use crate::estate::Address;
use crate::offsets::Digest;
use crate::provider::records::{Begin, Progress, Range, Record, Records, Scan, TimestampKind, Until};
use std::collections::{BTreeMap, HashMap};

/// The records of a tail, by their content.
#[derive(Debug, Default)]
pub struct Contents {
    /// By part, the topics in which its copies would stand.
    topics: Vec<Vec<String>>,
    /// The export whose marked records are no copies.
    own: Option<uuid::Uuid>,
    totals: Vec<u64>,
    /// By topic of the copies, the earliest time of a record; absent if some record has none.
    earliest: BTreeMap<String, Option<i64>>,
    by_digest: HashMap<Digest, Vec<Item>>,
}

/// One record of a tail.
#[derive(Debug, Clone, Copy)]
struct Item {
    part: u32,
    offset: i64,
    /// Its time, if its producer gave it.
    created: Option<i64>,
}

/// What is there of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presence {
    /// How many records the part has.
    pub records: u64,
    /// How many of them are there.
    pub present: u64,
    /// Offsets on the source of those that are not, in order.
    pub missing: Vec<i64>,
}

impl Presence {
    /// The offsets that are missing, as ranges: from, and the one behind.
    pub fn ranges(&self) -> Vec<(i64, i64)> {
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for offset in &self.missing {
            match ranges.last_mut() {
                Some((_, behind)) if behind == offset => *behind += 1,
                _ => ranges.push((*offset, offset + 1)),
            }
        }
        ranges
    }
}

impl Contents {
    /// No records yet; by part, the topics in which copies would stand.
    pub fn new(topics: impl IntoIterator<Item = Vec<String>>) -> Self {
        let topics: Vec<Vec<String>> = topics.into_iter().collect();
        Self { totals: vec![0; topics.len()], topics, ..Self::default() }
    }

    /// The records of an export; by part, the topics in which copies would stand.
    ///
    /// # Errors
    /// A damaged export.
    pub fn of(export: &Export, topics: impl IntoIterator<Item = Vec<String>>) -> Result<Self, TailError> {
        let mut contents = Self::new(topics);
        for kept in export.records() {
            let kept = kept?;
            contents.add(kept.part as usize, &kept.record("", 0));
        }
        Ok(contents)
    }

    /// Takes what was replayed from this export for no copy: how far a replay has come is not for its contents to say.
    #[must_use]
    pub const fn but_for_replays_of(mut self, export: uuid::Uuid) -> Self {
        self.own = Some(export);
        self
    }

    /// Adds a record of a part.
    pub fn add(&mut self, part: usize, record: &Record<'_>) {
        let created = record.timestamp.filter(|timestamp| timestamp.kind == TimestampKind::Create);
        let millis = record.timestamp.map(|timestamp| timestamp.millis);
        for topic in &self.topics[part] {
            let earliest = self.earliest.entry(topic.clone()).or_insert(millis);
            *earliest = earliest.and_then(|earliest| Some(earliest.min(millis?)));
        }
        self.totals[part] += 1;
        self.by_digest.entry(digest(record)).or_default().push(Item {
            part: u32::try_from(part).unwrap_or(u32::MAX),
            offset: record.offset,
            created: created.map(|timestamp| timestamp.millis),
        });
    }

    /// Takes out one record that has a copy here.
    fn take(&mut self, copy: &Record<'_>) {
        if self.own.is_some() && mark(copy).is_some_and(|(export, _)| Some(export) == self.own) {
            return;
        }
        let created = copy.timestamp.filter(|timestamp| timestamp.kind == TimestampKind::Create);
        let created = created.map(|timestamp| timestamp.millis);
        let Some(items) = self.by_digest.get_mut(&digest(copy)) else { return };
        let is_twin = |item: &Item| {
            let times = item.created.zip(created).is_none_or(|(one, other)| one == other);
            times && self.topics[item.part as usize].iter().any(|topic| topic == copy.topic)
        };
        if let Some(at) = items.iter().position(is_twin) {
            items.remove(at);
        }
    }

    fn ranges(&self) -> Vec<Range> {
        let from = |earliest: &Option<i64>| earliest.map_or(Begin::Start, Begin::Time);
        let range = |(topic, earliest): (&String, &Option<i64>)| Range {
            topic: topic.clone(),
            partition: None,
            from: from(earliest),
            to: Until::End,
        };
        self.earliest.iter().map(range).collect()
    }
}

/// Looks for the records on a cluster; answers by part. A topic that is not there holds none of them.
///
/// # Errors
/// The cluster does not answer.
pub async fn compare(
    records: &dyn Records,
    on: &Address,
    mut contents: Contents,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Presence>, TailError> {
    let ranges = contents.ranges();
    if !ranges.is_empty() {
        let mut scanning = records.scan(&Scan::ranges(on, ranges)).await?;
        while let Some(batch) = scanning.next().await? {
            batch.records().for_each(|record| contents.take(&record));
            progress(scanning.progress());
        }
    }
    let with = |records: &u64| Presence { records: *records, present: *records, missing: Vec::new() };
    let mut parts: Vec<Presence> = contents.totals.iter().map(with).collect();
    for item in contents.by_digest.values().flatten() {
        let part = &mut parts[item.part as usize];
        part.present -= 1;
        part.missing.push(item.offset);
    }
    parts.iter_mut().for_each(|part| part.missing.sort_unstable());
    Ok(parts)
}
