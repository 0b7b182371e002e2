//! What was read of the world.

use super::{Address, ClusterFacts, ConnectFacts, Fault, Object, ObjectId, What};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was read of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// It is there.
    Present(Object),
    /// Its place answered, and it is not there.
    Absent,
    /// Not known: its place did not answer, or not for us.
    Unreachable(Fault),
}

impl Reading {
    /// The object, if it is known to be there.
    pub const fn object(&self) -> Option<&Object> {
        match self {
            Self::Present(object) => Some(object),
            Self::Absent | Self::Unreachable(_) => None,
        }
    }
}

/// What was read of the world, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// When the last answer came.
    pub at: Timestamp,
    /// The readings; what is not in here was not asked for.
    pub readings: BTreeMap<ObjectId, Reading>,
}

impl Observed {
    /// What was read of an object, if it was asked for.
    pub fn reading(&self, id: &ObjectId) -> Option<&Reading> {
        self.readings.get(id)
    }

    /// What a cluster told about itself.
    pub fn cluster(&self, cluster: &Address) -> Option<&ClusterFacts> {
        match self.reading(&ObjectId::new(cluster, What::Cluster))?.object()? {
            Object::Cluster(facts) => Some(facts),
            _ => None,
        }
    }

    /// What a Connect cluster told about itself.
    pub fn connect(&self, connect: &Address) -> Option<&ConnectFacts> {
        match self.reading(&ObjectId::new(connect, What::Connect))?.object()? {
            Object::Connect(facts) => Some(facts),
            _ => None,
        }
    }
}
