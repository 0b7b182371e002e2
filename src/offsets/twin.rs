//! Proof by the source: the record at a position, found on the target.

use super::{Anchors, Digest, Entry, Window};
use std::collections::HashMap;
use std::ops::Range;

/// What to read on both sides to find where a position's records stand on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The position on the source.
    pub position: i64,
    /// The offsets of the source, to be read committed.
    pub source: Range<i64>,
    /// The offsets of the target.
    pub target: Range<i64>,
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
        /// The record of the source that was expected there, if there is one left.
        source: Option<Entry>,
    },
    /// Records that look the same can't be told apart, or the twin was not carried.
    Unclear,
}

impl Anchors<'_> {
    /// What to read on both sides to find the twin of the first record at or after a position, if that can be found between
    /// two anchors no more than `most` offsets apart, on a source whose log begins at `first`.
    ///
    /// Only for a span that lies in one life: [`Anchors::translate`] says so with `Exact` or the cause `NotCarried`.
    pub fn twin(&self, position: i64, first: i64, most: i64) -> Option<Twin> {
        let around = self.around(position)?;
        let after = around.after?;
        let (before, position) = (around.before, position.max(around.before.upstream));
        let fits = after.upstream - before.upstream <= most && after.downstream - before.downstream <= most;
        (fits && before.upstream >= first).then_some(Twin {
            position,
            source: before.upstream..after.upstream,
            target: before.downstream..after.downstream,
        })
    }
}

impl Twin {
    /// Judges what was read.
    ///
    /// The target's entries of one life are a subsequence of the source's records, so the entries before the position are as
    /// many as the records before it that were carried. Every entry needs its twin, in order. Where records look the same, an
    /// entry may have several: the answer holds only if the earliest and the latest choice give the same.
    ///
    /// `superseded` says that the source's topic is compacted: an entry's twin may then be gone, and such an entry is passed
    /// over as long as it doesn't matter for the answer.
    pub fn judge(&self, source: &Window, target: &Window, superseded: bool) -> Proven {
        let mut places: HashMap<Digest, Vec<usize>> = HashMap::new();
        for (at, record) in source.entries.iter().enumerate() {
            places.entry(record.digest).or_default().push(at);
        }
        let kept: Vec<Entry> = target
            .entries
            .iter()
            .filter(|entry| !superseded || places.contains_key(&entry.digest))
            .copied()
            .collect();
        let earliest = match earliest(&kept, &source.entries) {
            Ok(earliest) => earliest,
            Err((target, source)) => return Proven::Mismatch { target, source },
        };
        let latest = latest(&kept, &source.entries);
        let offset = |places: &[usize]| {
            let behind = places.iter().position(|at| source.entries[*at].offset >= self.position);
            behind.map_or(self.target.end, |at| kept[at].offset)
        };
        let (high, low) = (offset(&earliest), offset(&latest));
        // An entry without a twin right before the answer may be a record behind the position that compaction took.
        let safe = target.entries.iter().rfind(|entry| entry.offset < high);
        let passed_over = superseded && safe.is_some_and(|entry| !places.contains_key(&entry.digest));
        if high == low && !passed_over { Proven::At(high) } else { Proven::Unclear }
    }
}

/// By entry, the first record that can be its twin.
fn earliest(entries: &[Entry], records: &[Entry]) -> Result<Vec<usize>, (Entry, Option<Entry>)> {
    let mut next = 0;
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries {
        let found = records[next..].iter().position(|record| record.digest == entry.digest);
        let at = next + found.ok_or((*entry, records.get(next).copied()))?;
        places.push(at);
        next = at + 1;
    }
    Ok(places)
}

/// By entry, the last record that can be its twin; all have one.
fn latest(entries: &[Entry], records: &[Entry]) -> Vec<usize> {
    let mut until = records.len();
    let mut places = Vec::with_capacity(entries.len());
    for entry in entries.iter().rev() {
        let at =
            records[..until].iter().rposition(|record| record.digest == entry.digest).unwrap_or_default();
        places.push(at);
        until = at;
    }
    places.reverse();
    places
}
