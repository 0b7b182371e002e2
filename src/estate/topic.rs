//! A topic as declared.

use super::{Address, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A topic, on both sides of a pair or on one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name in Kafka.
    pub name: String,
    /// Where it lives.
    pub home: Home,
    /// Number of partitions; can only grow.
    pub partitions: i32,
    /// Number of replicas of each partition.
    pub replication_factor: i16,
    /// The topic's own settings, by Kafka's keys.
    pub config: BTreeMap<String, String>,
    /// What differs on a side.
    pub overrides: BTreeMap<Side, TopicOverride>,
    /// What happens to the topic when its block is removed.
    pub on_remove: OnRemove,
}

/// What one side of a topic has otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicOverride {
    /// Instead of the topic's replication factor.
    pub replication_factor: Option<i16>,
    /// Laid over the topic's settings.
    pub config: BTreeMap<String, String>,
}

/// Where a topic or a grant lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// On both clusters of a pair.
    Pair(Address),
    /// On one cluster.
    Cluster(Address),
}

impl Home {
    /// The address of the pair or the cluster.
    pub const fn address(&self) -> &Address {
        match self {
            Self::Pair(address) | Self::Cluster(address) => address,
        }
    }
}

/// What happens to an object when its block is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnRemove {
    /// leeward lets go of it; its records stay.
    #[default]
    Forget,
    /// It is deleted, with its records.
    Delete,
}
