//! What is to be read.

use super::Partition;
use crate::estate::Address;

/// Ranges of partitions to read, all on one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The cluster.
    pub cluster: Address,
    /// The ranges; each partition may stand in one of them.
    pub ranges: Vec<Range>,
    /// Whether records of transactions that are not committed are read too.
    pub isolation: Isolation,
}

/// A range of a partition, or the same range of all partitions of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The topic.
    pub topic: String,
    /// The partition; without it all that the topic has.
    pub partition: Option<i32>,
    /// Where it begins.
    pub from: Begin,
    /// Where it ends.
    pub to: Until,
}

/// Where a range begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// At the first record that is still there.
    Start,
    /// At this offset, or at the first record that is still there if that is later.
    At(i64),
    /// So many offsets before the end.
    Last(i64),
    /// At the first record whose time is this one or later, in milliseconds since 1970-01-01 UTC (ListOffsets).
    Time(i64),
}

/// Where a range ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// At the end as it is when the scan begins.
    End,
    /// Before this offset, or at the end as it is when the scan begins if that is earlier.
    Before(i64),
}

/// Which records a reader sees (Kafka's `isolation.level`, KIP-98).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Those of no transaction and of committed ones; the end is the first open transaction's beginning.
    #[default]
    Committed,
    /// All, those of aborted transactions too.
    Uncommitted,
}

/// A partition of a scan, with its range as it was found when the scan began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset of the first record that is still there.
    pub start: i64,
    /// The next offset, as far as the isolation lets one see.
    pub end: i64,
    /// The first offset of the range.
    pub from: i64,
    /// The offset behind the range; equal to `from` where it is empty.
    pub to: i64,
}

impl Scan {
    /// Topics from their start to their end, committed records only.
    pub fn topics<'a>(cluster: &Address, topics: impl IntoIterator<Item = &'a str>) -> Self {
        let ranges = topics.into_iter().map(Range::topic).collect();
        Self { cluster: cluster.clone(), ranges, isolation: Isolation::default() }
    }

    /// Some ranges, committed records only.
    pub fn ranges(cluster: &Address, ranges: Vec<Range>) -> Self {
        Self { cluster: cluster.clone(), ranges, isolation: Isolation::default() }
    }

    /// The same scan that sees all records.
    #[must_use]
    pub const fn uncommitted(mut self) -> Self {
        self.isolation = Isolation::Uncommitted;
        self
    }
}

impl Range {
    /// All of a topic.
    pub fn topic(topic: impl Into<String>) -> Self {
        Self { topic: topic.into(), partition: None, from: Begin::Start, to: Until::End }
    }

    /// The offsets `from..to` of a partition.
    pub fn offsets(topic: impl Into<String>, partition: i32, from: i64, to: i64) -> Self {
        let topic = topic.into();
        Self { topic, partition: Some(partition), from: Begin::At(from), to: Until::Before(to) }
    }

    /// Nothing of a topic: the extents of such a scan tell where its partitions begin and end.
    pub fn nothing(topic: impl Into<String>) -> Self {
        Self { from: Begin::Last(0), ..Self::topic(topic) }
    }

    /// The range in a partition whose log stands at these offsets; `timed` is where its time begins.
    pub(super) fn extent(&self, at: Partition, (start, end): (i64, i64), timed: Option<i64>) -> Extent {
        let from = match self.from {
            Begin::Start => start,
            Begin::Time(_) => timed.unwrap_or(end).max(start),
            Begin::At(offset) => offset.max(start),
            Begin::Last(offsets) => end.saturating_sub(offsets).max(start),
        };
        let to = match self.to {
            Until::End => end,
            Until::Before(offset) => offset.min(end),
        };
        let from = from.min(end);
        Extent { topic: at.0, partition: at.1, start, end, from, to: to.max(from) }
    }
}
