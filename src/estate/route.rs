//! Where a replication flows, with all that has to be known to follow it.

use super::{Address, Naming, ObjectId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A replication in the direction that the roles of its pair gave when it was looked at. It stands in plans, so that a
/// run follows the flow that was planned for, whatever the roles are by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// The replication.
    pub replication: Address,
    /// The pair.
    pub pair: Address,
    /// The cluster that is mirrored from.
    pub source: Address,
    /// The cluster that is mirrored to.
    pub target: Address,
    /// The connector that carries the records; none if no Connect cluster is attached to the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<ObjectId>,
    /// How topics are called on the target.
    pub naming: Naming,
    /// The topics that it carries: names on the source, with their names on the target.
    pub topics: BTreeMap<String, String>,
    /// The groups whose positions it carries.
    pub groups: BTreeSet<String>,
}
