//! Everything declared.

use super::{
    Address, Cluster, Connect, Declared, Dns, FailoverPolicy, Kind, Pair, Replication, Resource, Secret,
    SecretRef, Topic,
};
use std::collections::BTreeMap;

/// Everything declared, with every expression evaluated: the desired world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estate {
    /// What the `leeward` block says.
    pub settings: Settings,
    /// The resources.
    pub resources: BTreeMap<Address, Declared>,
    /// What the root module hands out.
    pub outputs: BTreeMap<String, Output>,
    /// Secrets that were written in clear into the configuration: whose, and which attribute.
    pub clear_secrets: Vec<(Address, String)>,
    /// SHA-256 of the files and the variables that it was made of, in hex; sensitive variables are left out.
    pub digest: String,
}

/// What the `leeward` block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which versions of leeward may be used, `>= 0.1`.
    pub required_version: Option<String>,
    /// The path of the state file, relative to the root folder.
    pub state: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { required_version: None, state: "leeward.state.json".into() }
    }
}

/// A value that the root module hands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A value that may be shown.
    Plain(serde_json::Value),
    /// A value that must not be; the text is its JSON.
    Sensitive(Secret),
}

impl Estate {
    /// A declared resource's struct, if it is there and of the kind that `pick` wants.
    fn pick<'a, T>(&'a self, address: &Address, pick: fn(&'a Resource) -> Option<&'a T>) -> Option<&'a T> {
        self.resources.get(address).and_then(|declared| pick(&declared.resource))
    }

    /// The cluster at an address.
    pub fn cluster(&self, address: &Address) -> Option<&Cluster> {
        self.pick(address, |resource| match resource {
            Resource::Cluster(cluster) => Some(cluster),
            _ => None,
        })
    }

    /// The pair at an address.
    pub fn pair(&self, address: &Address) -> Option<&Pair> {
        self.pick(address, |resource| match resource {
            Resource::Pair(pair) => Some(pair),
            _ => None,
        })
    }

    /// The DNS service at an address.
    pub fn dns(&self, address: &Address) -> Option<&Dns> {
        self.pick(address, |resource| match resource {
            Resource::Dns(dns) => Some(dns),
            _ => None,
        })
    }

    /// All resources of a kind, in the order of their addresses.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Declared> {
        self.resources.values().filter(move |declared| declared.address.kind == kind)
    }

    /// All Connect clusters.
    pub fn connects(&self) -> impl Iterator<Item = (&Address, &Connect)> {
        self.resources.values().filter_map(|declared| match &declared.resource {
            Resource::Connect(connect) => Some((&declared.address, connect)),
            _ => None,
        })
    }

    /// All clusters.
    pub fn clusters(&self) -> impl Iterator<Item = (&Address, &Cluster)> {
        self.resources.values().filter_map(|declared| match &declared.resource {
            Resource::Cluster(cluster) => Some((&declared.address, cluster)),
            _ => None,
        })
    }

    /// All topics.
    pub fn topics(&self) -> impl Iterator<Item = (&Address, &Topic)> {
        self.resources.values().filter_map(|declared| match &declared.resource {
            Resource::Topic(topic) => Some((&declared.address, topic)),
            _ => None,
        })
    }

    /// All replications.
    pub fn replications(&self) -> impl Iterator<Item = (&Address, &Replication)> {
        self.resources.values().filter_map(|declared| match &declared.resource {
            Resource::Replication(replication) => Some((&declared.address, replication)),
            _ => None,
        })
    }

    /// The replications of a pair.
    pub fn replications_of<'a>(
        &'a self,
        pair: &Address,
    ) -> impl Iterator<Item = (&'a Address, &'a Replication)> {
        self.replications().filter(move |(_, replication)| replication.pair == *pair)
    }

    /// All failover policies.
    pub fn failover_policies(&self) -> impl Iterator<Item = (&Address, &FailoverPolicy)> {
        self.resources.values().filter_map(|declared| match &declared.resource {
            Resource::FailoverPolicy(policy) => Some((&declared.address, policy)),
            _ => None,
        })
    }

    /// The failover policy of a pair.
    pub fn policy_of(&self, pair: &Address) -> Option<&FailoverPolicy> {
        self.failover_policies().map(|(_, policy)| policy).find(|policy| policy.pair() == Some(pair))
    }

    /// The Connect cluster that is attached to a cluster: the first one, where there are several.
    pub fn connect_of(&self, cluster: &Address) -> Option<&Address> {
        self.connects().find(|(_, connect)| connect.cluster == *cluster).map(|(address, _)| address)
    }

    /// The secrets that connectors are configured with, by the reference that stands for them in plans.
    pub fn vault(&self) -> BTreeMap<SecretRef, Secret> {
        super::desired::vault(self)
    }
}
