//! The verbs of a runbook: what a step can do beside changing an object.

use super::{Address, ConnectorState, ObjectId, PartitionEnds, RecordSet, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a step does beside changing an object: the closed set of runbook verbs.
///
/// A task is pure data and carries all that its execution needs, so that a plan decides and a run obeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Waits until every broker shows the topics, with all their partitions led.
    AwaitTopics {
        /// Where.
        cluster: Address,
        /// Names and partition counts.
        topics: BTreeMap<String, i32>,
    },
    /// Notes where the mirroring of each topic begins: the source's first offsets beside the target's ends.
    /// They are the first anchors of every later translation.
    NoteStarts {
        /// The cluster that is mirrored from.
        source: Address,
        /// The cluster that is mirrored to.
        target: Address,
        /// Names on the source, with their names on the target.
        topics: BTreeMap<String, String>,
    },
    /// Sets from which source offsets a stopped connector goes on.
    SetConnectorOffsets {
        /// The connector.
        connector: ObjectId,
        /// The alias of the source cluster in the connector's offsets.
        source_alias: String,
        /// By topic on the source, the next offset to mirror of each partition.
        next: BTreeMap<String, Vec<i64>>,
    },
    /// Brings a connector to a state and waits until it and its tasks are there.
    SetConnectorState {
        /// The connector.
        connector: ObjectId,
        /// `Running`, or `Stopped`.
        state: ConnectorState,
    },
    /// Waits until a connector runs and all of its tasks run.
    AwaitConnector {
        /// The connector.
        connector: ObjectId,
        /// How many tasks it must have at least: one, except for a checkpoint connector without groups.
        tasks: usize,
    },
    /// Waits until a new heartbeat of the source arrives on the target: the proof that records cross.
    AwaitHeartbeat {
        /// The cluster that is mirrored to.
        cluster: Address,
        /// The topic that heartbeats arrive in.
        topic: String,
    },
    /// Waits until every authority answers with a record set.
    AwaitPropagation {
        /// The record set's identity.
        record: ObjectId,
        /// What has to be answered.
        wanted: RecordSet,
    },
    /// Makes a side of a pair the active one.
    SetActive {
        /// The pair.
        pair: Address,
        /// The side that becomes active.
        side: Side,
        /// The pair's epoch from here on.
        epoch: u64,
    },
    /// Waits for a person's word.
    Approve {
        /// The name of the approval.
        name: String,
    },
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AwaitTopics { cluster, topics } => {
                write!(f, "see {} on every broker of {}", topics_of(topics.len()), cluster.name)
            }
            Self::NoteStarts { source, target, topics } => {
                let topics = topics_of(topics.len());
                write!(f, "note where {topics} began, {} → {}", source.name, target.name)
            }
            Self::SetConnectorOffsets { connector, .. } => write!(f, "set the offsets of {connector}"),
            Self::SetConnectorState { connector, state } => write!(f, "bring {connector} to {state}"),
            Self::AwaitConnector { connector, .. } => write!(f, "see {connector} run with all its tasks"),
            Self::AwaitHeartbeat { cluster, topic } => {
                write!(f, "see a heartbeat cross: {topic} on {}", cluster.name)
            }
            Self::AwaitPropagation { record, .. } => write!(f, "see {} on every authority", record.what),
            Self::SetActive { pair, side, epoch } => write!(f, "make {side} active in {pair}, epoch {epoch}"),
            Self::Approve { name } => write!(f, "approve {name:?}"),
        }
    }
}

fn topics_of(number: usize) -> String {
    if number == 1 { "1 topic".into() } else { format!("{number} topics") }
}

/// What a task found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Nothing but that it is done.
    #[default]
    Nothing,
    /// A sentence for people: what was seen, and after how long.
    Seen(String),
    /// Where the mirroring of each topic begins.
    Starts(Vec<Start>),
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
}
