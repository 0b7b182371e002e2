//! What is known of one partition.

use super::{Answer, Cause, Duplicates, Evidence, Track, Window};
use crate::estate::{PartitionEnds, Start};
use std::ops::Range;

/// The evidence about one partition, put together for any number of questions.
#[derive(Debug, Clone)]
pub struct Anchors<'a> {
    pub(super) track: Option<&'a Track>,
    pub(super) target: PartitionEnds,
    pub(super) source: Option<PartitionEnds>,
    pub(super) start: Option<(i64, i64)>,
    pub(super) end: Option<End>,
    pub(super) run: Option<Run>,
}

/// Where the connector has come on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Its position: the offset after the last record that it has committed as carried.
    pub position: i64,
    /// Whether its tasks ended in order, having committed all that they carried: the connector was seen stopped while its worker
    /// lived, and position and target's end were read twice and were the same.
    pub in_order: bool,
}

/// What the last producer that wrote the partition has written: its last records, one after the other, in one life
/// (`DescribeProducers`, KIP-664: an idempotent producer numbers its records from 0 in each partition).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// How many records: its last sequence number + 1.
    pub records: i64,
}

impl<'a> Anchors<'a> {
    /// The evidence of a partition whose log on the target has these ends, read *after* the syncs were.
    pub fn new(track: Option<&'a Track>, target: PartitionEnds) -> Self {
        Self { track, target, source: None, start: None, end: None, run: None }
    }

    /// Adds where the mirroring began, as noted when the topic was made on the target.
    #[must_use]
    pub fn started(mut self, start: &Start) -> Self {
        self.start = Some((start.source.start, start.target.end));
        self
    }

    /// Says that the partition was added after the mirroring of its topic had begun: it was carried whole, from 0 to 0.
    #[must_use]
    pub fn added_later(mut self) -> Self {
        self.start = Some((0, 0));
        self
    }

    /// Adds the ends of the source's log, if it can be read.
    #[must_use]
    pub fn with_source(mut self, source: PartitionEnds) -> Self {
        self.source = Some(source);
        self
    }

    /// Adds the connector's position.
    #[must_use]
    pub fn ended(mut self, end: End) -> Self {
        self.end = Some(end);
        self
    }

    /// Adds what is known of the last producer. Only for a producer that is not transactional.
    #[must_use]
    pub fn written_by(mut self, run: Run) -> Self {
        self.run = Some(run);
        self
    }

    /// Takes in what was read of the target.
    pub fn learn(&mut self, window: &Window) {
        let _ = window;
    }

    /// What to read of the target so that [`Self::translate`] can be as good as [`Self::foresee`] at these positions: ranges
    /// of offsets, in order, apart from one another, together at most `most` offsets. Empty if there is nothing to win.
    ///
    /// After they were read and learned there can be more to read: where a record stands twice, the proof reaches
    /// further back.
    pub fn reads(&self, positions: &[i64], most: i64) -> Vec<Range<i64>> {
        let _ = (positions, most);
        Vec::new()
    }

    /// The answer that may be committed: not past the true position, whatever happened between the anchors.
    pub fn translate(&self, position: i64) -> Answer {
        let _ = position;
        let at_most = self.target.end - self.target.start;
        Answer {
            offset: self.target.start,
            evidence: Evidence::Rewinds { at_most, cause: Cause::Unread },
            duplicates: Duplicates { at_least: 0, at_most },
        }
    }

    /// The answer that [`Self::translate`] will give once the ranges of [`Self::reads`] were read, if they hold what the
    /// syncs let expect. For a screen, not for a commit.
    pub fn foresee(&self, position: i64) -> Answer {
        self.translate(position)
    }
}
