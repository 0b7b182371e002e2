//! What is asked of the world.

use super::{Address, Binding, ObjectId, RecordType, SecretRef, What};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

/// One question to the world; a provider is given many at once and answers them in bulk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// What a cluster tells about itself.
    Cluster {
        /// The cluster.
        cluster: Address,
        /// Whether the names of all topics are wanted.
        topics: bool,
        /// Whether the names of all consumer groups are wanted.
        groups: bool,
    },
    /// A topic.
    Topic {
        /// Where.
        cluster: Address,
        /// Its name.
        name: String,
        /// The settings that are wanted: those that the estate manages, or managed until now. Shared between
        /// topics that manage the same ones, so that they can be asked for in one request.
        keys: Arc<BTreeSet<String>>,
    },
    /// The grants of an `access`.
    Grants {
        /// Where.
        cluster: Address,
        /// Whose.
        access: Address,
        /// The entries that are of interest: declared, or granted until now.
        bindings: BTreeSet<Binding>,
    },
    /// First and next offsets of a topic.
    Ends {
        /// Where.
        cluster: Address,
        /// The topic's name.
        topic: String,
    },
    /// Who has written to a topic.
    Producers {
        /// Where.
        cluster: Address,
        /// The topic's name.
        topic: String,
    },
    /// Where a consumer group stands.
    Group {
        /// Where.
        cluster: Address,
        /// The group's name.
        name: String,
    },
    /// What a Connect cluster tells about itself.
    Connect {
        /// The Connect cluster.
        connect: Address,
    },
    /// A connector.
    Connector {
        /// Where.
        connect: Address,
        /// Its name.
        name: String,
        /// Which of its settings hold which secret of the estate; such values are compared and dropped as
        /// they are read.
        secrets: Vec<(String, SecretRef)>,
    },
    /// How far a source connector has carried.
    Carried {
        /// Where the connector runs.
        connect: Address,
        /// The connector's name.
        connector: String,
    },
    /// What a zone and its authorities tell about themselves.
    Zone {
        /// Through which service.
        dns: Address,
        /// The zone.
        zone: String,
    },
    /// A record set.
    RecordSet {
        /// Through which service.
        dns: Address,
        /// The zone.
        zone: String,
        /// The owner name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// What one server answers to a client: a resolver, or an authority for what it holds itself.
    Answer {
        /// The service that the name is changed through.
        dns: Address,
        /// The server, `host:port`.
        server: String,
        /// The name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// Whether a record set could be changed; it is tried without changing anything.
    Trial {
        /// Through which service.
        dns: Address,
        /// The zone.
        zone: String,
        /// The owner name.
        name: String,
        /// The type.
        rtype: RecordType,
    },
    /// The cluster that a client meets that was given a name and these addresses of it.
    Reached {
        /// The cluster whose security the client has.
        cluster: Address,
        /// The name, which a certificate has to hold.
        name: String,
        /// What it leads to: the first that answers counts.
        addresses: Vec<SocketAddr>,
    },
    /// A file on the machine that runs leeward.
    File {
        /// Whose.
        pair: Address,
        /// Where it lies.
        path: String,
    },
}

impl Query {
    /// First and next offsets of a topic.
    pub fn ends(cluster: &Address, topic: &str) -> Self {
        Self::Ends { cluster: cluster.clone(), topic: topic.to_owned() }
    }

    /// How far a connector has carried; none for what is no connector.
    pub fn carried(connector: &ObjectId) -> Option<Self> {
        let What::Connector(name) = &connector.what else { return None };
        Some(Self::Carried { connect: connector.place.clone(), connector: name.clone() })
    }

    /// The object that is asked about.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Cluster { cluster, .. } => ObjectId::new(cluster, What::Cluster),
            Self::Topic { cluster, name, .. } => ObjectId::topic(cluster, name),
            Self::Grants { cluster, access, .. } => ObjectId::new(cluster, What::Grants(access.clone())),
            Self::Ends { cluster, topic } => ObjectId::new(cluster, What::Ends(topic.clone())),
            Self::Producers { cluster, topic } => ObjectId::new(cluster, What::Producers(topic.clone())),
            Self::Group { cluster, name } => ObjectId::new(cluster, What::Group(name.clone())),
            Self::Connect { connect } => ObjectId::new(connect, What::Connect),
            Self::Connector { connect, name, .. } => ObjectId::connector(connect, name),
            Self::Carried { connect, connector } => ObjectId::new(connect, What::Carried(connector.clone())),
            Self::Zone { dns, zone } => ObjectId::new(dns, What::Zone(zone.clone())),
            Self::File { pair, path } => ObjectId::new(pair, What::File(path.clone())),
            Self::RecordSet { dns, zone, name, rtype } => {
                ObjectId::new(dns, What::RecordSet { zone: zone.clone(), name: name.clone(), rtype: *rtype })
            }
            Self::Answer { dns, server, name, rtype } => {
                ObjectId::new(dns, What::Answer { server: server.clone(), name: name.clone(), rtype: *rtype })
            }
            Self::Trial { dns, zone, name, rtype } => {
                ObjectId::new(dns, What::Trial { zone: zone.clone(), name: name.clone(), rtype: *rtype })
            }
            Self::Reached { cluster, name, .. } => ObjectId::new(cluster, What::Reached(name.clone())),
        }
    }

    /// The place that is asked.
    pub const fn place(&self) -> &Address {
        match self {
            Self::Cluster { cluster, .. }
            | Self::Topic { cluster, .. }
            | Self::Grants { cluster, .. }
            | Self::Ends { cluster, .. }
            | Self::Producers { cluster, .. }
            | Self::Group { cluster, .. }
            | Self::Reached { cluster, .. } => cluster,
            Self::Connect { connect } | Self::Connector { connect, .. } | Self::Carried { connect, .. } => {
                connect
            }
            Self::Zone { dns, .. }
            | Self::RecordSet { dns, .. }
            | Self::Answer { dns, .. }
            | Self::Trial { dns, .. } => dns,
            Self::File { pair, .. } => pair,
        }
    }
}
