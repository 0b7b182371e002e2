//! The records of both sides against one another: which are to be read, and which differ.

use super::{Anchors, Answer, Cause, Digest, Entry, Evidence, Flow, Ground, Originals, Passed, Proven};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

/// So many exact answers of a flow are checked against the source, spread over its groups and partitions.
const SAMPLE: usize = 256;

/// What was read of the source to compare it with the target.
#[derive(Debug, Default)]
pub struct Compared {
    /// Its records, by topic and partition.
    pub originals: BTreeMap<(String, i32), Vec<Originals>>,
    /// What was read of the records that the connector has passed, by topic and partition.
    pub passed: BTreeMap<(String, i32), Passed>,
    /// Topics that are compacted on the source, or may be.
    pub compacted: BTreeSet<String>,
    /// Whether the connector changes records on its way, so that no record has to look like its original.
    pub altered: bool,
    /// How many partitions had an answer checked by it.
    pub checked: usize,
    /// Records of the target that have no twin, one a partition.
    pub mismatches: Vec<Mismatch>,
}

/// A record of the target that is not what the source holds there: somebody else wrote it, or it was changed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The record on the target.
    pub target: Shown,
    /// The record of the source that was expected there; none if there is none left.
    pub source: Option<Shown>,
}

/// A record as it may be shown: what it weighs, not what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp in milliseconds since 1970, if it has one.
    pub time: Option<i64>,
    /// The bytes of its key; none if it has none.
    pub key: Option<usize>,
    /// The bytes of its value; none if it has none.
    pub value: Option<usize>,
    /// How many headers it has.
    pub headers: usize,
    /// Its digest; none if the record could not be read again.
    pub digest: Option<Digest>,
    /// What it says, only if that was asked for.
    pub payload: Option<Payload>,
}

impl Shown {
    /// A record of which only the offset is known.
    pub const fn at(offset: i64) -> Self {
        Self { offset, time: None, key: None, value: None, headers: 0, digest: None, payload: None }
    }
}

/// What a record says. It is kept only where a person asked to see it, and no log shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payload")
    }
}

/// Where both sides differ: a record of the target, and the offset of the source's that was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The record of the target.
    pub target: Entry,
    /// The offset of the record that was expected.
    pub source: Option<i64>,
}

impl Flow {
    /// What to read of the source: where twins can tell more than the target alone, and a sample of the exact answers; by
    /// topic and partition, ranges apart from one another, together at most `most` offsets a partition.
    ///
    /// Only what was read of the target is asked for: see [`Flow::reads`].
    pub fn twins(&self, most: i64) -> BTreeMap<(String, i32), Vec<Range<i64>>> {
        let (mut wanted, mut sample) = (BTreeMap::<_, Vec<Range<i64>>>::new(), Vec::new());
        for (topic, partition) in self.windows.keys() {
            let Some(source) = self.partition_ends(&self.source, topic, *partition) else { continue };
            let Some(anchors) = self.anchors(topic, *partition) else { continue };
            let positions = self.positions(topic, *partition);
            let twin = |position: &i64| anchors.twin(*position, source, most).map(|twin| twin.source);
            let (open, settled): (Vec<i64>, Vec<i64>) =
                positions.iter().partition(|position| can_win(&anchors.translate(**position)));
            let at = || (topic.clone(), *partition);
            sample.extend(settled.iter().filter_map(twin).map(|range| (at(), range)));
            let ranges: Vec<Range<i64>> = open.iter().filter_map(twin).collect();
            if !ranges.is_empty() {
                wanted.insert(at(), ranges);
            }
        }
        let step = sample.len().div_ceil(SAMPLE).max(1);
        for (at, range) in sample.into_iter().step_by(step) {
            wanted.entry(at).or_default().push(range);
        }
        wanted.into_iter().map(|(at, ranges)| (at, within(ranges, most))).collect()
    }

    /// What to read of the source where the target alone does not show that later tasks have carried all that former ones
    /// had: at most `most` offsets a partition.
    pub fn passable(&self, most: i64) -> BTreeMap<(String, i32), Range<i64>> {
        let mut wanted = BTreeMap::new();
        for topic in self.topics.keys() {
            for partition in 0..self.partitions(topic) {
                let Some(source) = self.partition_ends(&self.source, topic, partition) else { continue };
                if self.positions(topic, partition).is_empty() {
                    continue;
                }
                let anchors = self.anchors(topic, partition);
                if let Some(range) = anchors.and_then(|anchors| anchors.passable(source.start, most)) {
                    wanted.insert((topic.clone(), partition), range);
                }
            }
        }
        wanted
    }

    /// Where what was read of the source and of the target differs, one record a partition.
    pub fn differences(&self) -> Vec<Difference> {
        if self.compared.altered {
            return Vec::new();
        }
        let differs = |(topic, partition): &(String, i32)| {
            let anchors = self.anchors(topic, *partition)?;
            let positions = self.positions(topic, *partition);
            let (target, source) = positions.iter().find_map(|position| differs(&anchors, *position))?;
            Some(Difference { topic: topic.clone(), partition: *partition, target, source })
        };
        self.compared.originals.keys().filter_map(differs).collect()
    }

    /// The mismatch that was found in a partition, by the topic's name on the source.
    pub fn mismatch(&self, topic: &str, partition: i32) -> Option<&Mismatch> {
        let mut found = self.compared.mismatches.iter();
        found.find(|mismatch| mismatch.topic == topic && mismatch.partition == partition)
    }
}

/// Whether a twin can tell more than the answer does; of a span that holds more than the source does, that it is not the
/// mirror's.
const fn can_win(answer: &Answer) -> bool {
    let Evidence::Rewinds { cause, .. } = answer.evidence else { return false };
    matches!(cause, Cause::NotCarried | Cause::NoAnchorAfter | Cause::Unclear)
}

/// A record of the target around a position that differs from the source's.
fn differs(anchors: &Anchors<'_>, position: i64) -> Option<(Entry, Option<i64>)> {
    let (twin, proven) = anchors.proven(position)?;
    let answer = anchors.translate(position);
    match proven {
        Proven::Mismatch { target, source } => Some((target, source)),
        // Arithmetic and content have to say the same.
        Proven::At(offset)
            if matches!(answer.evidence, Evidence::Exact(Ground::Target))
                && twin.target.contains(&answer.offset)
                && answer.offset != offset =>
        {
            Some((anchors.entry(answer.offset)?, Some(position)))
        }
        Proven::At(_) | Proven::Unclear => None,
    }
}

/// The ranges, merged, as many from the first on as `most` allows.
fn within(mut ranges: Vec<Range<i64>>, most: i64) -> Vec<Range<i64>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<i64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    let mut left = most;
    merged.retain(|range| {
        left -= range.end - range.start;
        left >= 0
    });
    merged
}
