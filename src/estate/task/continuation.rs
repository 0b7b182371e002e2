//! Going on from a cut-over.

use crate::estate::{Address, ObjectId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A connector that goes on from where its source ended when the roles of a pair last changed, as the state has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Continuation {
    /// The pair.
    pub pair: Address,
    /// The connector.
    pub connector: ObjectId,
    /// The cluster that it reads.
    pub source: Address,
    /// The cluster that it writes to.
    pub target: Address,
    /// Names on the source, with their names on the target.
    pub topics: BTreeMap<String, String>,
}
