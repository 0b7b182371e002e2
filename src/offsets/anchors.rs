//! What is known of one partition.

use super::known::Known;
use super::track::Points;
use super::translate::Caught;
use super::{Digest, Originals, Passed, Sync, Track, Window};
use crate::estate::{PartitionEnds, Start};
use std::collections::BTreeMap;

/// The evidence about one partition, put together for any number of questions.
#[derive(Debug, Clone)]
pub struct Anchors<'a> {
    pub(super) points: Option<Points<'a>>,
    pub(super) target: PartitionEnds,
    /// The offset behind the source's last record, if it can be read.
    pub(super) source_end: Option<i64>,
    pub(super) begin: Option<Begin>,
    /// Whether syncs were forgotten because the target's log was made anew.
    voided: bool,
    end: Option<End>,
    pub(super) read: BTreeMap<i64, Digest>,
    /// Which offsets were read, whether something stood there or not: apart from one another, by their beginnings.
    pub(super) covered: BTreeMap<i64, i64>,
    pub(super) known: Vec<Known>,
    pub(super) caught: Caught,
    /// What was read of the source, and whether compaction may have taken something from it.
    pub(super) originals: &'a [Originals],
    pub(super) superseded: bool,
    pub(super) passed: Option<&'a Passed>,
}

/// Where the mirroring began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begin {
    /// What lies at or behind this offset of the source …
    pub(super) upstream: i64,
    /// … was carried to this offset of the target or behind it.
    pub(super) downstream: i64,
    /// Whether the target's log was empty before.
    pub(super) empty: bool,
}

/// Where the connector has come on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Its position: the offset after the last record that it has committed as carried.
    pub position: i64,
    /// Whether the task that wrote the target's last record ended in order, having committed all that it carried: its worker
    /// lived, no task has begun anew since that record, the connector was seen stopped, and position and target's end were read
    /// twice and were the same. If in doubt, `false`: it costs little.
    pub in_order: bool,
}

impl<'a> Anchors<'a> {
    /// The evidence of a partition whose log on the target has these ends, read *after* the syncs were.
    pub fn new(track: Option<&'a Track>, target: PartitionEnds) -> Self {
        let track = track.filter(|track| !track.is_empty());
        Self {
            points: track.map(Points::new),
            target,
            source_end: None,
            begin: None,
            voided: track.is_some_and(|track| track.voided() > 0),
            end: None,
            read: BTreeMap::new(),
            covered: BTreeMap::new(),
            known: Vec::new(),
            caught: Caught::Unproven,
            originals: &[],
            superseded: false,
            passed: None,
        }
        .judged()
    }

    /// Adds where the mirroring began, as noted when the topic was made on the target.
    ///
    /// Says nothing if the target's log was made anew after the first syncs: the note may be older.
    #[must_use]
    pub fn started(mut self, start: &Start) -> Self {
        let empty = start.target.start == start.target.end;
        let begin = Begin { upstream: start.source.start, downstream: start.target.end, empty };
        self.begin = Some(begin).filter(|_| !self.voided);
        self.judged()
    }

    /// Says that the partition was added after the mirroring of its topic had begun: it was carried whole, from 0 to 0.
    #[must_use]
    pub fn added_later(mut self) -> Self {
        self.begin = Some(Begin { upstream: 0, downstream: 0, empty: true }).filter(|_| !self.voided);
        self.judged()
    }

    /// Adds the ends of the source's log, if it can be read, as read *before* the connector's position was.
    #[must_use]
    pub fn with_source(mut self, source: PartitionEnds) -> Self {
        self.source_end = Some(source.end);
        self.judged()
    }

    /// Adds the connector's position.
    #[must_use]
    pub fn ended(mut self, end: End) -> Self {
        self.end = Some(end);
        self.judged()
    }

    /// Takes in what was read of the target.
    pub fn learn(&mut self, window: &Window) {
        self.read.extend(window.entries.iter().map(|entry| (entry.offset, entry.digest)));
        let (mut from, mut to) = (window.from, window.to);
        let touching: Vec<(i64, i64)> = self
            .covered
            .iter()
            .map(|(from, to)| (*from, *to))
            .filter(|(other_from, other_to)| *other_from <= to && *other_to >= from)
            .collect();
        for (other_from, other_to) in touching {
            self.covered.remove(&other_from);
            (from, to) = (from.min(other_from), to.max(other_to));
        }
        self.covered.insert(from, to);
        self.judge();
    }

    /// Whether the source's log is shorter than what was carried of it, so that it was made anew or cut: what its
    /// syncs said before no longer holds. Such a partition's answers rewind.
    pub fn source_was_cut(&self) -> bool {
        match (self.source_end, &self.points) {
            (Some(end), Some(points)) => points.top() >= end,
            _ => false,
        }
    }

    /// The connector's position, if it is known.
    pub(super) fn position(&self) -> Option<i64> {
        self.end.map(|end| end.position)
    }

    /// The position that stands beside the target's end: nothing at or behind it was carried, all before it was.
    pub(super) fn settled_end(&self) -> Option<Sync> {
        let end = self.end.filter(|end| end.in_order || self.drained(*end))?;
        Some(Sync { upstream: end.position, downstream: self.target.end })
    }

    /// The end of the log as a point: what stands there comes from the connector's position or behind it, and a task that began
    /// anew since the last sync has come as far.
    pub(super) fn closing(&self) -> Sync {
        Sync { upstream: self.end.map_or(-1, |end| end.position - 1), downstream: self.target.end }
    }

    /// Whether all that the source holds was carried, and committed as carried: then nothing can be carried further.
    pub(super) fn is_drained(&self) -> bool {
        self.end.is_some_and(|end| self.drained(end))
    }

    /// Where the mirrored records begin on the target.
    pub(super) fn origin(&self) -> i64 {
        self.begin.map_or(0, |begin| begin.downstream).max(self.target.start)
    }

    fn drained(&self, end: End) -> bool {
        self.source_end.is_some_and(|source| end.position >= source)
    }

    fn judged(mut self) -> Self {
        self.judge();
        self
    }

    /// Draws the conclusions from what was read and told.
    fn judge(&mut self) {
        self.known.clear();
        let mut digests: Vec<Digest> = Vec::new();
        let mut from = 0;
        for (offset, digest) in &self.read {
            if *offset != from + digests.len() as i64 {
                self.known.extend(self.stretch(from, &digests));
                digests.clear();
                from = *offset;
            }
            digests.push(*digest);
        }
        self.known.extend(self.stretch(from, &digests));
        self.judge_caught();
    }

    /// Judges anew whether later tasks have carried all that former ones had.
    pub(super) fn judge_caught(&mut self) {
        self.caught = self.caught_up();
    }

    /// What a gapless stretch of read records tells.
    fn stretch(&self, from: i64, digests: &[Digest]) -> Option<Known> {
        let to = from + digests.len() as i64;
        let within = |point: &Sync| (from..to).contains(&point.downstream);
        let mut points: Vec<Sync> = self.begin.map(Sync::from).filter(within).into_iter().collect();
        points.extend(self.points.iter().flat_map(|points| points.from(from).take_while(within)));
        points.extend(self.settled_end().filter(|end| end.downstream == to));
        let before = self.points.as_ref().and_then(|points| points.backwards(from).next());
        let begins_here = from <= self.origin();
        (!digests.is_empty())
            .then(|| Known::read(from, digests, &points, before.filter(|_| !begins_here), begins_here))
    }
}
