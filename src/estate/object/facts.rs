//! What the places tell about themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a cluster tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterFacts {
    /// Kafka's id of the cluster.
    pub cluster_id: String,
    /// Its brokers.
    pub brokers: Vec<Broker>,
    /// Names of all topics, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<BTreeSet<String>>,
    /// Names of all consumer groups, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<BTreeSet<String>>,
}

/// A broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Broker {
    /// Its id.
    pub id: i32,
    /// What it advertises, `host:port`.
    pub advertised: String,
    /// Its rack, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rack: Option<String>,
}

/// What a Connect cluster tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectFacts {
    /// The worker's version, `4.3.1`.
    pub version: String,
    /// Kafka's id of the cluster that it is attached to.
    pub kafka_cluster_id: String,
    /// Versions of the connector plugins, by class.
    pub plugins: BTreeMap<String, String>,
    /// The MirrorMaker source connectors that it holds, by name, whoever made them.
    pub mirrors: BTreeMap<String, Mirror>,
}

/// A MirrorMaker source connector, as far as it can disturb another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mirror {
    /// Its `source.cluster.alias`.
    pub source: String,
    /// Its `target.cluster.alias`.
    pub target: String,
    /// Its `topics`.
    pub topics: String,
    /// Whether it renames nothing.
    pub identity: bool,
    /// Whether it is running or paused, rather than stopped.
    pub active: bool,
}

/// What a zone and its authorities tell about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ZoneFacts {
    /// Whether the whole zone could be read at once.
    pub transferred: bool,
    /// What each authority answers.
    pub authorities: Vec<AuthorityFacts>,
    /// Why the service does not accept who leeward is; absent if it does, or could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// What one authority says of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuthorityFacts {
    /// The authority, `host:port`.
    pub authority: String,
    /// The zone's serial there; absent if it does not answer for the zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u32>,
    /// Why it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
