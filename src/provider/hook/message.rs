//! What a hook is told: as variables of its environment, or as the JSON of a request.

use crate::estate::{Address, Estate, Occasion};
use serde::Serialize;
use std::collections::BTreeMap;

/// How clients reach each cluster.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<Address, Place>);

#[derive(Debug, Clone)]
struct Place {
    bootstrap: Vec<String>,
    endpoint: Option<String>,
}

impl Places {
    /// The clusters of an estate.
    pub fn of(estate: &Estate) -> Self {
        let place = |cluster: &crate::estate::Cluster| Place {
            bootstrap: cluster.bootstrap.clone(),
            endpoint: cluster.endpoint.clone(),
        };
        Self(estate.clusters().map(|(address, cluster)| (address.clone(), place(cluster))).collect())
    }
}

/// What a hook is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `stop`, `start`, `fence`, `lift` or `drill`.
    pub occasion: Occasion,
    /// Whose hook it is, `application.billing`.
    pub owner: Address,
    /// The pair that it is called for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<Address>,
    /// The cluster that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Address>,
    /// Brokers of that cluster to ask first, `host:port`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bootstrap: Vec<String>,
    /// The host name that clients of that cluster use, if one is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Message {
    /// What the hook of `owner` is told.
    pub fn new(
        owner: &Address,
        occasion: Occasion,
        pair: Option<&Address>,
        cluster: Option<&Address>,
        places: &Places,
    ) -> Self {
        let place = cluster.and_then(|cluster| places.0.get(cluster)).cloned();
        let (bootstrap, endpoint) =
            place.map_or_else(Default::default, |place| (place.bootstrap, place.endpoint));
        let (owner, pair, cluster) = (owner.clone(), pair.cloned(), cluster.cloned());
        Self { occasion, owner, pair, cluster, bootstrap, endpoint }
    }

    /// The same as variables: `LEEWARD_OCCASION`, `LEEWARD_OWNER`, and what else is known.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables =
            vec![("LEEWARD_OCCASION", self.occasion.to_string()), ("LEEWARD_OWNER", self.owner.to_string())];
        variables.extend(self.pair.iter().map(|pair| ("LEEWARD_PAIR", pair.to_string())));
        variables.extend(self.cluster.iter().map(|cluster| ("LEEWARD_CLUSTER", cluster.to_string())));
        if !self.bootstrap.is_empty() {
            variables.push(("LEEWARD_BOOTSTRAP", self.bootstrap.join(",")));
        }
        variables.extend(self.endpoint.iter().map(|endpoint| ("LEEWARD_ENDPOINT", endpoint.clone())));
        variables
    }
}
