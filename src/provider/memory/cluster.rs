//! How a Kafka cluster behaves.

use super::defaults::{accepts, default_of};
use super::{MemoryCluster, MemoryTopic};
use crate::estate::{
    ClusterFacts, Ends, Fault, FaultKind, Grants, Group, Object, Outcome, PartitionEnds, Producers, Reading,
    TopicObject, TopicSetting,
};
use crate::provider::kafka;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::collections::{BTreeMap, BTreeSet};

impl MemoryCluster {
    /// The id of a topic's life: 16 bytes in Kafka's base64 form, counted so that a test sees the same ones again.
    pub(super) fn next_incarnation(&mut self) -> String {
        self.lives += 1;
        BASE64_URL_SAFE_NO_PAD.encode(u128::from(self.lives).to_be_bytes())
    }

    pub(super) fn facts(&self, topics: bool, groups: bool) -> ClusterFacts {
        ClusterFacts {
            cluster_id: self.cluster_id.clone(),
            brokers: self.brokers.clone(),
            topics: topics.then(|| self.topics.keys().cloned().collect()),
            groups: groups.then(|| self.groups.keys().cloned().collect()),
        }
    }

    pub(super) fn read_topic(&self, name: &str, keys: &BTreeSet<String>) -> Reading {
        self.topics
            .get(name)
            .map_or(Reading::Absent, |topic| Reading::Present(Object::Topic(topic.object(keys))))
    }

    pub(super) fn read_ends(&self, name: &str) -> Reading {
        self.topics.get(name).map_or(Reading::Absent, |topic| {
            Reading::Present(Object::Ends(Ends { partitions: topic.partitions.clone() }))
        })
    }

    pub(super) fn read_producers(&self, name: &str) -> Reading {
        self.topics.get(name).map_or(Reading::Absent, |topic| {
            Reading::Present(Object::Producers(Producers { producers: topic.producers.clone() }))
        })
    }

    pub(super) fn read_group(&self, name: &str) -> Reading {
        self.groups.get(name).map_or(Reading::Absent, |group| Reading::Present(Object::Group(group.clone())))
    }

    /// As Kafka has it: positions are set on a group that has no members, on topics that are there.
    pub(super) fn set_positions(&mut self, name: &str, wanted: &Group) -> Outcome {
        let held = self.groups.get(name);
        if held.is_some_and(|group| group.members > 0) {
            return Outcome::Failed(kafka::group_has_members("the cluster", name));
        }
        for (topic, partition, _) in wanted.partitions() {
            let there = self.topics.get(topic).map_or(0, |topic| topic.partitions.len());
            if usize::try_from(partition).map_or(true, |partition| partition >= there) {
                let message = format!("there is no {topic}-{partition} for group {name} to stand on");
                return Outcome::Failed(Fault::new(FaultKind::Conflict, message));
            }
        }
        self.groups.insert(name.to_owned(), Group { members: 0, ..wanted.clone() });
        Outcome::Done(())
    }

    pub(super) fn delete_group(&mut self, name: &str) -> Outcome {
        match self.groups.get(name) {
            Some(group) if group.members > 0 => {
                let message = format!("group {name} has {} members", group.members);
                Outcome::Failed(Fault::new(FaultKind::Conflict, message))
            }
            _ => {
                self.groups.remove(name);
                Outcome::Done(())
            }
        }
    }

    pub(super) fn read_grants(&self, asked: &BTreeSet<crate::estate::Binding>) -> Reading {
        if !self.authorizer {
            return Reading::Unreachable(no_authorizer());
        }
        kafka::grants_reading(asked, asked.intersection(&self.bindings).cloned().collect())
    }

    pub(super) fn create_topic(&mut self, name: &str, wanted: &TopicObject) -> Outcome {
        if self.topics.contains_key(name) {
            return Outcome::Moved(self.read_topic(name, &wanted.config.keys().cloned().collect()));
        }
        if let Err(fault) = self.check(name, wanted) {
            return Outcome::Failed(fault);
        }
        let own = wanted.config.iter().filter_map(|(key, setting)| match setting {
            TopicSetting::Own(value) => Some((key.clone(), value.clone())),
            TopicSetting::Inherited(_) => None,
        });
        let partitions = usize::try_from(wanted.partitions).unwrap_or_default();
        self.put_topic(name, partitions, wanted.replication_factor, own.collect());
        Outcome::Done(())
    }

