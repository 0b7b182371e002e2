//! The flow from a pair's active side to its standby, as declared.

use super::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A flow active → standby of a pair, carried by MirrorMaker 2 on Kafka Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replication {
    /// Whose active side it flows from.
    pub pair: Address,
    /// Names and patterns of topics.
    pub topics: Vec<Selector>,
    /// Names and patterns of topics that are left out, beside MirrorMaker's own exclusions.
    pub topics_exclude: Vec<Selector>,
    /// Names and patterns of consumer groups whose positions are carried.
    pub groups: Vec<Selector>,
    /// How a topic is called on the standby.
    pub naming: Naming,
    /// MirrorMaker's settings.
    pub mirror_maker: MirrorMaker,
}

/// A name, or a pattern (a Java regular expression matched against the whole name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector(pub String);

impl Selector {
    /// Whether it is a plain name: letters, digits, `_` and `-`, and dots, which as a pattern match themselves too.
    ///
    /// An escaped dot (`orders\.v1`) is a name as well.
    pub fn name(&self) -> Option<String> {
        let name = self.0.replace("\\.", ".");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (!name.is_empty() && name.chars().all(plain)).then_some(name)
    }
}

/// How a topic is called on the standby: MirrorMaker's replication policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// As on the active side; only one direction may run at a time.
    Identity,
    /// Behind the source's alias and a separator: `hangzhou.orders`.
    Prefixed {
        /// Between alias and name; MirrorMaker's default is `.`.
        separator: String,
    },
}

impl Naming {
    /// The name on the standby of a topic that is called `topic` on the source with this alias.
    pub fn on_standby(&self, source_alias: &str, topic: &str) -> String {
        match self {
            Self::Identity => topic.to_owned(),
            Self::Prefixed { separator } => format!("{source_alias}{separator}{topic}"),
        }
    }

    /// The class that Kafka knows it by.
    pub const fn policy_class(&self) -> &'static str {
        match self {
            Self::Identity => "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
            Self::Prefixed { .. } => "org.apache.kafka.connect.mirror.DefaultReplicationPolicy",
        }
    }
}

/// Settings of the MirrorMaker connectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorMaker {
    /// At most so many tasks for the source connector.
    pub tasks_max: u32,
    /// Whether MirrorMaker writes translated positions into idle groups on the standby. It takes a group for idle that had members
    /// when it looked and has none when it writes, and sets it back (`MirrorCheckpointTask.syncGroupOffset`).
    pub sync_group_offsets: bool,
    /// Replication factor of MirrorMaker's own topics and of topics that only a pattern matches.
    pub replication_factor: i16,
    /// How often new topics are looked for.
    pub refresh_topics_interval: Duration,
    /// How often new groups are looked for.
    pub refresh_groups_interval: Duration,
    /// How often checkpoints are written.
    pub emit_checkpoints_interval: Duration,
    /// How often group positions are written on the standby.
    pub sync_group_offsets_interval: Duration,
    /// How often a heartbeat is written.
    pub emit_heartbeats_interval: Duration,
    /// How long the offset syncs, the evidence of every translation, are kept from compaction.
    pub offset_syncs_retention: Duration,
    /// Further settings for all connectors, laid over leeward's own.
    pub config: BTreeMap<String, String>,
}

impl MirrorMaker {
    /// Whether MirrorMaker sets groups on the standby by itself; what `config` lays over counts.
    pub fn sets_groups(&self) -> bool {
        let over = self.config.get("sync.group.offsets.enabled");
        over.map_or(self.sync_group_offsets, |value| value.trim() == "true")
    }
}

impl Default for MirrorMaker {
    fn default() -> Self {
        Self {
            tasks_max: 1,
            sync_group_offsets: false,
            replication_factor: 3,
            refresh_topics_interval: Duration::from_secs(30),
            refresh_groups_interval: Duration::from_secs(30),
            emit_checkpoints_interval: Duration::from_secs(5),
            sync_group_offsets_interval: Duration::from_secs(5),
            emit_heartbeats_interval: Duration::from_secs(1),
            offset_syncs_retention: Duration::from_secs(30 * 24 * 3600),
            config: BTreeMap::new(),
        }
    }
}
