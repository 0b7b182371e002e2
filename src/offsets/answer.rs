//! What is answered, and on what evidence.

/// The translation of one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The next offset to read on the target.
    pub offset: i64,
    /// How sure that is.
    pub evidence: Evidence,
    /// How many records a consumer that goes on there reads that it has read, or reads twice.
    pub duplicates: Duplicates,
}

/// How an answer lies to the true position: the smallest of the offsets of the last copies, on the target, of the
/// records at or after the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The answer is the true position.
    Exact(Ground),
    /// The answer is not past the true position, and before it by at most so many offsets.
    Rewinds {
        /// At most so many offsets before the true position.
        at_most: i64,
        /// Why it is not known better.
        cause: Cause,
    },
}

/// What an exact answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Nothing was read for it: it holds if no restart hides between two syncs. Only [`super::Anchors::foresee`] says so.
    Presumed,
    /// What the ends say: nothing at or after the position was carried, or nothing before it.
    Ends,
    /// The records of the target were read: none that matters stands twice, or where it does, its copies are known.
    Target,
    /// The record was found on both sides.
    Source,
}

impl Ground {
    /// Whether records were read to prove it.
    pub const fn by_content(self) -> bool {
        matches!(self, Self::Target | Self::Source)
    }
}

/// Why an answer is not exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Between two anchors, records of the source were not carried: control records, aborted, compacted or filtered ones,
    /// or ones that retention took before the mirror came; which ones is not known.
    NotCarried,
    /// Records were carried twice: a task went on from before where its predecessor had come.
    CarriedTwice,
    /// A task has not yet come as far as its predecessor, so that older copies still count.
    NotCaughtUp,
    /// No anchor lies at or before the position: the mirroring began after it, or its first syncs are not known.
    NoAnchorBefore,
    /// No anchor lies after the position: the mirror runs, or did not end in order.
    NoAnchorAfter,
    /// The group has not read on from where the roles last changed: it stays where it stood before, on the side that was
    /// active then.
    BeforeCutOver,
    /// The source is silent, and no checkpoint tells where the group stood: it begins with the first record.
    NoCheckpoint,
    /// Records of the target that would tell have not been read, or could not be.
    Unread,
    /// Records of the target are missing from the interval (compaction), or records that look the same can't be told apart.
    Unclear,
}

/// How many records are read again by a consumer that goes on from the answer: read before, or standing twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duplicates {
    /// At least so many.
    pub at_least: i64,
    /// At most so many.
    pub at_most: i64,
    /// Whether all from the answer to the end is known. If not, only the restarts that the syncs show are counted.
    pub certain: bool,
}

impl Duplicates {
    /// None.
    pub const NONE: Self = Self { at_least: 0, at_most: 0, certain: true };
}
