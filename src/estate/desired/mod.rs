//! From declared resources to the objects that have to be in the world.
//!
//! What follows a pair is decided here: roles come from the pair's active side, and everything that depends on
//! a role is derived from it, so that a failover is the difference between two derivations.

mod access;
mod dns_record;
mod index;
mod mirror_maker;
mod pair;
mod replication;
mod topic;

pub use mirror_maker::vault;
pub use replication::{covered_topics, offset_syncs_topic, source_connector};

use super::{Address, Declared, Estate, Kind, Object, ObjectId, OnRemove, Resource, Role, Side, Task, What};
use index::Index;
use std::collections::{BTreeMap, BTreeSet};

/// An object that has to be in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// The resource that stands for it.
    pub address: Address,
    /// The object's identity.
    pub id: ObjectId,
    /// What it has to be.
    pub object: Object,
    /// The side and the role of its place, for what belongs to a pair.
    pub role: Option<(Side, Role)>,
    /// What happens when it is no longer declared.
    pub on_remove: OnRemove,
    /// Other objects of the same resource that have to be there before.
    pub after: Vec<ObjectId>,
    /// Of a connector: what has to be done before it is resumed for the first time.
    pub before_start: Vec<Task>,
    /// What has to be seen once it is made or changed.
    pub seen_by: Vec<Task>,
}

impl Desired {
    fn new(address: &Address, id: ObjectId, object: Object) -> Self {
        Self {
            address: address.clone(),
            id,
            object,
            role: None,
            on_remove: OnRemove::Delete,
            after: Vec::new(),
            before_start: Vec::new(),
            seen_by: Vec::new(),
        }
    }
}

/// All objects that an estate wants, in the order of their addresses; an object that two resources want (the
/// offset syncs of two replications between the same clusters) stands once, with the first.
pub fn desired(estate: &Estate) -> Vec<Desired> {
    let index = Index::of(estate);
    let mut known = BTreeSet::new();
    let wanted = estate.resources.values().flat_map(|declared| of(&index, declared));
    wanted.filter(|desired| known.insert(desired.id.clone())).collect()
}

/// An object that two resources want, each for itself: only what the first one says of it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// The object.
    pub id: ObjectId,
    /// The resource that gets it.
    pub first: Address,
    /// The resource that does not.
    pub other: Address,
}

/// The objects that two resources want. Offset syncs are meant to be shared and are none of them.
pub fn contested(estate: &Estate) -> Vec<Contested> {
    let index = Index::of(estate);
    let mut owners: BTreeMap<(Option<Address>, What), &Address> = BTreeMap::new();
    let mut contested = Vec::new();
    for declared in estate.resources.values() {
        for Desired { id, .. } in of(&index, declared) {
            // A file is the same one whatever pair it is of.
            let place = Some(id.place.clone()).filter(|_| !matches!(id.what, What::File(_)));
            let first = *owners.entry((place, id.what.clone())).or_insert(&declared.address);
            let shared = first.kind == Kind::Replication && matches!(id.what, What::Topic(_));
            if *first != declared.address && !(shared && declared.address.kind == Kind::Replication) {
                contested.push(Contested { id, first: first.clone(), other: declared.address.clone() });
            }
        }
    }
    contested
}

fn of(index: &Index<'_>, declared: &Declared) -> Vec<Desired> {
    match &declared.resource {
        Resource::Topic(topic) => topic::desired(index, &declared.address, topic),
        Resource::Access(access) => access::desired(index.estate, &declared.address, access),
        Resource::Replication(replication) => replication::desired(index, &declared.address, replication),
        Resource::Pair(pair) => pair::desired(index.estate, &declared.address, pair),
        Resource::DnsRecord(record) => dns_record::desired(&declared.address, record),
        Resource::Cluster(_)
        | Resource::Connect(_)
        | Resource::Dns(_)
        | Resource::Application(_)
        | Resource::Fence(_)
        | Resource::FailoverPolicy(_) => Vec::new(),
    }
}
