//! Clusters and Connect clusters: whether they answer.

use crate::estate::{Address, Estate, Object, ObjectId, Observed, Pair, Reading, Role, Side, What};
use schemars::JsonSchema;
use serde::Serialize;

/// One of a pair's two clusters.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClusterStanding {
    /// The cluster.
    pub cluster: Address,
    /// Which side it is.
    pub side: Side,
    /// What the side does now.
    pub role: Role,
    /// How many brokers it has; absent if it does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brokers: Option<usize>,
    /// Why it does not answer: who was asked, how often and how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The Connect clusters that are attached to it.
    pub connects: Vec<ConnectStanding>,
}

/// A Connect cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConnectStanding {
    /// The Connect cluster.
    pub connect: Address,
    /// The version of its oldest worker; absent if it does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl ClusterStanding {
    pub(super) fn of(estate: &Estate, pair: &Pair, role: Role, observed: &Observed) -> Self {
        let cluster = pair.with_role(role);
        let attached = estate.connects().filter(|(_, connect)| connect.cluster == *cluster);
        Self {
            cluster: cluster.clone(),
            side: pair.side(role),
            role,
            brokers: observed.cluster(cluster).map(|facts| facts.brokers.len()),
            fault: fault(observed, ObjectId::new(cluster, What::Cluster)),
            connects: attached.map(|(address, _)| ConnectStanding::of(address, observed)).collect(),
        }
    }

    /// Whether it answers.
    pub const fn is_up(&self) -> bool {
        self.brokers.is_some()
    }
}

impl ConnectStanding {
    fn of(address: &Address, observed: &Observed) -> Self {
        Self {
            connect: address.clone(),
            version: observed.connect(address).map(|facts| facts.version.clone()),
            fault: fault(observed, ObjectId::new(address, What::Connect)),
        }
    }

    /// Whether it answers.
    pub const fn is_up(&self) -> bool {
        self.version.is_some()
    }
}

fn fault(observed: &Observed, id: ObjectId) -> Option<String> {
    match observed.reading(&id) {
        Some(Reading::Present(Object::Cluster(_) | Object::Connect(_))) => None,
        Some(Reading::Unreachable(fault)) => Some(fault.message.clone()),
        Some(Reading::Present(_) | Reading::Absent) | None => Some("it was not asked".into()),
    }
}
