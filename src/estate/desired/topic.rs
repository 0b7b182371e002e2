//! A declared topic: one object on each side of its pair, or one on its cluster.

use super::Desired;
use super::index::Index;
use crate::estate::{Address, Home, Object, ObjectId, Pair, Role, Side, Topic, TopicObject, TopicSetting};

pub(super) fn desired(index: &Index<'_>, address: &Address, topic: &Topic) -> Vec<Desired> {
    match &topic.home {
        Home::Cluster(cluster) => vec![one(address, topic, cluster, topic.name.clone(), None)],
        Home::Pair(pair_address) => {
            let Some(pair) = index.estate.pair(pair_address) else { return Vec::new() };
            let on_standby = name_on_standby(pair, index.replication(pair_address), &topic.name);
            let on = |role, name| {
                let side = pair.side(role);
                one(address, topic, pair.cluster(side), name, Some((side, role)))
            };
            vec![on(Role::Active, topic.name.clone()), on(Role::Standby, on_standby)]
        }
    }
}

/// As the pair's replication names it, and as on the active side where there is none.
fn name_on_standby(pair: &Pair, replication: Option<&crate::estate::Replication>, topic: &str) -> String {
    let source = &pair.with_role(Role::Active).name;
    replication.map_or_else(|| topic.to_owned(), |replication| replication.naming.on_standby(source, topic))
}

fn one(
    address: &Address,
    topic: &Topic,
    cluster: &Address,
    name: String,
    role: Option<(Side, Role)>,
) -> Desired {
    let object = Object::Topic(object(topic, role.map(|(side, _)| side)));
    Desired {
        on_remove: topic.on_remove,
        role,
        ..Desired::new(address, ObjectId::topic(cluster, name), object)
    }
}

fn object(topic: &Topic, side: Option<Side>) -> TopicObject {
    let over = side.and_then(|side| topic.overrides.get(&side));
    let config = topic.config.iter().chain(over.iter().flat_map(|over| &over.config));
    TopicObject {
        incarnation: None,
        partitions: topic.partitions,
        replication_factor: over.and_then(|over| over.replication_factor).unwrap_or(topic.replication_factor),
        config: config.map(|(key, value)| (key.clone(), TopicSetting::Own(value.clone()))).collect(),
    }
}
