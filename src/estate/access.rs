//! Who may read or write, as declared.

use super::{Home, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The operations of Kafka's access control (`AclOperation`), in Kafka's spelling and in the order of their codes, which
/// begin at 2.
pub const ACL_OPERATIONS: [&str; 14] = [
    "ALL",
    "READ",
    "WRITE",
    "CREATE",
    "DELETE",
    "ALTER",
    "DESCRIBE",
    "CLUSTER_ACTION",
    "DESCRIBE_CONFIGS",
    "ALTER_CONFIGS",
    "IDEMPOTENT_WRITE",
    "CREATE_TOKENS",
    "DESCRIBE_TOKENS",
    "TWO_PHASE_COMMIT",
];

/// Grants to principals that follow the roles of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Where the grants live.
    pub home: Home,
    /// On which side of a pair; both for a single cluster.
    pub on: On,
    /// Every principal gets every operation on every resource named.
    pub bindings: BTreeSet<Binding>,
}

/// On which side of a pair grants stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum On {
    /// Where clients write: grants move with a failover.
    Active,
    /// Where the replication writes.
    Standby,
    /// On both.
    #[default]
    Both,
}

impl On {
    /// Whether a side with that role has the grants.
    pub const fn includes(self, role: Role) -> bool {
        matches!(
            (self, role),
            (Self::Both, _) | (Self::Active, Role::Active) | (Self::Standby, Role::Standby)
        )
    }
}

/// One access control entry, in Kafka's terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// `User:billing`.
    pub principal: String,
    /// The host it may come from; `*` for any.
    pub host: String,
    /// `ALLOW` or `DENY`.
    pub permission: Permission,
    /// `WRITE`, `READ`, … in Kafka's spelling.
    pub operation: String,
    /// What sort of thing it is about.
    pub resource: AclResource,
    /// The name of that thing, or its beginning.
    pub name: String,
    /// Whether `name` is whole or a beginning.
    pub pattern: Pattern,
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { principal, host, permission, operation, resource, name, pattern } = self;
        let from = if host == "*" { String::new() } else { format!(" from {host}") };
        let tail = if *pattern == Pattern::Prefixed { "*" } else { "" };
        write!(f, "{permission} {principal}{from} {operation} on {resource} {name}{tail}")
    }
}

/// Whether an entry allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// It allows.
    Allow,
    /// It denies, and wins over any that allows.
    Deny,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

/// What an access control entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AclResource {
    /// A topic.
    Topic,
    /// A consumer group.
    Group,
    /// The cluster itself; its name is always `kafka-cluster`.
    Cluster,
    /// A transactional id.
    TransactionalId,
}

impl fmt::Display for AclResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Topic => "topic",
            Self::Group => "group",
            Self::Cluster => "cluster",
            Self::TransactionalId => "transactional id",
        })
    }
}

/// Whether a name in an access control entry is whole or a beginning (KIP-290).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// The whole name.
    Literal,
    /// A beginning.
    Prefixed,
}
