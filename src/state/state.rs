//! The state itself.

use crate::estate::{Address, Owned, Side, Snapshot, Start};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What leeward owns and which side of each pair is active. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The version of this format; see [`State::FORMAT`].
    pub format: u32,
    /// Made once, when the state is: two states with different lineages are about different estates.
    pub lineage: String,
    /// Counts writes: of two states of one lineage the higher one is newer.
    pub serial: u64,
    /// The pairs, with their active sides.
    pub pairs: BTreeMap<Address, PairState>,
    /// What is owned, by resource.
    pub resources: BTreeMap<Address, Vec<Owned>>,
    /// Where the mirroring of each topic began, by replication: the first anchors of offset translation.
    pub starts: BTreeMap<Address, Vec<Start>>,
    /// The root module's outputs at the last apply.
    pub outputs: BTreeMap<String, OutputState>,
}

/// A pair's active side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairState {
    /// The side that is active.
    pub active: Side,
    /// Counts the pair's changes of role; a plan made in another epoch is stale.
    pub epoch: u64,
    /// When the active side became so; absent if it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Clusters that could not be fenced because they did not answer: that blocks their return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_fences: Vec<Address>,
    /// How the world stood at the last cut-over; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What came of the last drill; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_drill: Option<LastDrill>,
}

/// What came of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LastDrill {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took, in seconds.
    pub took: u64,
    /// Whether every step went through, and a failover could have begun.
    pub passed: bool,
    /// Its run.
    pub run: String,
    /// How long a failover is foretold to take by what was measured, in seconds, without its applications; absent if it did not get that far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<u64>,
    /// Why it did not pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What came of each replication.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replications: BTreeMap<Address, Rehearsed>,
}

/// What came of one replication in a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rehearsed {
    /// Whether it carried records and a group's position whole.
    pub passed: bool,
    /// How long its own steps took, in seconds.
    pub took: u64,
    /// Why it did not pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// An output at the last apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputState {
    /// Its value.
    Plain(serde_json::Value),
    /// It is sensitive: its value is not kept.
    Sensitive,
}

impl State {
    /// The version of the format that this leeward writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;

    /// The state of an estate that was never applied.
    pub fn new(lineage: impl Into<String>) -> Self {
        Self {
            format: Self::FORMAT,
            lineage: lineage.into(),
            serial: 0,
            pairs: BTreeMap::new(),
            resources: BTreeMap::new(),
            starts: BTreeMap::new(),
            outputs: BTreeMap::new(),
        }
    }

    /// The active side of each pair that ever failed over or was applied; any other's is its primary.
    pub fn actives(&self) -> BTreeMap<Address, Side> {
        self.pairs.iter().map(|(pair, state)| (pair.clone(), state.active)).collect()
    }

    /// The epoch of a pair.
    pub fn epoch(&self, pair: &Address) -> u64 {
        self.pairs.get(pair).map_or(0, |state| state.epoch)
    }
}