    pub(super) fn update_topic(&mut self, name: &str, from: &TopicObject, to: &TopicObject) -> Outcome {
        if let Err(fault) = self.check(name, to) {
            return Outcome::Failed(fault);
        }
        let Some(topic) = self.topics.get_mut(name) else { return Outcome::Moved(Reading::Absent) };
        let wanted = usize::try_from(to.partitions).unwrap_or_default();
        if to.partitions > from.partitions && wanted < topic.partitions.len() {
            let message = format!("topic {name} has {} partitions already", topic.partitions.len());
            return Outcome::Failed(Fault::new(FaultKind::Invalid, message));
        }
        if to.partitions > from.partitions {
            topic.partitions.resize(wanted, PartitionEnds { start: 0, end: 0 });
        }
        for (key, value) in kafka::setting_changes(from, to) {
            match value {
                Some(value) => topic.config.insert(key, value),
                None => topic.config.remove(&key),
            };
        }
        Outcome::Done(())
    }

    pub(super) fn delete_topic(&mut self, name: &str, from: &TopicObject) -> Outcome {
        let Some(topic) = self.topics.get(name) else { return Outcome::Done(()) };
        if from.incarnation.as_ref().is_some_and(|expected| *expected != topic.incarnation) {
            return Outcome::Moved(self.read_topic(name, &from.config.keys().cloned().collect()));
        }
        self.topics.remove(name);
        // As the group coordinator does once a topic is deleted.
        for group in self.groups.values_mut() {
            group.positions.remove(name);
        }
        Outcome::Done(())
    }

    pub(super) fn change_grants(&mut self, from: &Grants, to: &Grants) -> Outcome {
        if !self.authorizer {
            return Outcome::Failed(no_authorizer());
        }
        let mut changed = to.bindings.symmetric_difference(&from.bindings);
        if let Some(odd) = changed.find(|binding| !kafka::knows_operation(&binding.operation)) {
            let message = format!("Kafka knows no operation {}", odd.operation);
            return Outcome::Failed(Fault::new(FaultKind::Invalid, message));
        }
        for taken in from.bindings.difference(&to.bindings) {
            self.bindings.remove(taken);
        }
        self.bindings.extend(to.bindings.difference(&from.bindings).cloned());
        Outcome::Done(())
    }

    /// What a controller checks before it makes or changes a topic.
    fn check(&self, name: &str, wanted: &TopicObject) -> Result<(), Fault> {
        let invalid = |message: String| Err(Fault::new(FaultKind::Invalid, message));
        let brokers = self.brokers.len();
        if wanted.partitions < 1 {
            return invalid(format!("topic {name} can't have {} partitions", wanted.partitions));
        }
        if wanted.replication_factor < 1 || usize::try_from(wanted.replication_factor).unwrap_or(0) > brokers
        {
            let factor = wanted.replication_factor;
            return invalid(format!("topic {name}: replication factor {factor} with {brokers} brokers"));
        }
        match wanted.config.iter().find(|(key, setting)| !accepts(key, setting.value())) {
            Some((key, _)) if default_of(key).is_none() => {
                invalid(format!("topic {name}: Kafka knows no topic setting called {key}"))
            }
            Some((key, setting)) => {
                invalid(format!("topic {name}: {:?} is no value of {key}", setting.value()))
            }
            None => Ok(()),
        }
    }
}

impl MemoryTopic {
    fn object(&self, keys: &BTreeSet<String>) -> TopicObject {
        let setting = |key: &String| {
            let own = self.config.get(key).map(|value| TopicSetting::Own(value.clone()));
            let setting =
                own.or_else(|| default_of(key).map(|value| TopicSetting::Inherited(value.into())))?;
            Some((key.clone(), setting))
        };
        TopicObject {
            incarnation: Some(self.incarnation.clone()),
            partitions: i32::try_from(self.partitions.len()).unwrap_or(i32::MAX),
            replication_factor: self.replication_factor,
            config: keys.iter().filter_map(setting).collect::<BTreeMap<_, _>>(),
        }
    }
}

fn no_authorizer() -> Fault {
    kafka::security_disabled("the cluster")
}
