//! The steps for what is owned and no longer desired, in reverse order: connectors and grants before topics.

use super::Action;
use super::connector;
use super::draft::{Draft, DraftId, Drafts};
use super::leaving::{Leaving, leave};
use super::scope::Scope;
use super::world::World;
use crate::estate::{Address, Fault, Home, Object, ObjectId, Owned, Pattern, Resource, Role, Side, What};
use std::collections::{BTreeMap, HashMap};

/// What became of everything that is owned and no longer desired.
#[derive(Default)]
pub(super) struct Ending<'a> {
    pub deferred: Vec<(&'a Address, &'a ObjectId, Fault)>,
    pub refused: Vec<(&'a Address, &'a ObjectId, String)>,
    pub forgotten: Vec<(&'a Address, &'a ObjectId)>,
    pub ended: Ended<'a>,
}

/// Connectors that end, by resource.
#[derive(Default)]
pub(super) struct Ended<'a> {
    /// The drafts that delete them.
    pub connectors: HashMap<&'a Address, Vec<DraftId>>,
    /// One that could not be read, and may still run.
    pub stuck: HashMap<&'a Address, &'a ObjectId>,
}

/// Drafts the end of everything that is owned and no longer desired.
pub(super) fn end<'a>(world: &World<'a>, scope: &Scope, drafts: &mut Drafts) -> Ending<'a> {
    let mut ending = Ending::default();
    let mut deletions = Deletions::default();
    for (address, owned) in world.state.resources.iter().filter(|(address, _)| scope.includes(address)) {
        for owned in owned {
            match world.wanted_by(&owned.id) {
                Some(wanted_by) if wanted_by == address || !scope.includes(wanted_by) => {}
                Some(_) => ending.forgotten.push((address, &owned.id)),
                None => end_one(world, drafts, &mut ending, &mut deletions, address, owned),
            }
        }
    }
    deletions.order(drafts);
    ending
}

fn end_one<'a>(
    world: &World<'a>,
    drafts: &mut Drafts,
    ending: &mut Ending<'a>,
    deletions: &mut Deletions,
    address: &'a Address,
    owned: &'a Owned,
) {
    let is_connector = matches!(owned.id.what, What::Connector(_));
    let leaving = match leave(world, address, owned) {
        Leaving::Gone => return ending.forgotten.push((address, &owned.id)),
        Leaving::Refused(reason) => return ending.refused.push((address, &owned.id, reason)),
        Leaving::Deferred(fault) => {
            if is_connector {
                ending.ended.stuck.insert(address, &owned.id);
            }
            return ending.deferred.push((address, &owned.id, fault));
        }
        leaving => leaving,
    };
    let Some((action, expect, reason)) = leaving.into_step() else { return };
    let mut draft = Draft::new(address, Some(&owned.id), action);
    draft.expect = expect;
    draft.reason = reason;
    draft.role = role(world, address, &owned.id.place);
    draft.on_remove = owned.on_remove;
    let id = if is_connector { connector::draft_end(drafts, draft) } else { drafts.add(draft) };
    if is_connector {
        ending.ended.connectors.entry(address).or_default().push(id);
    }
    deletions.add(world, &drafts.steps[id], id);
}

/// The role of a place, as far as a resource that is still declared tells.
fn role(world: &World<'_>, address: &Address, place: &Address) -> Option<(Side, Role)> {
    let pair = match &world.declared(address)?.resource {
        Resource::Topic(topic) => match &topic.home {
            Home::Pair(pair) => pair,
            Home::Cluster(_) => return None,
        },
        Resource::Access(access) => match &access.home {
            Home::Pair(pair) => pair,
            Home::Cluster(_) => return None,
        },
        Resource::Replication(replication) => &replication.pair,
        _ => return None,
    };
    let pair = world.estate.pair(pair)?;
    let side = pair.side_of(world.cluster_at(place))?;
    Some((side, pair.role(side)))
}

/// Deletions, by what a topic's deletion has to wait for.
#[derive(Default)]
struct Deletions {
    topics: Vec<DraftId>,
    /// By the name of a cluster that a connector reads from or writes to.
    connectors: BTreeMap<Address, Vec<DraftId>>,
    /// By cluster and the topic that entries name in full.
    grants: HashMap<(Address, String), Vec<DraftId>>,
}

impl Deletions {
    fn add(&mut self, world: &World<'_>, draft: &Draft, id: DraftId) {
        let (Action::Delete { from }, Some(object)) = (&draft.action, &draft.object) else { return };
        match from {
            Object::Topic(_) => self.topics.push(id),
            Object::Connector(connector) => {
                for cluster in world.clusters_of(connector) {
                    self.connectors.entry(cluster.clone()).or_default().push(id);
                }
            }
            Object::Grants(grants) => {
                for binding in grants.bindings.iter().filter(|binding| binding.pattern == Pattern::Literal) {
                    let drafts = self.grants.entry((object.place.clone(), binding.name.clone())).or_default();
                    if drafts.last() != Some(&id) {
                        drafts.push(id);
                    }
                }
            }
            _ => {}
        }
    }

    /// A topic goes after the connectors of its cluster and after the grants that name it.
    fn order(self, drafts: &mut Drafts) {
        for id in &self.topics {
            let Some(ObjectId { place, what: What::Topic(name) }) = drafts.steps[*id].object.clone() else {
                continue;
            };
            let connectors = self.connectors.get(&place).into_iter().flatten();
            let grants = self.grants.get(&(place.clone(), name)).into_iter().flatten();
            let before: Vec<DraftId> = connectors.chain(grants).copied().collect();
            drafts.steps[*id].after.extend(before);
        }
    }
}
