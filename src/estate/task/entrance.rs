//! The name through which clients come.

use crate::estate::{ObjectId, What};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name that clients are given as their bootstrap, and who tells what it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entrance {
    /// The record set.
    pub record: ObjectId,
    /// Resolvers that clients ask, `host:port`; the first that answers counts.
    pub resolvers: Vec<String>,
    /// The authorities of the name, asked if no resolver answers.
    pub authorities: Vec<String>,
    /// The ports of the cluster's brokers.
    pub ports: Vec<u16>,
}

impl Entrance {
    /// The name as clients have it, `kafka.example.com`.
    pub fn name(&self) -> &str {
        match &self.record.what {
            What::RecordSet { name, .. } => name.trim_end_matches('.'),
            _ => "",
        }
    }
}
