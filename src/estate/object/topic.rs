//! A topic on one cluster.

use super::{Comparison, FieldChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A topic on one cluster: only the settings that the estate manages are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TopicObject {
    /// Kafka's own id of this life of the topic (KIP-516), in Kafka's base64 form; absent while desired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incarnation: Option<String>,
    /// Number of partitions.
    pub partitions: i32,
    /// Number of replicas of each partition; the smallest one seen, if they differ.
    pub replication_factor: i16,
    /// Settings by Kafka's keys. Desired: what the topic has to have of its own. Observed: every key asked for.
    pub config: BTreeMap<String, TopicSetting>,
}

/// A setting of a topic: its own, or what it inherits from the broker or the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopicSetting {
    /// Set on the topic itself (config source 1, `DYNAMIC_TOPIC_CONFIG`).
    Own(String),
    /// Not set on the topic: the value in force comes from elsewhere.
    Inherited(String),
}

impl TopicSetting {
    /// The value in force.
    pub fn value(&self) -> &str {
        match self {
            Self::Own(value) | Self::Inherited(value) => value,
        }
    }
}

/// Settings whose value is a list in which order means nothing.
const UNORDERED_LISTS: [&str; 1] = ["cleanup.policy"];

impl TopicObject {
    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        if self.partitions < observed.partitions {
            return Comparison::Impossible(format!(
                "it has {} partitions and Kafka can't take partitions away; declare {} or more, or make a new topic",
                observed.partitions, observed.partitions
            ));
        }
        if self.replication_factor != observed.replication_factor {
            return Comparison::Impossible(format!(
                "it has replication factor {} and {} is declared; leeward does not move replicas: \
                 reassign its partitions with kafka-reassign-partitions, or declare {}",
                observed.replication_factor, self.replication_factor, observed.replication_factor
            ));
        }
        let mut fields = Vec::new();
        if self.partitions > observed.partitions {
            let (from, to) = (observed.partitions.to_string(), self.partitions.to_string());
            fields.push(
                FieldChange::new("partitions", Some(from), Some(to))
                    .note("records with a key go to other partitions from here on"),
            );
        }
        let keys: BTreeSet<&String> = self.config.keys().chain(observed.config.keys()).collect();
        fields.extend(keys.into_iter().filter_map(|key| self.compare_setting(observed, key)));
        Comparison::of(fields)
    }

    fn compare_setting(&self, observed: &Self, key: &str) -> Option<FieldChange> {
        let field = format!("config.{key}");
        match (self.config.get(key), observed.config.get(key)) {
            (Some(wanted), Some(TopicSetting::Own(own))) => (!same_value(key, wanted.value(), own))
                .then(|| FieldChange::new(field, Some(own.clone()), Some(wanted.value().into()))),
            (Some(wanted), Some(TopicSetting::Inherited(inherited))) => {
                let change = FieldChange::new(field, Some(inherited.clone()), Some(wanted.value().into()));
                Some(change.note("inherited until now, from here on the topic's own"))
            }
            (Some(wanted), None) => Some(FieldChange::new(field, None, Some(wanted.value().into()))),
            (None, Some(TopicSetting::Own(own))) => {
                let change = FieldChange::new(field, Some(own.clone()), None);
                Some(change.note("no longer declared: inherited from here on"))
            }
            (None, _) => None,
        }
    }
}

fn same_value(key: &str, a: &str, b: &str) -> bool {
    fn items(list: &str) -> BTreeSet<&str> {
        list.split(',').map(str::trim).collect()
    }
    a == b || (UNORDERED_LISTS.contains(&key) && items(a) == items(b))
}
