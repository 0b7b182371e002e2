//! What the rules look at: the plan, the estate and the world, with what several rules need worked out once.

use super::flow::Flow;
use crate::estate::{
    Access, Address, ConnectFacts, Declared, Estate, FailoverPolicy, Home, Observed, Pair, Resource, Role,
    Side, Topic,
};
use crate::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};

/// What the rules look at.
pub(super) struct View<'a> {
    pub plan: &'a Plan,
    pub estate: &'a Estate,
    pub observed: &'a Observed,
    /// The replications whose pair is declared.
    pub flows: Vec<Flow<'a>>,
    /// The grants.
    pub accesses: Vec<(&'a Declared, &'a Access)>,
    /// The Connect cluster that is attached to each cluster: the first one, where there are several.
    pub connects: BTreeMap<&'a Address, &'a Address>,
    /// The topics of each pair, by their names.
    pub topics: BTreeMap<&'a Address, BTreeMap<&'a str, TopicOfPair<'a>>>,
}

/// A topic that is declared for a pair.
#[derive(Clone, Copy)]
pub(super) struct TopicOfPair<'a> {
    pub declared: &'a Declared,
    pub topic: &'a Topic,
}

impl<'a> TopicOfPair<'a> {
    /// A setting as declared for a side.
    pub fn setting(&self, side: Side, key: &str) -> Option<&'a str> {
        let over = self.topic.overrides.get(&side).and_then(|over| over.config.get(key));
        over.or_else(|| self.topic.config.get(key)).map(String::as_str)
    }

    /// The replication factor as declared for a side.
    pub fn replication_factor(&self, side: Side) -> i16 {
        let over = self.topic.overrides.get(&side).and_then(|over| over.replication_factor);
        over.unwrap_or(self.topic.replication_factor)
    }
}

impl<'a> View<'a> {
    pub fn of(plan: &'a Plan, estate: &'a Estate, observed: &'a Observed) -> Self {
        let mut topics: BTreeMap<&Address, BTreeMap<&str, TopicOfPair<'_>>> = BTreeMap::new();
        for declared in estate.resources.values() {
            if let Resource::Topic(topic) = &declared.resource
                && let Home::Pair(pair) = &topic.home
            {
                let of_pair = topics.entry(pair).or_default();
                of_pair.insert(&topic.name, TopicOfPair { declared, topic });
            }
        }
        let none = BTreeMap::new();
        let flow = |declared: &'a Declared| match &declared.resource {
            Resource::Replication(replication) => {
                let pair = estate.pair(&replication.pair)?;
                Some(Flow::of(declared, replication, pair, topics.get(&replication.pair).unwrap_or(&none)))
            }
            _ => None,
        };
        let flows = estate.resources.values().filter_map(flow).collect();
        let access = |declared: &'a Declared| match &declared.resource {
            Resource::Access(access) => Some((declared, access)),
            _ => None,
        };
        let accesses = estate.resources.values().filter_map(access).collect();
        let mut connects = BTreeMap::new();
        for (address, connect) in estate.connects() {
            connects.entry(&connect.cluster).or_insert(address);
        }
        Self { plan, estate, observed, flows, accesses, connects, topics }
    }

    /// The pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a Declared, &'a Pair)> + use<'a> {
        self.estate.resources.values().filter_map(|declared| match &declared.resource {
            Resource::Pair(pair) => Some((declared, pair)),
            _ => None,
        })
    }

    /// The failover policies.
    pub fn policies(&self) -> impl Iterator<Item = (&'a Declared, &'a FailoverPolicy)> + use<'a> {
        self.estate.resources.values().filter_map(|declared| match &declared.resource {
            Resource::FailoverPolicy(policy) => Some((declared, policy)),
            _ => None,
        })
    }

    /// All topics of pairs.
    pub fn topics_of_pairs(&self) -> impl Iterator<Item = TopicOfPair<'a>> {
        self.topics.values().flat_map(BTreeMap::values).copied()
    }

    /// Names of all topics on a cluster, if they were asked for and the cluster answered.
    pub fn topic_names(&self, cluster: &Address) -> Option<&'a BTreeSet<String>> {
        self.observed.cluster(cluster)?.topics.as_ref()
    }

    /// Names of all groups on a cluster, if they were asked for and the cluster answered.
    pub fn group_names(&self, cluster: &Address) -> Option<&'a BTreeSet<String>> {
        self.observed.cluster(cluster)?.groups.as_ref()
    }

    /// The Connect clusters that replications run on and that answered, with what they told.
    pub fn used_connects(&self) -> Vec<(&'a Address, &'a ConnectFacts)> {
        let clusters = self.replicated_clusters();
        let used = clusters.into_iter().filter_map(|cluster| self.connects.get(cluster).copied());
        used.filter_map(|connect| Some((connect, self.observed.connect(connect)?))).collect()
    }

    /// The clusters that a pair's replications read from and write to.
    pub fn replicated_clusters(&self) -> BTreeSet<&'a Address> {
        self.flows.iter().flat_map(|flow| [flow.source, flow.target]).collect()
    }
}

/// The clusters of a pair with their roles, the active one first.
pub(super) fn sides(pair: &Pair) -> [(Role, &Address); 2] {
    [Role::Active, Role::Standby].map(|role| (role, pair.with_role(role)))
}

/// A declared topic where it stands: on one cluster, or on both of a pair where both are to have it alike.
pub(super) struct Placed<'a> {
    pub declared: &'a Declared,
    pub clusters: Vec<&'a Address>,
    pub replication_factor: i16,
    topic: TopicOfPair<'a>,
    side: Side,
}

impl<'a> Placed<'a> {
    /// A setting as declared there.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.topic.setting(self.side, key)
    }

    /// `hangzhou and shanghai`.
    pub fn on(&self) -> String {
        self.clusters.iter().map(|cluster| cluster.name.as_str()).collect::<Vec<_>>().join(" and ")
    }

    fn on_side(topic: TopicOfPair<'a>, side: Side, clusters: Vec<&'a Address>) -> Self {
        let replication_factor = topic.replication_factor(side);
        Self { declared: topic.declared, clusters, replication_factor, topic, side }
    }

    fn all(estate: &'a Estate, declared: &'a Declared, topic: &'a Topic) -> Vec<Self> {
        let of_pair = TopicOfPair { declared, topic };
        match &topic.home {
            Home::Cluster(cluster) => vec![Self::on_side(of_pair, Side::Primary, vec![cluster])],
            Home::Pair(address) => match estate.pair(address) {
                None => Vec::new(),
                Some(pair) if topic.overrides.is_empty() => {
                    vec![Self::on_side(of_pair, Side::Primary, vec![&pair.primary, &pair.secondary])]
                }
                Some(pair) => [Side::Primary, Side::Secondary]
                    .map(|side| Self::on_side(of_pair, side, vec![pair.cluster(side)]))
                    .into(),
            },
        }
    }
}

impl<'a> View<'a> {
    /// All topics, of pairs and of single clusters.
    pub fn placed_topics(&self) -> impl Iterator<Item = Placed<'a>> + use<'a> {
        let estate = self.estate;
        estate.resources.values().flat_map(move |declared| match &declared.resource {
            Resource::Topic(topic) => Placed::all(estate, declared, topic),
            _ => Vec::new(),
        })
    }
}

/// The host that a record's value or an endpoint names: the last word of it, in lower case, without the last dot.
pub(super) fn host(text: &str) -> String {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    last.trim_end_matches('.').to_ascii_lowercase()
}
