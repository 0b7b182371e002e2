//! What has to be asked to plan an estate.

use crate::estate::{
    Address, Binding, Desired, Estate, Kind, Object, ObjectId, Owned, Query, Role, Selector, Setting, What,
    desired,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Everything that has to be asked to plan an estate, once each: facts of the places in use first, then the
/// objects in the order of their identities.
///
/// `owned` is what the state holds: of an object that is declared and owned, what leeward managed until now is
/// asked for too, so that a setting or a grant that is no longer declared can be taken back.
pub fn queries(estate: &Estate, owned: &BTreeMap<Address, Vec<Owned>>) -> Vec<Query> {
    let mut remembered = HashMap::<&ObjectId, Vec<&Owned>>::new();
    for object in owned.values().flatten() {
        remembered.entry(&object.id).or_default().push(object);
    }
    let desired = desired(estate);
    let mut shared = SharedKeys::default();
    let mut objects: Vec<Query> = desired
        .iter()
        .map(|desired| {
            let owned = remembered.remove(&desired.id).unwrap_or_default();
            of_desired(desired, &owned, &mut shared)
        })
        .collect();
    objects.extend(remembered.into_iter().filter_map(|(id, owned)| of_owned(id, &owned, &mut shared)));
    objects.sort_by_cached_key(Query::id);
    let mut queries = facts(estate, &objects);
    queries.append(&mut objects);
    queries
}

/// Key sets, one copy of each: topics that share one can be asked for in one request.
#[derive(Default)]
struct SharedKeys(HashSet<Arc<BTreeSet<String>>>);

impl SharedKeys {
    fn share(&mut self, keys: BTreeSet<String>) -> Arc<BTreeSet<String>> {
        if let Some(known) = self.0.get(&keys) {
            return known.clone();
        }
        let keys = Arc::new(keys);
        self.0.insert(keys.clone());
        keys
    }
}

fn of_desired(desired: &Desired, owned: &[&Owned], shared: &mut SharedKeys) -> Query {
    let place = desired.id.place.clone();
    match (&desired.id.what, &desired.object) {
        (What::Topic(name), Object::Topic(topic)) => {
            let keys = topic.config.keys().cloned().chain(owned_keys(owned)).collect();
            Query::Topic { cluster: place, name: name.clone(), keys: shared.share(keys) }
        }
        (What::Grants(access), Object::Grants(grants)) => {
            let bindings = grants.bindings.iter().cloned().chain(owned_bindings(owned)).collect();
            Query::Grants { cluster: place, access: access.clone(), bindings }
        }
        (What::Connector(name), Object::Connector(connector)) => {
            let secret = |(key, setting): (&String, &Setting)| match setting {
                Setting::Secret(reference) => Some((key.clone(), reference.clone())),
                Setting::Plain(_) | Setting::OtherSecret => None,
            };
            let secrets = connector.config.iter().filter_map(secret).collect();
            Query::Connector { connect: place, name: name.clone(), secrets }
        }
        (what, _) => plain(place, what),
    }
}

/// An object that is owned and no longer desired: what leeward managed of it, and no more. Facts are never owned.
fn of_owned(id: &ObjectId, owned: &[&Owned], shared: &mut SharedKeys) -> Option<Query> {
    let place = id.place.clone();
    match &id.what {
        What::Topic(name) => {
            let keys = shared.share(owned_keys(owned).collect());
            Some(Query::Topic { cluster: place, name: name.clone(), keys })
        }
        What::Grants(access) => {
            let bindings = owned_bindings(owned).collect();
            Some(Query::Grants { cluster: place, access: access.clone(), bindings })
        }
        What::Connector(_) | What::RecordSet { .. } | What::File(_) => Some(plain(place, &id.what)),
        What::Cluster
        | What::Ends(_)
        | What::Producers(_)
        | What::Group(_)
        | What::Connect
        | What::Carried(_)
        | What::Zone(_)
        | What::Answer { .. }
        | What::Trial { .. }
        | What::Reached(_) => None,
    }
}

fn owned_keys(owned: &[&Owned]) -> impl Iterator<Item = String> {
    owned.iter().flat_map(|owned| owned.keys.iter().cloned())
}

fn owned_bindings(owned: &[&Owned]) -> impl Iterator<Item = Binding> {
    owned.iter().flat_map(|owned| owned.bindings.iter().cloned())
}

/// The query for an object of which nothing but its identity has to be known.
fn plain(place: Address, what: &What) -> Query {
    match what.clone() {
        What::Cluster => Query::Cluster { cluster: place, topics: false, groups: false },
        What::Topic(name) => Query::Topic { cluster: place, name, keys: Arc::default() },
        What::Grants(access) => Query::Grants { cluster: place, access, bindings: BTreeSet::new() },
        What::Ends(topic) => Query::Ends { cluster: place, topic },
        What::Producers(topic) => Query::Producers { cluster: place, topic },
        What::Group(name) => Query::Group { cluster: place, name },
        What::Connect => Query::Connect { connect: place },
        What::Connector(name) => Query::Connector { connect: place, name, secrets: Vec::new() },
        What::Carried(connector) => Query::Carried { connect: place, connector },
        What::Zone(zone) => Query::Zone { dns: place, zone },
        What::File(path) => Query::File { pair: place, path },
        What::RecordSet { zone, name, rtype } => Query::RecordSet { dns: place, zone, name, rtype },
        What::Answer { server, name, rtype } => Query::Answer { dns: place, server, name, rtype },
        What::Trial { zone, name, rtype } => Query::Trial { dns: place, zone, name, rtype },
        What::Reached(name) => Query::Reached { cluster: place, name, addresses: Vec::new() },
    }
}

/// The facts of every place in use. A Connect cluster in use puts the cluster that it should be attached to in
/// use as well: its id is compared with what the Connect cluster says.
fn facts(estate: &Estate, objects: &[Query]) -> Vec<Query> {
    let mut places: BTreeSet<&Address> = objects.iter().map(Query::place).collect();
    let attached: Vec<&Address> = estate
        .connects()
        .filter(|(address, _)| places.contains(address))
        .map(|(_, connect)| &connect.cluster)
        .collect();
    places.extend(attached);
    let zones: BTreeSet<(&Address, &str)> = objects
        .iter()
        .filter_map(|query| match query {
            Query::RecordSet { dns, zone, .. } => Some((dns, zone.as_str())),
            _ => None,
        })
        .collect();
    let by_pattern = patterns(estate);
    let of_place = |place: &Address| match place.kind {
        Kind::Cluster => {
            let wanted = by_pattern.get(place).copied().unwrap_or_default();
            Some(Query::Cluster { cluster: place.clone(), topics: wanted.topics, groups: wanted.groups })
        }
        Kind::Connect => Some(Query::Connect { connect: place.clone() }),
        _ => None,
    };
    let zone = |(dns, zone): (&Address, &str)| Query::Zone { dns: dns.clone(), zone: zone.to_owned() };
    places.into_iter().filter_map(of_place).chain(zones.into_iter().map(zone)).collect()
}

/// What a replication selects by pattern, so that all names have to be known.
#[derive(Debug, Clone, Copy, Default)]
struct ByPattern {
    topics: bool,
    groups: bool,
}

/// By source cluster.
fn patterns(estate: &Estate) -> BTreeMap<&Address, ByPattern> {
    let is_pattern = |selectors: &[Selector]| selectors.iter().any(|selector| selector.name().is_none());
    let mut patterns = BTreeMap::<_, ByPattern>::new();
    for (_, replication) in estate.replications() {
        let Some(pair) = estate.pair(&replication.pair) else { continue };
        let wanted = patterns.entry(pair.with_role(Role::Active)).or_default();
        wanted.topics |= is_pattern(&replication.topics);
        wanted.groups |= is_pattern(&replication.groups);
    }
    patterns
}
