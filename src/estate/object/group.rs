//! A consumer group's positions.

use super::{Comparison, FieldChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a consumer group stands on one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// Observed: how many members it has. Positions can only be set while it has none.
    #[serde(default)]
    pub members: usize,
    /// By topic and partition, the next offset that the group will read: what it committed. A partition that it
    /// never committed is left out.
    pub positions: BTreeMap<String, BTreeMap<i32, i64>>,
}

impl Group {
    /// The position on a partition; none if the group has none there.
    pub fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.positions.get(topic)?.get(&partition).copied()
    }

    /// Every topic and partition with a position.
    pub fn partitions(&self) -> impl Iterator<Item = (&str, i32, i64)> {
        self.positions.iter().flat_map(|(topic, partitions)| {
            partitions.iter().map(move |(partition, position)| (topic.as_str(), *partition, *position))
        })
    }

    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        let both: BTreeSet<(&str, i32)> =
            self.partitions().chain(observed.partitions()).map(|(topic, at, _)| (topic, at)).collect();
        let text = |group: &Self, (topic, at)| group.position(topic, at).map(|position| position.to_string());
        let changes = both.into_iter().filter_map(|(topic, at)| {
            let (from, to) = (text(observed, (topic, at)), text(self, (topic, at)));
            (from != to).then(|| FieldChange::new(format!("{topic}-{at}"), from, to))
        });
        Comparison::of(changes.collect())
    }
}
