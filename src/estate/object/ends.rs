//! First and next offsets of a topic's partitions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
