//! The verbs of a runbook: what a step can do beside changing an object.

use super::{Continuation, Entrance, Occasion};
use crate::estate::{Address, ConnectorState, ObjectId, RecordSet, Route, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Sets a stopped connector to go on from where its source ended at the pair's last cut-over, as the state has it, so
    /// that only what came later travels.
    ContinueFromCutOver(Box<Continuation>),
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
    /// Waits until resolvers that clients ask give a new answer: each may keep the old one for as long as its TTL says.
    AwaitResolved {
        /// The record set's identity.
        record: ObjectId,
        /// What has to be answered.
        wanted: RecordSet,
        /// The resolvers, `host:port`.
        resolvers: Vec<String>,
        /// The TTL of the answer before, in seconds.
        seconds: u64,
    },
    /// Runs or calls what the user declared for an occasion in a failover.
    Call {
        /// The `application` or `fence` whose hook it is.
        owner: Address,
        /// Which of its hooks.
        occasion: Occasion,
        /// How long it may take, in seconds.
        seconds: u64,
        /// The pair that it is called for, if it is for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pair: Option<Address>,
        /// The cluster that it is about: the one that an application is stopped on or started on, the one that is fenced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cluster: Option<Address>,
    },
    /// Makes a cluster refuse every record for some topics, by [`FENCED_MESSAGE_BYTES`](crate::estate::FENCED_MESSAGE_BYTES).
    RefuseWrites {
        /// The cluster.
        cluster: Address,
        /// Topics, with the `max.message.bytes` that was their own before.
        topics: BTreeMap<String, Option<String>>,
    },
    /// Takes that back.
    AllowWrites {
        /// The cluster.
        cluster: Address,
        /// Topics, with the `max.message.bytes` that is to be their own again.
        topics: BTreeMap<String, Option<String>>,
    },
    /// Waits until nobody writes to some topics: their ends stand still.
    AwaitQuiet {
        /// The cluster.
        cluster: Address,
        /// The topics.
        topics: BTreeSet<String>,
    },
    /// Says that a side could not be fenced, since it does not answer: that blocks its return.
    DeferFence {
        /// The pair.
        pair: Address,
        /// The cluster that may still take writes.
        cluster: Address,
    },
    /// Says that a side is fenced, and proven to be.
    SettleFence {
        /// The pair.
        pair: Address,
        /// The cluster.
        cluster: Address,
    },
    /// Waits until all that the source holds was carried, and committed as carried, for every partition.
    AwaitDrained {
        /// The flow.
        route: Box<Route>,
    },
    /// Waits until all was carried that the source held when the wait began; writers may go on.
    AwaitCarried {
        /// The flow.
        route: Box<Route>,
    },
    /// Says that what a standby holds of a pair counts no more: where the logs ended at the last change of roles is forgotten,
    /// and where the mirroring began. Records that have come there since they were counted keep it from that.
    Renounce {
        /// The pair.
        pair: Address,
        /// The standby.
        cluster: Address,
        /// The replications between the two.
        replications: Vec<Address>,
        /// By topic there, the sum of where its partitions ended when its records were counted; empty where a mirror wrote there.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        ends: BTreeMap<String, i64>,
    },
    /// Waits until nobody reads with some groups.
    AwaitGroupsEmpty {
        /// The cluster.
        cluster: Address,
        /// The groups.
        groups: BTreeSet<String>,
    },
    /// Notes how the world stands before the roles change: where every log ends, and how far connectors have carried.
    TakeSnapshot {
        /// The pair.
        pair: Address,
        /// The flows that end.
        routes: Vec<Route>,
    },
    /// Translates where groups stand on the source, sets them there on the target, and reads them back.
    CommitGroups {
        /// The flow that the groups' topics took.
        route: Box<Route>,
        /// Whether the source is taken for dead: groups then stand where the last checkpoint has them.
        source_lost: bool,
        /// Whether groups that can't be set are left as they are, and said, instead of stopping the run.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        lenient: bool,
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
    /// Writes a record to a topic of its own, reads it back, and deletes the topic.
    Canary {
        /// The cluster.
        cluster: Address,
        /// The topic; it is made for this, and must not be there.
        topic: String,
        /// The name through which it goes; if absent, it goes the way that leeward goes itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through: Option<Box<Entrance>>,
    },
    /// Sees to it that a drill's topic holds numbered records, the same number in each partition: those that are missing
    /// are written.
    WriteNumbered {
        /// The cluster.
        cluster: Address,
        /// The topic.
        topic: String,
        /// How many partitions it has.
        partitions: i32,
        /// How many records each of them is to hold.
        each: i64,
    },
    /// Waits until the target of a flow holds the same records as its source, in the same order.
    AwaitCopies {
        /// The flow.
        route: Box<Route>,
    },
    /// Reads on the target of a flow from where its groups were set, and compares with what they had not read on the source:
    /// no record is left out, and no more than foretold are read again.
    ReadOn {
        /// The flow.
        route: Box<Route>,
    },
    /// Removes what a drill may have left. What is not there needs no removal.
    Sweep {
        /// The pair.
        pair: Address,
        /// All that may be there; connectors go first.
        objects: Vec<ObjectId>,
    },
    /// Looks whether clients have come to a cluster: groups have members there. Those that stay away are said.
    AwaitMembers {
        /// The cluster.
        cluster: Address,
        /// The groups.
        groups: BTreeSet<String>,
        /// How long they are waited for, in seconds.
        seconds: u64,
    },
    /// Looks whether producers have come to a cluster: records arrive there. That none come is said.
    AwaitWriters {
        /// The cluster.
        cluster: Address,
        /// The topics.
        topics: BTreeSet<String>,
        /// How long they are waited for, in seconds.
        seconds: u64,
    },
    /// Waits for a person's word.
    Approve {
        /// The name of the approval.
        name: String,
        /// How long it is waited for, in seconds; without end if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u64>,
    },
}

impl Task {
    /// The one place that a provider does it at; none for a task that spans places, is the state's, or that a run does
    /// by reading and changing objects.
    pub const fn place(&self) -> Option<&Address> {
        match self {
            Self::AwaitTopics { cluster, .. } | Self::AwaitHeartbeat { cluster, .. } => Some(cluster),
            Self::SetConnectorOffsets { connector, .. }
            | Self::SetConnectorState { connector, .. }
            | Self::AwaitConnector { connector, .. } => Some(&connector.place),
            Self::AwaitPropagation { record, .. } => Some(&record.place),
            Self::NoteStarts { .. }
            | Self::ContinueFromCutOver(_)
            | Self::AwaitResolved { .. }
            | Self::Call { .. }
            | Self::RefuseWrites { .. }
            | Self::AllowWrites { .. }
            | Self::AwaitQuiet { .. }
            | Self::DeferFence { .. }
            | Self::SettleFence { .. }
            | Self::AwaitDrained { .. }
            | Self::AwaitCarried { .. }
            | Self::Renounce { .. }
            | Self::AwaitGroupsEmpty { .. }
            | Self::TakeSnapshot { .. }
            | Self::CommitGroups { .. }
            | Self::SetActive { .. }
            | Self::Canary { .. }
            | Self::WriteNumbered { .. }
            | Self::AwaitCopies { .. }
            | Self::ReadOn { .. }
            | Self::Sweep { .. }
            | Self::AwaitMembers { .. }
            | Self::AwaitWriters { .. }
            | Self::Approve { .. } => None,
        }
    }

    /// Whether it is there to wait for something: who watches wants to know what, and how it stands.
    pub const fn waits(&self) -> bool {
        matches!(
            self,
            Self::AwaitTopics { .. }
                | Self::AwaitConnector { .. }
                | Self::AwaitHeartbeat { .. }
                | Self::AwaitPropagation { .. }
                | Self::AwaitResolved { .. }
                | Self::AwaitQuiet { .. }
                | Self::AwaitDrained { .. }
                | Self::AwaitCarried { .. }
                | Self::AwaitCopies { .. }
                | Self::AwaitGroupsEmpty { .. }
                | Self::AwaitMembers { .. }
                | Self::AwaitWriters { .. }
                | Self::Call { .. }
                | Self::Approve { .. }
        )
    }

    /// Whether a person may take it for done although it is not: it waits or looks, or a person can do by hand what it
    /// asks for. What changes a role, a group or a connector is none of these, and an approval is given, not left out.
    pub const fn may_be_waived(&self) -> bool {
        match self {
            Self::AwaitTopics { .. }
            | Self::AwaitConnector { .. }
            | Self::AwaitHeartbeat { .. }
            | Self::AwaitPropagation { .. }
            | Self::AwaitResolved { .. }
            | Self::AwaitQuiet { .. }
            | Self::AwaitDrained { .. }
            | Self::AwaitCarried { .. }
            | Self::AwaitGroupsEmpty { .. }
            | Self::AwaitMembers { .. }
            | Self::AwaitWriters { .. }
            | Self::Canary { .. }
            | Self::Call { .. } => true,
            Self::NoteStarts { .. }
            | Self::SetConnectorOffsets { .. }
            | Self::ContinueFromCutOver { .. }
            | Self::SetConnectorState { .. }
            | Self::RefuseWrites { .. }
            | Self::AllowWrites { .. }
            | Self::DeferFence { .. }
            | Self::SettleFence { .. }
            | Self::Renounce { .. }
            | Self::TakeSnapshot { .. }
            | Self::CommitGroups { .. }
            | Self::SetActive { .. }
            | Self::WriteNumbered { .. }
            | Self::AwaitCopies { .. }
            | Self::ReadOn { .. }
            | Self::Sweep { .. }
            | Self::Approve { .. } => false,
        }
    }
}
