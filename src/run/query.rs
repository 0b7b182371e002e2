//! What has to be asked to see whether a step's object is as expected.

use crate::estate::{Grants, Object, ObjectId, Query, SecretRef, Setting, What};
use crate::plan::{Action, Expect, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Key sets that are the same are one: providers ask for topics that share theirs in one request.
#[derive(Debug, Default)]
pub(super) struct KeySets(BTreeSet<Arc<BTreeSet<String>>>);

impl KeySets {
    fn shared(&mut self, keys: BTreeSet<String>) -> Arc<BTreeSet<String>> {
        match self.0.get(&keys) {
            Some(known) => Arc::clone(known),
            None => {
                let keys = Arc::new(keys);
                self.0.insert(Arc::clone(&keys));
                keys
            }
        }
    }
}

/// The question for a step's object: all that the step expects or changes. A step without an object has none.
pub fn query_for(step: &Step) -> Option<Query> {
    shared_query_for(step, &mut KeySets::default())
}

pub(super) fn shared_query_for(step: &Step, sets: &mut KeySets) -> Option<Query> {
    let ObjectId { place, what } = step.object.as_ref()?;
    let place = place.clone();
    let objects = objects(step);
    Some(match what {
        What::Topic(name) => {
            Query::Topic { cluster: place, name: name.clone(), keys: sets.shared(keys(&objects)) }
        }
        What::Grants(access) => {
            Query::Grants { cluster: place, access: access.clone(), bindings: bindings(&objects) }
        }
        What::Connector(name) => {
            Query::Connector { connect: place, name: name.clone(), secrets: secrets(&objects) }
        }
        What::RecordSet { zone, name, rtype } => {
            Query::RecordSet { dns: place, zone: zone.clone(), name: name.clone(), rtype: *rtype }
        }
        What::Ends(topic) => Query::Ends { cluster: place, topic: topic.clone() },
        What::Producers(topic) => Query::Producers { cluster: place, topic: topic.clone() },
        What::Group(name) => Query::Group { cluster: place, name: name.clone() },
        What::Cluster => Query::Cluster { cluster: place, topics: false, groups: false },
        What::Connect => Query::Connect { connect: place },
        What::Carried(connector) => Query::Carried { connect: place, connector: connector.clone() },
        What::File(path) => Query::File { pair: place, path: path.clone() },
        What::Zone(zone) => Query::Zone { dns: place, zone: zone.clone() },
        What::Answer { server, name, rtype } => {
            Query::Answer { dns: place, server: server.clone(), name: name.clone(), rtype: *rtype }
        }
        What::Trial { zone, name, rtype } => {
            Query::Trial { dns: place, zone: zone.clone(), name: name.clone(), rtype: *rtype }
        }
        What::Reached(name) => Query::Reached { cluster: place, name: name.clone(), addresses: Vec::new() },
    })
}

/// Every shape of the step's object that its plan knows.
fn objects(step: &Step) -> Vec<&Object> {
    let expected = match &step.expect {
        Expect::Present(object) => Some(object),
        Expect::Anything | Expect::Absent => None,
    };
    let (from, to) = match &step.action {
        Action::Create(to) => (None, Some(to)),
        Action::Update { from, to, .. }
        | Action::Replace { from, to, .. }
        | Action::Adopt { from, to, .. } => (Some(from), Some(to)),
        Action::Delete { from } => (Some(from), None),
        Action::Forget | Action::Task(_) => (None, None),
    };
    [expected, from, to].into_iter().flatten().collect()
}

fn keys(objects: &[&Object]) -> BTreeSet<String> {
    let topics = objects.iter().filter_map(|object| match object {
        Object::Topic(topic) => Some(topic.config.keys().cloned()),
        _ => None,
    });
    topics.flatten().collect()
}

fn bindings(objects: &[&Object]) -> BTreeSet<crate::estate::Binding> {
    let grants = objects.iter().filter_map(|object| match object {
        Object::Grants(Grants { bindings }) => Some(bindings.iter().cloned()),
        _ => None,
    });
    grants.flatten().collect()
}

/// Which settings hold which secret; what is desired comes last and so has the word.
fn secrets(objects: &[&Object]) -> Vec<(String, SecretRef)> {
    let connectors = objects.iter().filter_map(|object| match object {
        Object::Connector(connector) => Some(connector.config.iter()),
        _ => None,
    });
    let secrets = connectors.flatten().filter_map(|(key, setting)| match setting {
        Setting::Secret(secret) => Some((key.clone(), secret.clone())),
        Setting::Plain(_) | Setting::OtherSecret => None,
    });
    secrets.collect::<BTreeMap<_, _>>().into_iter().collect()
}
