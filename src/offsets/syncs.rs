//! The offset syncs of all partitions, read in one pass.

use super::{OffsetSync, Sync, Track, WireError};
use std::collections::BTreeMap;

/// All offset syncs of a flow, kept by partition.
///
/// Fed in the order of the topic. Nothing is thinned: syncs are kept as differences, about two bytes each, so that ten
/// million take some 30 MB.
#[derive(Debug, Default)]
pub struct Syncs {
    tracks: BTreeMap<String, BTreeMap<i32, Track>>,
    read: u64,
    malformed: u64,
    /// Offsets of the topic where nothing stands any more.
    missing: i64,
    /// The offset that would come next if nothing were missing.
    next: i64,
    first_error: Option<(i64, WireError)>,
}

/// Where and when a record stands in its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp in milliseconds since 1970, if it has one.
    pub time: Option<i64>,
}

impl Syncs {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next record of the topic; what is malformed is counted.
    pub fn record(&mut self, key: Option<&[u8]>, value: Option<&[u8]>, at: Arrived) {
        self.missing += (at.offset - self.next).max(0);
        self.next = at.offset + 1;
        match OffsetSync::decode(key, value) {
            Ok(sync) => self.feed(&sync, at),
            Err(error) => {
                self.malformed += 1;
                self.first_error.get_or_insert((at.offset, error));
            }
        }
    }

    /// Takes in the next sync.
    pub fn feed(&mut self, sync: &OffsetSync, at: Arrived) {
        self.read += 1;
        let pair = Sync { upstream: sync.upstream, downstream: sync.downstream };
        // The name is copied only when it is new: this runs ten million times.
        match self.tracks.get_mut(&sync.topic) {
            Some(partitions) => partitions.entry(sync.partition).or_default().push(pair, at.time),
            None => {
                let partitions = self.tracks.entry(sync.topic.clone()).or_default();
                partitions.entry(sync.partition).or_default().push(pair, at.time);
            }
        }
    }

    /// The syncs of a partition, by the topic's name on the source.
    pub fn track(&self, topic: &str, partition: i32) -> Option<&Track> {
        self.tracks.get(topic)?.get(&partition)
    }

    /// Every partition that has a sync.
    pub fn partitions(&self) -> impl Iterator<Item = (&str, i32, &Track)> {
        self.tracks.iter().flat_map(|(topic, tracks)| {
            tracks.iter().map(move |(partition, track)| (topic.as_str(), *partition, track))
        })
    }

    /// How many syncs were read.
    pub const fn count(&self) -> u64 {
        self.read
    }

    /// How many offsets of the topic before its last record hold nothing: compaction or retention took what stood there.
    /// Its producer writes no transactions, so nothing else leaves gaps.
    pub const fn missing(&self) -> i64 {
        self.missing
    }

    /// How many records could not be read, and the first of them with its offset.
    pub const fn malformed(&self) -> (u64, Option<&(i64, WireError)>) {
        (self.malformed, self.first_error.as_ref())
    }
}
