//! What is asked of a cluster, sorted into few large requests.

use crate::estate::Query;
use crate::provider::Requests;
use std::collections::{BTreeMap, BTreeSet};

/// So many topics are described, and so many topics' settings are asked for, in one request.
pub(super) const TOPICS_PER_REQUEST: usize = 1_000;

/// So many groups are asked for in one request.
pub(super) const GROUPS_PER_REQUEST: usize = 500;

/// What is asked of a cluster.
#[derive(Default)]
pub(super) struct Asked<'a> {
    /// Topics of which shape or ends are wanted.
    pub topics: BTreeSet<&'a str>,
    /// Topics by the keys that are wanted of them; the many that manage the same keys share a request.
    pub settings: BTreeMap<&'a BTreeSet<String>, Vec<&'a str>>,
    /// Topics of which the ends are wanted.
    pub ends: BTreeSet<&'a str>,
    /// Topics of which the producers are wanted.
    pub producers: BTreeSet<&'a str>,
    /// Groups of which the positions are wanted.
    pub groups: BTreeSet<&'a str>,
    /// Whether any grants are wanted.
    pub grants: bool,
    /// Whether the names of all topics are wanted.
    pub topic_names: bool,
    /// Whether the names of all groups are wanted.
    pub group_names: bool,
}

impl<'a> Asked<'a> {
    pub fn of(queries: &[&'a Query]) -> Self {
        let mut asked = Self::default();
        for query in queries {
            match query {
                Query::Cluster { topics, groups, .. } => {
                    asked.topic_names |= topics;
                    asked.group_names |= groups;
                }
                Query::Topic { name, keys, .. } => {
                    asked.topics.insert(name);
                    if !keys.is_empty() {
                        asked.settings.entry(keys.as_ref()).or_default().push(name);
                    }
                }
                Query::Ends { topic, .. } => {
                    asked.topics.insert(topic);
                    asked.ends.insert(topic);
                }
                Query::Producers { topic, .. } => {
                    asked.topics.insert(topic);
                    asked.producers.insert(topic);
                }
                Query::Group { name, .. } => _ = asked.groups.insert(name),
                Query::Grants { bindings, .. } => asked.grants |= !bindings.is_empty(),
                Query::Connect { .. }
                | Query::Connector { .. }
                | Query::Carried { .. }
                | Query::Zone { .. }
                | Query::RecordSet { .. }
                | Query::Answer { .. }
                | Query::Trial { .. }
                | Query::File { .. }
                // Asked by itself, of another broker perhaps.
                | Query::Reached { .. } => {}
            }
        }
        asked
    }

    /// The requests that describe the topics.
    pub fn topic_batches(&self) -> Vec<Vec<&'a str>> {
        let topics: Vec<&str> = self.topics.iter().copied().collect();
        topics.chunks(TOPICS_PER_REQUEST).map(<[_]>::to_vec).collect()
    }

    /// The requests that describe the topics' settings: keys, and whose.
    pub fn setting_batches(&self) -> Vec<(&'a BTreeSet<String>, Vec<&'a str>)> {
        let batches = |(keys, topics): (&&'a BTreeSet<String>, &Vec<&'a str>)| {
            topics.chunks(TOPICS_PER_REQUEST).map(|batch| (*keys, batch.to_vec())).collect::<Vec<_>>()
        };
        self.settings.iter().flat_map(batches).collect()
    }
}

/// Counts the requests that answer these queries, without sending them.
pub(in crate::provider) fn count_reads(queries: &[&Query], requests: &Requests) {
    let asked = Asked::of(queries);
    requests.note("DescribeCluster", 1);
    for batch in asked.topic_batches() {
        requests.note("DescribeTopicPartitions", batch.len());
    }
    for (_, batch) in asked.setting_batches() {
        requests.note("DescribeConfigs", batch.len());
    }
    if asked.grants {
        requests.note("DescribeAcls", 1);
    }
    if asked.topic_names {
        requests.note("Metadata", 1);
    }
    if asked.group_names {
        requests.note("ListGroups", 1);
    }
    if !asked.groups.is_empty() {
        for batch in asked.groups.iter().collect::<Vec<_>>().chunks(GROUPS_PER_REQUEST) {
            requests.note("OffsetFetch", batch.len());
            requests.note("DescribeGroups", batch.len());
        }
    }
    if !asked.ends.is_empty() {
        requests.note("ListOffsets", asked.ends.len());
        requests.note("ListOffsets", asked.ends.len());
    }
    if !asked.producers.is_empty() {
        requests.note("DescribeProducers", asked.producers.len());
    }
}
