//! The kinds of resource that can be declared.

use std::fmt;
use std::str::FromStr;

/// What sort of thing a block declares; the first label of an [`Address`](super::Address).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Kafka cluster and how to reach it.
    Cluster,
    /// A Kafka Connect cluster that runs the mirroring.
    Connect,
    /// Two clusters of which one is active.
    Pair,
    /// A topic, on both sides of a pair or on one cluster.
    Topic,
    /// Who may read or write.
    Access,
    /// The flow from a pair's active side to its standby.
    Replication,
    /// A DNS service and the authorities of its zones.
    Dns,
    /// One record set of a zone.
    DnsRecord,
    /// Producers and consumers that a failover stops and starts.
    Application,
    /// How the old side is kept from taking writes.
    Fence,
    /// How a pair fails over.
    FailoverPolicy,
}

impl Kind {
    /// All kinds, in the order in which a tour of an estate names them.
    pub const ALL: [Self; 11] = [
        Self::Cluster,
        Self::Connect,
        Self::Pair,
        Self::Topic,
        Self::Access,
        Self::Replication,
        Self::Dns,
        Self::DnsRecord,
        Self::Application,
        Self::Fence,
        Self::FailoverPolicy,
    ];

    /// The block's name in the language, `dns_record`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Connect => "connect",
            Self::Pair => "pair",
            Self::Topic => "topic",
            Self::Access => "access",
            Self::Replication => "replication",
            Self::Dns => "dns",
            Self::DnsRecord => "dns_record",
            Self::Application => "application",
            Self::Fence => "fence",
            Self::FailoverPolicy => "failover_policy",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of resource called {0:?}")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| UnknownKind(word.to_owned()))
    }
}
