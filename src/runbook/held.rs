//! What stands on a standby that is to be rebuilt.

use crate::estate::{Fault, PartitionEnds, TopicObject};
use std::collections::BTreeMap;

/// What stands on a standby that is to be rebuilt, of what its pair's flows carry.
#[derive(Debug, Clone)]
pub struct Held {
    /// The topics, by their names there.
    pub topics: BTreeMap<String, HeldTopic>,
    /// The records that stand there alone, or why they are not known.
    pub tail: Result<HeldTail, Fault>,
}

/// A topic on a standby.
#[derive(Debug, Clone)]
pub struct HeldTopic {
    /// The topic.
    pub topic: TopicObject,
    /// First and next offsets of its partitions; none if they could not be read.
    pub ends: Option<Vec<PartitionEnds>>,
}

impl HeldTopic {
    /// How many records it holds at most.
    pub fn records(&self) -> Option<i64> {
        Some(self.ends.as_ref()?.iter().map(|at| at.end - at.start).sum())
    }

    /// The sum of where its partitions end.
    pub fn end(&self) -> Option<i64> {
        Some(self.ends.as_ref()?.iter().map(|at| at.end).sum())
    }
}

/// The records that a standby took while it was active, and that were never carried.
#[derive(Debug, Clone)]
pub struct HeldTail {
    /// How many.
    pub records: u64,
    /// The export that was named to hold them.
    pub exported: Option<Exported>,
}

/// Whether an export holds a tail.
#[derive(Debug, Clone)]
pub enum Exported {
    /// Every record of it.
    Whole {
        /// The folder.
        folder: String,
    },
    /// Not all of it, and why not.
    NotWhole {
        /// The reason, with the folder.
        why: String,
    },
}
