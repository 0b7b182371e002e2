//! The identity of an object.

use super::RecordType;
use crate::estate::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which object: what it is, and the place through which it is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ObjectId {
    /// The cluster, connect or dns, or of a file the pair, through which it is read and changed.
    pub place: Address,
    /// What it is there.
    pub what: What,
}

/// What an object is at its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The cluster itself.
    Cluster,
    /// A topic, by name.
    Topic(String),
    /// The grants of an `access`.
    Grants(Address),
    /// The ends of a topic, by name.
    Ends(String),
    /// The producers of a topic, by name.
    Producers(String),
    /// A consumer group, by name.
    Group(String),
    /// The Connect cluster itself.
    Connect,
    /// A connector, by name.
    Connector(String),
    /// How far a source connector has carried, by the connector's name.
    Carried(String),
    /// A zone.
    Zone(String),
    /// A record set.
    RecordSet {
        /// The zone.
        zone: String,
        /// The owner name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// What a server answers to a client.
    Answer {
        /// The server, `host:port`.
        server: String,
        /// The name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// Whether a record set could be changed.
    Trial {
        /// The zone.
        zone: String,
        /// The owner name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// The cluster that a name leads to, by the name.
    Reached(String),
    /// A file of a pair, by its path.
    File(String),
}

impl ObjectId {
    /// The object `what` at `place`.
    pub fn new(place: &Address, what: What) -> Self {
        Self { place: place.clone(), what }
    }

    /// A topic on a cluster.
    pub fn topic(cluster: &Address, name: impl Into<String>) -> Self {
        Self::new(cluster, What::Topic(name.into()))
    }

    /// A connector on a Connect cluster.
    pub fn connector(connect: &Address, name: impl Into<String>) -> Self {
        Self::new(connect, What::Connector(name.into()))
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("cluster"),
            Self::Topic(name) => write!(f, "topic {name}"),
            Self::Grants(access) => write!(f, "grants of {access}"),
            Self::Ends(topic) => write!(f, "ends of {topic}"),
            Self::Producers(topic) => write!(f, "producers of {topic}"),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Connect => f.write_str("connect"),
            Self::Connector(name) => write!(f, "connector {name}"),
            Self::Carried(connector) => write!(f, "position of {connector}"),
            Self::Zone(zone) => write!(f, "zone {zone}"),
            Self::RecordSet { name, rtype, .. } => write!(f, "{name} {rtype}"),
            Self::Answer { server, name, rtype } => write!(f, "answer of {server} to {name} {rtype}"),
            Self::Trial { name, rtype, .. } => write!(f, "trial of {name} {rtype}"),
            Self::Reached(name) => write!(f, "cluster behind {name}"),
            Self::File(path) => write!(f, "file {path}"),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.what, self.place.name)
    }
}
