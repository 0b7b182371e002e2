//! What tasks find out.

use crate::estate::{Address, Carried, PartitionEnds};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a task found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Nothing but that it is done.
    #[default]
    Nothing,
    /// A sentence for people: what was seen, and after how long.
    Seen(String),
    /// Where logs ended while nobody wrote.
    Still {
        /// A sentence for people: how long they stood still.
        seen: String,
        /// By topic, first and next offset of each partition.
        ends: BTreeMap<String, Vec<PartitionEnds>>,
    },
    /// Where the mirroring of each topic begins.
    Starts(Vec<Start>),
    /// How the world stood before the roles changed.
    Snapshot(Box<Snapshot>),
    /// Where groups were set, and what they will read again.
    Groups(Vec<GroupSet>),
    /// What a hook answered.
    Answer {
        /// Its exit code, or the HTTP status.
        code: i32,
        /// The end of what it printed or answered.
        output: String,
    },
    /// A person's word.
    Approved {
        /// Who gave it, `user@host`.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// Where the mirroring of a partition begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// First and next offset on the source.
    pub source: PartitionEnds,
    /// First and next offset on the target.
    pub target: PartitionEnds,
    /// Whether it goes on from a cut-over: what the two held before, they held in common.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// When it was told to go on from there. What MirrorMaker wrote of groups before is of the last time that the source was
    /// active, by offsets that its log may not have any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// How the world stood when the roles of a pair changed. Whatever did not answer is left out, and named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// When it was taken.
    pub at: Timestamp,
    /// By cluster and topic, first and next offset of each partition.
    pub ends: BTreeMap<Address, BTreeMap<String, Vec<PartitionEnds>>>,
    /// By replication, how far its source connector had carried.
    pub carried: BTreeMap<Address, Carried>,
    /// What did not answer, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub silent: BTreeMap<Address, String>,
}

/// A group that was set on the side that becomes active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupSet {
    /// The group.
    pub group: String,
    /// How many partitions it has positions in.
    pub partitions: usize,
    /// In how many of them it goes on at the true one.
    pub exact: usize,
    /// It will read at least so many records again.
    pub repeated_at_least: i64,
    /// It will read at most so many records again.
    pub repeated_at_most: i64,
    /// How old the oldest of MirrorMaker's checkpoints was, in seconds, from which its positions were taken because the old side
    /// was taken for dead or did not answer: what it has read since it reads again, too. Absent if the old side told them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint_age_seconds: Option<i64>,
    /// In how many of them it begins with the first record that stands on this side: neither the old side nor a checkpoint tells
    /// where it stood, and it would begin as its consumers say otherwise (`auto.offset.reset`).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub from_first: usize,
    /// In how many more partitions of the topics that it reads nobody knows what it reads again: neither the old side nor a
    /// checkpoint tells where it stood, and it stands on this side, nobody knows why; or it is left as it was, and stands nowhere.
    /// It goes on where it stands, or as its consumers say (`auto.offset.reset`).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknown: usize,
    /// Why it was left as it was, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
