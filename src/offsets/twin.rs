//! Proof by the source: the record at a position, found on the target.

use super::translate::Around;
use super::{Anchors, Digest, Entry, Original, Originals};
use crate::estate::PartitionEnds;
use std::collections::HashSet;
use std::ops::Range;

/// What to read on both sides to find where a position's records stand on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The position on the source.
    pub position: i64,
    /// The offsets of the source.
    pub source: Range<i64>,
    /// The offsets of the target.
    pub target: Range<i64>,
    /// Whether more may follow on the source that was carried into the target's offsets.
    pub open: bool,
}

/// What the records of both sides say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    /// The first record at or after the position stands here.
    At(i64),
    /// A record of the target has no twin on the source: it was changed on the way, or somebody else wrote it.
    Mismatch {
        /// The record on the target.
        target: Entry,
        /// The offset of the source's record that was expected there, if there is one left.
        source: Option<i64>,
    },
    /// Records that look the same can't be told apart, or the twin was not carried.
    Unclear,
}

impl<'a> Anchors<'a> {
    /// Adds what was read of the source, so that twins are looked for in it. `superseded` says that the source's topic is
    /// compacted, or may be.
    #[must_use]
    pub fn with_originals(mut self, originals: &'a [Originals], superseded: bool) -> Self {
        self.originals = originals;
        self.superseded = superseded;
        self
    }

    /// What to read on both sides to find the twin of the first record at or after a position, if that can be found
    /// by reading at most `most` offsets of a source whose log has these ends.
    ///
    /// Only in a span that was read on the target and lies in one life: elsewhere a record may stand several times.
    pub fn twin(&self, position: i64, source: PartitionEnds, most: i64) -> Option<Twin> {
        let around = self.around(position)?;
        let end = source.end.min(around.before.upstream.saturating_add(most));
        let twin = self.twin_within(position, around, source.start..end, end == source.end)?;
        (twin.target.end - twin.target.start <= most).then_some(twin)
    }

    /// The twin that can be found in these offsets of the source; `whole` if nothing follows them there.
    fn twin_within(&self, position: i64, around: Around, source: Range<i64>, whole: bool) -> Option<Twin> {
        let Around { before, after, .. } = around;
        self.one_life(around)?;
        let position = position.max(before.upstream);
        let (end, to, open) = match after {
            Some(after) => (after.upstream, after.downstream, false),
            None => (source.end, self.target.end, !whole),
        };
        let fits = before.upstream >= source.start && end <= source.end && (position < end || !open);
        let twin = Twin { position, source: before.upstream..end, target: before.downstream..to, open };
        (fits && !twin.target.is_empty()).then_some(twin)
    }

    /// What the records say that were read of both sides; none if too little was read.
    pub fn proven(&self, position: i64) -> Option<(Twin, Proven)> {
        self.proven_between(position, self.around(position)?)
    }

    pub(super) fn proven_between(&self, position: i64, around: Around) -> Option<(Twin, Proven)> {
        self.originals.iter().find_map(|read| {
            let twin = self.twin_within(position, around, read.from..read.to, read.whole)?;
            let proven = twin.judge(&read.entries, &self.entries(&twin.target), self.superseded);
            Some((twin, proven))
        })
    }

    /// What was read at an offset of the target.
    pub fn entry(&self, offset: i64) -> Option<Entry> {
        self.read.get(&offset).map(|digest| Entry { offset, digest: *digest })
    }

    /// What was read of these offsets of the target.
    fn entries(&self, range: &Range<i64>) -> Vec<Entry> {
        let read = self.read.range(range.clone());
        read.map(|(offset, digest)| Entry { offset: *offset, digest: *digest }).collect()
    }
}

impl Twin {
    /// Judges what was read.
    ///
    /// The target's entries of one life are a subsequence of the source's records, so the entries before the position are as
    /// many as the records before it that were carried. Every entry needs its twin, in order. Where records look the same, an
    /// entry may have several: the answer holds only if the earliest and the latest choice give the same.
    ///
    /// The source is read whether committed or not: whatever the mirror's isolation, its entries are a subsequence. Control
    /// records and aborted ones have no twin then, and need none.
    ///
    /// `superseded` says that the source's topic is compacted: an entry's twin may then be gone, and such an entry is passed
    /// over as long as it doesn't matter for the answer.
    pub fn judge(&self, source: &[Original], target: &[Entry], superseded: bool) -> Proven {
        let from = source.partition_point(|record| record.offset < self.source.start);
        let to = source.partition_point(|record| record.offset < self.source.end);
        let source = &source[from..to];
        let looks: HashSet<Digest> = match superseded {
            true => source.iter().flat_map(|record| [record.timed, record.untimed]).collect(),
            false => HashSet::new(),
        };
        let has_twin = |entry: &&Entry| !superseded || looks.contains(&entry.digest);
        let kept: Vec<Entry> = target.iter().filter(has_twin).copied().collect();
        let earliest = match earliest(&kept, source) {
            Ok(earliest) => earliest,
            // What a compacted source has lost, or what was not read of it, may be what is missing.
            Err(_) if superseded || self.open => return Proven::Unclear,
            Err((target, source)) => return Proven::Mismatch { target, source },
        };
        let latest = latest(&kept, source);
        let offset = |places: &[usize]| {
            let behind = places.iter().position(|at| source[*at].offset >= self.position);
            behind.map_or(self.target.end, |at| kept[at].offset)
        };
        let (high, low) = (offset(&earliest), offset(&latest));
        // An entry without a twin right before the answer may be a record behind the position that compaction took.
        let safe = target.iter().rfind(|entry| entry.offset < high);
        let passed_over = safe.is_some_and(|entry| !has_twin(&entry));
        if high == low && !passed_over { Proven::At(high) } else { Proven::Unclear }
    }
}

/// By entry, the first record that can be its twin; or the entry that has none, and the record that was expected there.
fn earliest(entries: &[Entry], records: &[Original]) -> Result<Vec<usize>, (Entry, Option<i64>)> {
    let mut next = 0;
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        let found = records[next..].iter().position(|record| record.looks_like(entry.digest));
        let at = next + found.ok_or((*entry, records.get(next).map(|record| record.offset)))?;
        places.push(at);
        next = at + 1;
    }
    Ok(places)
}

/// By entry, the last record that can be its twin; all have one.
fn latest(entries: &[Entry], records: &[Original]) -> Vec<usize> {
    let mut until = records.len();
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries.iter().rev() {
        let found = records[..until].iter().rposition(|record| record.looks_like(entry.digest));
        let at = found.unwrap_or_default();
        places.push(at);
        until = at;
    }
    places.reverse();
    places
}
