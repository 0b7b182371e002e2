//! First and next offsets of a topic's partitions, and how far they are carried.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// First and next offsets of a topic, by partition from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ends {
    /// One entry a partition.
    pub partitions: Vec<PartitionEnds>,
}

/// First and next offset of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartitionEnds {
    /// The offset of the first record that is still there.
    pub start: i64,
    /// The offset that the next record will get.
    pub end: i64,
}

/// How far a source connector has carried the topics of its source.
///
/// This is what it committed: a worker that was killed has carried up to `offset.flush.interval.ms` more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Carried {
    /// By topic on the source and partition, the offset of the next record to carry.
    pub next: BTreeMap<String, BTreeMap<i32, i64>>,
}
