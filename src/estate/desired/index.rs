//! What the derivation looks up again and again, gathered in one pass over the estate.

use crate::estate::{Address, Estate, Home, Replication, Resource, Role, Selection, Topic};
use std::collections::{BTreeMap, BTreeSet};

/// The estate by what belongs to what, so that the cost of a replication is the cost of its own topics.
pub(super) struct Index<'a> {
    pub estate: &'a Estate,
    replications: BTreeMap<&'a Address, &'a Replication>,
    connects: BTreeMap<&'a Address, &'a Address>,
    topics: BTreeMap<&'a Address, BTreeMap<&'a str, &'a Topic>>,
    overridden: BTreeMap<&'a Address, BTreeSet<&'a str>>,
}

impl<'a> Index<'a> {
    pub fn of(estate: &'a Estate) -> Self {
        let mut index = Self {
            estate,
            replications: BTreeMap::new(),
            connects: BTreeMap::new(),
            topics: BTreeMap::new(),
            overridden: BTreeMap::new(),
        };
        for declared in estate.resources.values() {
            match &declared.resource {
                Resource::Replication(replication) => {
                    index.replications.entry(&replication.pair).or_insert(replication);
                }
                Resource::Connect(connect) => {
                    index.connects.entry(&connect.cluster).or_insert(&declared.address);
                }
                Resource::Topic(topic) => index.add(topic),
                _ => {}
            }
        }
        index
    }

    fn add(&mut self, topic: &'a Topic) {
        if let Home::Pair(pair) = &topic.home {
            self.topics.entry(pair).or_default().insert(&topic.name, topic);
            let keys = topic.overrides.values().flat_map(|over| over.config.keys());
            self.overridden.entry(pair).or_default().extend(keys.map(String::as_str));
        }
    }

    /// The replication of a pair: the first one, where there are several.
    pub fn replication(&self, pair: &Address) -> Option<&'a Replication> {
        self.replications.get(pair).copied()
    }

    /// The Connect cluster that is attached to a cluster: the first one, where there are several.
    pub fn connect(&self, cluster: &Address) -> Option<&'a Address> {
        self.connects.get(cluster).copied()
    }

    /// Settings that a side of some topic of the pair has otherwise.
    pub fn overridden(&self, pair: &Address) -> impl Iterator<Item = &'a str> {
        self.overridden.get(pair).into_iter().flatten().copied()
    }

    /// The declared topics of a replication's pair that its selectors cover, as [`super::covered_topics`] has them.
    pub fn covered(&self, replication: &Replication) -> BTreeMap<String, String> {
        let (Some(pair), Some(topics)) =
            (self.estate.pair(&replication.pair), self.topics.get(&replication.pair))
        else {
            return BTreeMap::new();
        };
        let source = &pair.with_role(Role::Active).name;
        let included = Selection::new(&replication.topics);
        let excluded = Selection::new(&replication.topics_exclude);
        let candidates: Vec<&str> = if included.has_patterns() {
            topics.keys().filter(|name| included.covers(name)).copied().collect()
        } else {
            included.names().iter().map(String::as_str).filter(|name| topics.contains_key(name)).collect()
        };
        let carried = candidates.into_iter().filter(|name| !excluded.covers(name));
        carried.map(|name| (name.to_owned(), replication.naming.on_standby(source, name))).collect()
    }
}
