//! Where a group would go on by time: for where offsets tell too little.

use super::{Answer, Evidence, Row};

/// A time that tells where a group stands on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub millis: i64,
    /// What it rests on.
    pub basis: Basis,
}

/// What a [`Moment`] rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// All records of the source that the group has not read were looked at, and none is older; and the target's broker leaves
    /// their times alone. So every copy of them is of that time or later: nothing can be skipped.
    Unread,
    /// Only some of them were looked at, or the target's broker stamps records by its own clock.
    Partly,
    /// The source does not answer: it is when MirrorMaker wrote the group's last checkpoint. What the group had not read then
    /// can be older.
    Checkpoint,
}

/// Where a group would go on by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timed {
    /// The next offset to read on the target.
    pub offset: i64,
    /// The time that the target was asked for, in milliseconds since 1970: the moment less a margin.
    pub time: i64,
    /// What the moment rests on.
    pub basis: Basis,
    /// At most so many records would be skipped.
    pub skips_at_most: i64,
    /// At most so many records would be read again.
    pub repeats_at_most: i64,
    /// Whether somebody said that a loss is accepted.
    pub accepted: bool,
}

impl Timed {
    /// The offset of the target's first record of a time or later, as far as that is not certainly too far.
    ///
    /// The translation bounds the true position: it is not before the answer, nor behind it by more than its bound.
    /// So never more is skipped than lies between the two, and nothing where the translation is exact.
    pub fn of(answer: &Answer, found: i64, time: i64, basis: Basis, accepted: bool) -> Self {
        let most = match answer.evidence {
            Evidence::Exact(_) => 0,
            Evidence::Rewinds { at_most, .. } => at_most,
        };
        let offset = found.min(answer.offset + most);
        let beyond = (offset - answer.offset).max(0);
        Self {
            offset,
            time,
            basis,
            skips_at_most: if basis == Basis::Unread { 0 } else { beyond },
            repeats_at_most: answer.duplicates.at_most + (answer.offset - offset).max(0),
            accepted,
        }
    }
}

impl Row {
    /// Where the group is to go on on the target: by time, if that was asked for, else as translated.
    pub fn goes_on(&self) -> Option<i64> {
        let translated = self.answer.as_ref().map(|answer| answer.offset);
        self.timed.map(|timed| timed.offset).or(translated)
    }
}
