//! Kinds of topics.

use leeward::sandbox::{Produce, Transactions};
use std::fmt;
use std::time::Duration;

/// So many records are in a topic before anybody lags.
pub const BACKLOG: u64 = 110_000;
/// Keys of the compacted topic.
pub const KEYS: u64 = 25_000;

/// What a topic is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing special.
    Plain,
    /// Written in transactions, of which one in five is aborted.
    Transactional,
    /// Of each key only the last record counts.
    Compacted,
    /// Of 50 partitions.
    Wide,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Plain, Self::Transactional, Self::Compacted, Self::Wide];

    /// How many partitions it has, and how many after some were added; a compacted one keeps them, since its keys would move.
    pub const fn partitions(self, widened: bool) -> i32 {
        match (self, widened) {
            (Self::Wide, false) => 50,
            (Self::Wide, true) => 56,
            (Self::Plain | Self::Transactional, true) => 6,
            _ => 4,
        }
    }

    /// The declaration of its topic.
    pub fn declared(self, widened: bool) -> String {
        let config = match self {
            Self::Compacted => {
                "{ \"cleanup.policy\" = \"compact\", \"min.cleanable.dirty.ratio\" = \"0.01\", \"segment.ms\" = \"2000\" }"
            }
            _ => "{}",
        };
        format!(
            "topic \"{self}\" {{\n  pair = pair.main\n  name = \"{self}-TAG\"\n  partitions = {}\n  replication_factor = 1\n  \
             config = {config}\n  on_remove = \"delete\"\n}}\n",
            self.partitions(widened)
        )
    }

    /// The records that are there before anybody lags.
    pub fn backlog(self, topic: &str) -> Produce {
        Produce {
            count: Some(BACKLOG),
            prefix: "n".into(),
            keys: (self == Self::Compacted).then_some(KEYS),
            transactions: self.transactions(200),
            timeout: Duration::from_secs(90),
            ..Produce::to("hangzhou", topic)
        }
    }

    /// The records that come after them, without an end.
    pub fn stream(self, topic: &str) -> Produce {
        Produce {
            count: None,
            first: BACKLOG + 1,
            rate: Some(80.0),
            transactions: self.transactions(6),
            ..self.backlog(topic)
        }
    }

    fn transactions(self, records: u64) -> Option<Transactions> {
        (self == Self::Transactional).then_some(Transactions { records, abort_every: Some(5) })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "plain",
            Self::Transactional => "transactional",
            Self::Compacted => "compacted",
            Self::Wide => "wide",
        })
    }
}
