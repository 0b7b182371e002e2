//! What has to be asked beside the flows.

use crate::estate::{Address, Desired, Estate, Graph, Kind, ObjectId, Query, Role, What};
use crate::offsets::Flow;
use std::collections::{BTreeMap, BTreeSet};

/// The pair's clusters, the Connect clusters beside them, its connectors, and the names that follow it.
pub fn queries(estate: &Estate, pair: &Address, desired: &[Desired]) -> BTreeMap<ObjectId, Query> {
    let mut queries = Vec::new();
    let clusters: Vec<&Address> = estate
        .pair(pair)
        .map(|pair| [Role::Active, Role::Standby].map(|role| pair.with_role(role)))
        .into_iter()
        .flatten()
        .collect();
    for cluster in &clusters {
        queries.push(Query::Cluster { cluster: (*cluster).clone(), topics: false, groups: false });
    }
    for (connect, declared) in estate.connects() {
        if clusters.contains(&&declared.cluster) {
            queries.push(Query::Connect { connect: connect.clone() });
        }
    }
    let followers = followers(estate, pair);
    queries.extend(desired.iter().filter(|desired| followers.contains(&desired.address)).filter_map(query));
    queries.into_iter().map(|query| (query.id(), query)).collect()
}

/// Everything that depends on a pair, and so moves with it.
pub(super) fn followers(estate: &Estate, pair: &Address) -> BTreeSet<Address> {
    let followers = Graph::of(estate).followers([pair]).into_iter();
    followers.filter(|address| matches!(address.kind, Kind::Replication | Kind::DnsRecord)).collect()
}

fn query(desired: &Desired) -> Option<Query> {
    let place = desired.id.place.clone();
    match desired.id.what.clone() {
        // Secrets are not compared here, so that none is asked for.
        What::Connector(name) => Some(Query::Connector { connect: place, name, secrets: Vec::new() }),
        What::RecordSet { zone, name, rtype } => Some(Query::RecordSet { dns: place, zone, name, rtype }),
        _ => None,
    }
}

/// The groups on the flow's source that it does not follow, to see whether they read what it carries.
pub fn other_groups(flow: &Flow) -> Vec<Query> {
    let known = flow.observed.cluster(&flow.source).and_then(|facts| facts.groups.as_ref());
    let others = known.into_iter().flatten().filter(|name| !flow.groups.contains(name));
    others.map(|name| Query::Group { cluster: flow.source.clone(), name: name.clone() }).collect()
}
