//! Tasks → what they found out.

use super::{Called, World};
use crate::estate::{
    Address, Connector, ConnectorState, Evidence, Fault, FaultKind, ObjectId, Occasion, Outcome, Reading,
    RecordSet, Setting, Start, Task, What,
};
use crate::provider::fault::not_of_the_world;
use std::collections::BTreeMap;

type Found = Result<Evidence, Fault>;

impl World {
    pub(super) fn perform(&mut self, task: &Task) -> Outcome<Evidence> {
        let silent = places(task).into_iter().find_map(|place| self.silence(place));
        let found = silent.map_or_else(|| self.perform_here(task), Err);
        found.map_or_else(Outcome::Failed, Outcome::Done)
    }

    fn perform_here(&mut self, task: &Task) -> Found {
        match task {
            Task::AwaitTopics { cluster, topics } => self.await_topics(cluster, topics),
            Task::NoteStarts { source, target, topics } => self.note_starts(source, target, topics),
            Task::SetConnectorOffsets { connector, next, .. } => self.set_offsets(connector, next),
            Task::SetConnectorState { connector, state } => self.set_state(connector, *state),
            Task::AwaitConnector { connector, tasks } => self.await_connector(connector, *tasks),
            Task::AwaitHeartbeat { cluster, topic } => self.await_heartbeat(cluster, topic),
            Task::AwaitPropagation { record, wanted } => self.await_propagation(record, wanted),
            Task::Call { owner, occasion, cluster, .. } => self.call(owner, *occasion, cluster.as_ref()),
            other => Err(not_of_the_world(other)),
        }
    }

    fn await_topics(&self, cluster: &Address, topics: &BTreeMap<String, i32>) -> Found {
        let held = self.clusters.get(cluster).map(|cluster| &cluster.topics);
        let missing = topics.iter().find(|(name, partitions)| {
            let there = held.and_then(|held| held.get(*name)).map_or(0, |topic| topic.partitions.len());
            i32::try_from(there).unwrap_or(i32::MAX) < **partitions
        });
        match missing {
            Some((name, _)) => Err(Fault::new(FaultKind::Timeout, format!("topic {name} does not appear"))),
            None => Ok(Evidence::Nothing),
        }
    }

    fn note_starts(&self, source: &Address, target: &Address, topics: &BTreeMap<String, String>) -> Found {
        let ends = |place: &Address, topic: &str| {
            let held = self.clusters.get(place).and_then(|cluster| cluster.topics.get(topic));
            let missing =
                || Fault::new(FaultKind::Conflict, format!("there is no topic {topic} on {}", place.name));
            held.map(|topic| topic.partitions.clone()).ok_or_else(missing)
        };
        let mut starts = Vec::new();
        for (on_source, on_target) in topics {
            let pairs = ends(source, on_source)?.into_iter().zip(ends(target, on_target)?);
            starts.extend((0..).zip(pairs).map(|(partition, (source, target))| Start {
                topic: on_source.clone(),
                partition,
                source,
                target,
                continues: false,
                at: None,
            }));
        }
        Ok(Evidence::Starts(starts))
    }

    fn connector_mut(&mut self, id: &ObjectId) -> Result<&mut Connector, Fault> {
        let name = if let What::Connector(name) = &id.what { name.as_str() } else { "" };
        let held = self.connects.get_mut(&id.place).and_then(|connect| connect.connectors.get_mut(name));
        held.ok_or_else(|| Fault::new(FaultKind::Conflict, format!("there is no {id}")))
    }

    fn set_offsets(&mut self, id: &ObjectId, next: &BTreeMap<String, Vec<i64>>) -> Found {
        if self.connector_mut(id)?.state != ConnectorState::Stopped {
            let message = format!("{id} has to be stopped before its offsets can be set");
            return Err(Fault::new(FaultKind::Conflict, message));
        }
        if let (What::Connector(name), Some(connect)) = (&id.what, self.connects.get_mut(&id.place)) {
            connect.offsets.entry(name.clone()).or_default().extend(next.clone());
        }
        Ok(Evidence::Nothing)
    }

    fn set_state(&mut self, id: &ObjectId, state: ConnectorState) -> Found {
        let connector = self.connector_mut(id)?;
        connector.state = state;
        connector.tasks = if state == ConnectorState::Running { tasks_of(connector) } else { 0 };
        connector.failed.clear();
        Ok(Evidence::Nothing)
    }

    fn await_connector(&mut self, id: &ObjectId, tasks: usize) -> Found {
        let connector = self.connector_mut(id)?;
        if let Some(task) = connector.failed.first() {
            let message = format!("task {} of {id} failed: {}", task.id, task.trace);
            return Err(Fault::new(FaultKind::Internal, message));
        }
        if connector.state != ConnectorState::Running || connector.tasks < tasks {
            let message = format!("{id} is {} with {} tasks", connector.state, connector.tasks);
            return Err(Fault::new(FaultKind::Timeout, message));
        }
        Ok(Evidence::Seen(format!("tasks: {}", connector.tasks)))
    }

    /// Notes that a hook was called; it does what it is for, unless it was told to fail.
    fn call(&mut self, owner: &Address, occasion: Occasion, cluster: Option<&Address>) -> Found {
        self.called.push(Called { owner: owner.clone(), occasion, cluster: cluster.cloned() });
        match self.failing.get(&(owner.clone(), occasion)) {
            Some(fault) => Err(fault.clone()),
            None => Ok(Evidence::Answer { code: 0, output: format!("{occasion} {}", owner.name) }),
        }
    }

    /// A heartbeat crosses where a mirror of its source runs towards the cluster.
    fn await_heartbeat(&self, cluster: &Address, topic: &str) -> Found {
        let mirrored = |connector: &Connector| match connector.config.get("source.cluster.alias") {
            Some(Setting::Plain(source)) => {
                connector.state == ConnectorState::Running && topic == format!("{source}.heartbeats")
            }
            _ => false,
        };
        let mut connectors = self
            .connects
            .values()
            .filter(|connect| connect.cluster == *cluster)
            .flat_map(|connect| connect.connectors.values());
        if connectors.any(mirrored) {
            Ok(Evidence::Nothing)
        } else {
            Err(Fault::new(FaultKind::Timeout, format!("no heartbeat arrives in {topic}")))
        }
    }

    fn await_propagation(&self, id: &ObjectId, wanted: &RecordSet) -> Found {
        let What::RecordSet { zone, name, rtype } = &id.what else {
            return Err(Fault::new(FaultKind::Invalid, format!("{id} is no record set")));
        };
        let reading = self.dns.get(&id.place).map(|dns| dns.read(zone, name, *rtype));
        match reading.as_ref().and_then(Reading::object) {
            Some(crate::estate::Object::RecordSet(set)) if set.values == wanted.values => {
                Ok(Evidence::Seen(format!("on {} authorities", set.seen.len())))
            }
            _ => Err(Fault::new(FaultKind::Timeout, format!("{} does not show", id.what))),
        }
    }
}

/// How many tasks a connector has once it runs.
fn tasks_of(connector: &Connector) -> usize {
    let number = |key: &str| match connector.config.get(key) {
        Some(Setting::Plain(value)) => value.parse().ok(),
        _ => None,
    };
    if connector.needs_tasks() { number("tasks.max").unwrap_or(1) } else { 1 }
}

/// The places that a task needs.
fn places(task: &Task) -> Vec<&Address> {
    match task {
        Task::NoteStarts { source, target, .. } => vec![source, target],
        other => other.place().into_iter().collect(),
    }
}
