//! A resource and what its block says about it.

use super::{
    Access, Address, Application, Cluster, Connect, Dns, DnsRecord, FailoverPolicy, Fence, Pair, Replication,
    Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A declared resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name in the estate.
    pub address: Address,
    /// Where its block stands.
    pub position: Position,
    /// What it refers to or depends on.
    pub after: Vec<Address>,
    /// What protects it from change.
    pub lifecycle: Lifecycle,
    /// The resource itself.
    pub resource: Resource,
}

/// A place in a file of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The file, relative to the root folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What protects a resource from change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// A plan that would delete or replace it is refused.
    pub prevent_destroy: bool,
    /// Fields whose difference is no change: `partitions`, `config.retention.ms`, or `config` for all of them.
    pub ignore_changes: Vec<String>,
}

impl Lifecycle {
    /// Whether a difference in `field` is to be ignored.
    pub fn ignores(&self, field: &str) -> bool {
        self.ignore_changes.iter().any(|ignored| {
            ignored == "all"
                || field == ignored
                || field.strip_prefix(ignored.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

/// What can be declared: a closed set, one struct a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A Kafka cluster.
    Cluster(Cluster),
    /// A Connect cluster.
    Connect(Connect),
    /// Two clusters.
    Pair(Pair),
    /// A topic.
    Topic(Topic),
    /// Grants.
    Access(Access),
    /// A flow.
    Replication(Replication),
    /// A DNS service.
    Dns(Dns),
    /// A record set.
    DnsRecord(DnsRecord),
    /// An application.
    Application(Application),
    /// A fence.
    Fence(Fence),
    /// A failover policy.
    FailoverPolicy(FailoverPolicy),
}
