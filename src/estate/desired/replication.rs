//! A declared replication: its three connectors and the topic that keeps its offset syncs.

use super::index::Index;
use super::{Desired, mirror_maker};
use crate::estate::{
    Address, Connector, ConnectorState, Estate, Naming, Object, ObjectId, OnRemove, Pair, Replication, Role,
    Setting, Task, TopicObject, TopicSetting,
};
use std::collections::BTreeMap;

/// One direction of a replication: from where to where, and on which Connect clusters it runs.
pub(super) struct Direction<'a> {
    pub index: &'a Index<'a>,
    pub replication: &'a Replication,
    /// The name of the `replication` block; leads the connectors' names.
    pub name: &'a str,
    pub source: &'a Address,
    pub target: &'a Address,
    /// Attached to the target: carries the records.
    pub connect: &'a Address,
    /// Attached to the source if there is one, else `connect`: writes the heartbeats.
    pub heartbeat_connect: &'a Address,
}

pub(super) fn desired(index: &Index<'_>, address: &Address, replication: &Replication) -> Vec<Desired> {
    let Some(pair) = index.estate.pair(&replication.pair) else { return Vec::new() };
    let Some(direction) = direction(index, address, replication, pair) else { return Vec::new() };
    let syncs = offset_syncs(&direction, address);
    let target_role = Some((pair.side(Role::Standby), Role::Standby));
    let connectors = [
        source(&direction, address, &syncs.id),
        checkpoint(&direction, address, &syncs.id),
        heartbeat(&direction, address),
    ];
    std::iter::once(syncs)
        .chain(connectors)
        .map(|desired| {
            let is_heartbeat =
                desired.id.place != *direction.connect && desired.id.place != *direction.target;
            let role = if is_heartbeat { Some((pair.side(Role::Active), Role::Active)) } else { target_role };
            Desired { role, ..desired }
        })
        .collect()
}

/// The direction that the pair's roles give; none if no Connect cluster is attached to the standby.
fn direction<'a>(
    index: &'a Index<'a>,
    address: &'a Address,
    replication: &'a Replication,
    pair: &'a Pair,
) -> Option<Direction<'a>> {
    let source = pair.with_role(Role::Active);
    let target = pair.with_role(Role::Standby);
    let connect = index.connect(target)?;
    let heartbeat_connect = index.connect(source).unwrap_or(connect);
    Some(Direction { index, replication, name: &address.name, source, target, connect, heartbeat_connect })
}

impl Direction<'_> {
    /// `orders-hangzhou-shanghai-source`: pair and direction, so that the reverse direction has its own.
    fn connector_name(&self, part: &str) -> String {
        format!("{}-{}-{}-{part}", self.name, self.source.name, self.target.name)
    }
}

fn connector(
    address: &Address,
    connect: &Address,
    name: String,
    config: BTreeMap<String, Setting>,
) -> Desired {
    let object = Connector { config, state: ConnectorState::Running, tasks: 0, failed: Vec::new() };
    Desired::new(address, ObjectId::connector(connect, name), Object::Connector(object))
}

fn source(direction: &Direction<'_>, address: &Address, syncs: &ObjectId) -> Desired {
    let config = mirror_maker::source(direction);
    let mut desired = connector(address, direction.connect, direction.connector_name("source"), config);
    desired.after = vec![syncs.clone()];
    desired.before_start = vec![Task::NoteStarts {
        source: direction.source.clone(),
        target: direction.target.clone(),
        topics: direction.index.covered(direction.replication),
    }];
    desired.seen_by = vec![
        Task::AwaitConnector { connector: desired.id.clone(), tasks: 1 },
        Task::AwaitHeartbeat {
            cluster: direction.target.clone(),
            topic: mirror_maker::mirrored_heartbeats(direction),
        },
    ];
    desired
}

fn checkpoint(direction: &Direction<'_>, address: &Address, syncs: &ObjectId) -> Desired {
    let config = mirror_maker::checkpoint(direction);
    let mut desired = connector(address, direction.connect, direction.connector_name("checkpoint"), config);
    desired.after = vec![syncs.clone()];
    desired.seen_by = vec![Task::AwaitConnector { connector: desired.id.clone(), tasks: 0 }];
    desired
}

fn heartbeat(direction: &Direction<'_>, address: &Address) -> Desired {
    let config = mirror_maker::heartbeat(direction);
    let name = direction.connector_name("heartbeat");
    let mut desired = connector(address, direction.heartbeat_connect, name, config);
    desired.seen_by = vec![Task::AwaitConnector { connector: desired.id.clone(), tasks: 1 }];
    desired
}

/// The topic of the offset syncs, made beforehand so that compaction can't eat the evidence of translations.
fn offset_syncs(direction: &Direction<'_>, address: &Address) -> Desired {
    let settings = &direction.replication.mirror_maker;
    let own = |value: &str| TopicSetting::Own(value.to_owned());
    let retention = settings.offset_syncs_retention.as_millis().to_string();
    let object = TopicObject {
        incarnation: None,
        partitions: 1,
        replication_factor: settings.replication_factor,
        config: BTreeMap::from([
            ("cleanup.policy".to_owned(), own("compact")),
            ("min.compaction.lag.ms".to_owned(), own(&retention)),
        ]),
    };
    let name = offset_syncs_topic(&direction.replication.naming, &direction.source.name);
    let id = ObjectId::topic(direction.target, name);
    Desired { on_remove: OnRemove::Forget, ..Desired::new(address, id, Object::Topic(object)) }
}

/// The name of the offset syncs topic that stands on the target of a flow from `source`
/// (`DefaultReplicationPolicy.offsetSyncsTopic`, KIP-690).
pub fn offset_syncs_topic(naming: &Naming, source: &str) -> String {
    let separator = match naming {
        Naming::Identity => ".",
        Naming::Prefixed { separator } => separator,
    };
    format!("mm2-offset-syncs{separator}{source}{separator}internal")
}

/// The connector that carries a replication's records in the direction that the pair's roles give; none if no Connect
/// cluster is attached to the standby.
pub fn source_connector(estate: &Estate, address: &Address, replication: &Replication) -> Option<ObjectId> {
    let index = Index::of(estate);
    let direction = direction(&index, address, replication, estate.pair(&replication.pair)?)?;
    Some(ObjectId::connector(direction.connect, direction.connector_name("source")))
}

/// The declared topics of a replication's pair that its selectors cover: names on the active side, with their
/// names on the standby.
///
/// MirrorMaker matches Java patterns; a pattern that Rust's engine can't read covers nothing here.
pub fn covered_topics(estate: &Estate, replication: &Replication) -> BTreeMap<String, String> {
    Index::of(estate).covered(replication)
}
