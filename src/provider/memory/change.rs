//! Changes → outcomes.

use super::read::no_zone;
use super::{MemoryConnect, MemoryDns, World};
use crate::estate::{
    Change, Connector, ConnectorState, FileObject, Grants, Group, Object, ObjectId, Outcome, Reading,
    RecordSet, RecordType, TopicObject, Verb, What,
};
use crate::provider::fault::unchangeable;

impl World {
    pub(super) fn change(&mut self, change: &Change) -> Outcome {
        if let Some(fault) = self.silence(&change.id.place) {
            return Outcome::Failed(fault);
        }
        self.change_here(&change.id, &change.verb)
            .unwrap_or_else(|| Outcome::Failed(unchangeable(&change.id)))
    }

    /// The outcome at a place that answers; none where the verb does not fit the object.
    fn change_here(&mut self, id: &ObjectId, verb: &Verb) -> Option<Outcome> {
        match &id.what {
            What::Topic(name) => {
                let cluster = self.clusters.get_mut(&id.place)?;
                Some(match verb {
                    Verb::Create(to) => cluster.create_topic(name, topic(to)?),
                    Verb::Update { from, to } => cluster.update_topic(name, topic(from)?, topic(to)?),
                    Verb::Delete(from) => cluster.delete_topic(name, topic(from)?),
                })
            }
            What::Grants(_) => {
                let nothing = Grants::default();
                let (from, to) = match verb {
                    Verb::Create(to) => (&nothing, grants(to)?),
                    Verb::Update { from, to } => (grants(from)?, grants(to)?),
                    Verb::Delete(from) => (grants(from)?, &nothing),
                };
                Some(self.clusters.get_mut(&id.place)?.change_grants(from, to))
            }
            What::Connector(name) => self.connects.get_mut(&id.place)?.change(name, verb),
            What::RecordSet { zone, name, rtype } => {
                self.dns.get_mut(&id.place)?.change(zone, name, *rtype, verb)
            }
            What::Group(name) => {
                let cluster = self.clusters.get_mut(&id.place)?;
                Some(match verb {
                    Verb::Create(to) | Verb::Update { to, .. } => cluster.set_positions(name, group(to)?),
                    Verb::Delete(_) => cluster.delete_group(name),
                })
            }
            What::File(path) => Some(self.change_file(path, verb)?),
            What::Cluster
            | What::Ends(_)
            | What::Producers(_)
            | What::Connect
            | What::Carried(_)
            | What::Zone(_)
            | What::Answer { .. }
            | What::Trial { .. }
            | What::Reached(_) => None,
        }
    }
}

impl World {
    /// As the real one: what is not as expected is left as it is.
    fn change_file(&mut self, path: &str, verb: &Verb) -> Option<Outcome> {
        let (from, to) = match verb {
            Verb::Create(to) => (None, Some(file(to)?)),
            Verb::Update { from, to } => (Some(file(from)?), Some(file(to)?)),
            Verb::Delete(from) => (Some(file(from)?), None),
        };
        let there = self.files.get(path);
        if there != to.map(|to| &to.text) && there != from.map(|from| &from.text) {
            let there = there.map(|text| Object::File(FileObject { text: text.clone() }));
            return Some(Outcome::Moved(there.map_or(Reading::Absent, Reading::Present)));
        }
        match to {
            Some(to) => drop(self.files.insert(path.to_owned(), to.text.clone())),
            None => drop(self.files.remove(path)),
        }
        Some(Outcome::Done(()))
    }
}

fn file(object: &Object) -> Option<&FileObject> {
    if let Object::File(file) = object { Some(file) } else { None }
}

fn topic(object: &Object) -> Option<&TopicObject> {
    if let Object::Topic(topic) = object { Some(topic) } else { None }
}

fn grants(object: &Object) -> Option<&Grants> {
    if let Object::Grants(grants) = object { Some(grants) } else { None }
}

fn group(object: &Object) -> Option<&Group> {
    if let Object::Group(group) = object { Some(group) } else { None }
}

fn connector(object: &Object) -> Option<&Connector> {
    if let Object::Connector(connector) = object { Some(connector) } else { None }
}

fn record_set(object: &Object) -> Option<&RecordSet> {
    if let Object::RecordSet(set) = object { Some(set) } else { None }
}

impl MemoryConnect {
    fn change(&mut self, name: &str, verb: &Verb) -> Option<Outcome> {
        let held = self.connectors.get_mut(name);
        Some(match (verb, held) {
            (Verb::Create(_), Some(held)) => {
                Outcome::Moved(Reading::Present(Object::Connector(held.clone())))
            }
            (Verb::Create(to), None) => {
                let made = Connector { state: ConnectorState::Stopped, tasks: 0, ..connector(to)?.clone() };
                self.connectors.insert(name.to_owned(), made);
                Outcome::Done(())
            }
            (Verb::Update { .. }, None) => Outcome::Moved(Reading::Absent),
            (Verb::Update { to, .. }, Some(held)) => {
                held.config.clone_from(&connector(to)?.config);
                Outcome::Done(())
            }
            (Verb::Delete(_), _) => {
                self.connectors.remove(name);
                self.offsets.remove(name);
                Outcome::Done(())
            }
        })
    }
}

impl MemoryDns {
    /// As RFC 2136 has it, with the values that are expected as a prerequisite.
    fn change(&mut self, zone: &str, name: &str, rtype: RecordType, verb: &Verb) -> Option<Outcome> {
        let there = self.read(zone, name, rtype);
        let (from, to) = match verb {
            Verb::Create(to) => (None, Some(record_set(to)?)),
            Verb::Update { from, to } => (Some(record_set(from)?), Some(record_set(to)?)),
            Verb::Delete(from) => (Some(record_set(from)?), None),
        };
        let values = there.object().and_then(record_set).map(|set| &set.values);
        let Some(zone_held) = self.zones.get_mut(zone) else { return Some(Outcome::Failed(no_zone(zone))) };
        if values.is_none() && to.is_none() {
            return Some(Outcome::Done(()));
        }
        if values != from.map(|from| &from.values) {
            return Some(Outcome::Moved(there));
        }
        let key = (name.to_owned(), rtype);
        match to {
            Some(to) => zone_held.records.insert(key, RecordSet { seen: Vec::new(), ..to.clone() }),
            None => zone_held.records.remove(&key),
        };
        zone_held.serial += 1;
        Some(Outcome::Done(()))
    }
}
