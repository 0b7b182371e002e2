//! A replication with what its selectors cover.

use super::view::TopicOfPair;
use crate::estate::{
    Address, Declared, Naming, Pair, Replication, Role, Selection, engine_excludes_groups,
    engine_excludes_topics,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One direction of a replication, from the pair's active side to its standby.
pub(super) struct Flow<'a> {
    pub declared: &'a Declared,
    pub replication: &'a Replication,
    pub pair: &'a Pair,
    pub source: &'a Address,
    pub target: &'a Address,
    /// The topics that it is asked to carry; MirrorMaker's own exclusions are not yet taken off.
    pub included: Selection,
    pub excluded: Selection,
    /// The groups whose positions it is asked to carry.
    pub groups: Selection,
    /// Declared topics of the pair that it is asked to carry, by name.
    pub topics: Vec<TopicOfPair<'a>>,
}

impl<'a> Flow<'a> {
    pub fn of(
        declared: &'a Declared,
        replication: &'a Replication,
        pair: &'a Pair,
        topics: &BTreeMap<&'a str, TopicOfPair<'a>>,
    ) -> Self {
        let included = Selection::new(&replication.topics);
        let excluded = Selection::new(&replication.topics_exclude);
        // Without patterns only the names are looked up, so that many small replications cost no more than a large one.
        let candidates: Vec<TopicOfPair<'a>> = if included.has_patterns() {
            topics.values().filter(|topic| included.covers(&topic.topic.name)).copied().collect()
        } else {
            included.names().iter().filter_map(|name| topics.get(name.as_str()).copied()).collect()
        };
        let topics = candidates.into_iter().filter(|topic| !excluded.covers(&topic.topic.name)).collect();
        let groups = Selection::new(&replication.groups);
        let (source, target) = (pair.with_role(Role::Active), pair.with_role(Role::Standby));
        Self { declared, replication, pair, source, target, included, excluded, groups, topics }
    }

    /// Whether it is asked to carry a topic of this name.
    pub fn selects(&self, name: &str) -> bool {
        self.included.covers(name) && !self.excluded.covers(name)
    }

    /// Whether a topic of the pair is declared and carried by that name.
    pub fn declares(&self, name: &str) -> bool {
        self.topics.binary_search_by(|topic| topic.topic.name.as_str().cmp(name)).is_ok()
    }

    /// Plain names among its selectors that no declared topic of the pair has.
    pub fn undeclared(&self) -> impl Iterator<Item = &str> {
        let names = self.included.names().iter().map(String::as_str);
        names.filter(|name| !self.excluded.covers(name) && !self.declares(name))
    }

    /// Names that it is asked to carry, with where that is asked: at the topic, or at the replication itself.
    pub fn asked(&self) -> impl Iterator<Item = (&'a Declared, &str)> {
        let declared = self.topics.iter().map(|topic| (topic.declared, topic.topic.name.as_str()));
        declared.chain(self.undeclared().map(|name| (self.declared, name)))
    }

    pub fn is_identity(&self) -> bool {
        self.replication.naming == Naming::Identity
    }

    /// A setting of the user's that is laid over leeward's own.
    pub fn overridden(&self, key: &str) -> Option<&str> {
        self.replication.mirror_maker.config.get(key).map(String::as_str)
    }

    /// What MirrorMaker leaves out by `topics.exclude`, beside the replication's own exclusions.
    pub fn engine_excludes_topics(&self) -> Cow<'static, Selection> {
        engine_excludes_topics(self.replication)
    }

    /// What MirrorMaker leaves out by `groups.exclude`.
    pub fn engine_excludes_groups(&self) -> Cow<'static, Selection> {
        engine_excludes_groups(self.replication)
    }
}
