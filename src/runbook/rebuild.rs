//! Emptying a standby: what is deleted there, and how the world is planned for as if that had been done.

use super::Sources;
use crate::estate::{
    Address, ConnectorState, Desired, Estate, Home, Kind, Object, ObjectId, Observed, OnRemove, Owned, Pair,
    Reading, Role, Side, Task, TopicObject, What, desired,
};
use crate::plan::{Action, Emptied, Expect, Recipe, Refusal, Step, StepId, undo_of};
use crate::state::State;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What is deleted on a standby that is rebuilt.
#[derive(Debug, Default)]
pub(super) struct Emptying {
    /// The connectors that carry to it, stopped, and deleted together with how far they had come.
    pub connectors: Vec<(ObjectId, Step)>,
    /// Topics: those of clients, and the one of the offset syncs.
    pub topics: Vec<(ObjectId, Step)>,
    /// Why it can't be emptied.
    pub refused: Vec<Refusal>,
    /// What is wanted there alike behind it.
    wanted: BTreeSet<ObjectId>,
}

impl Emptying {
    /// What is deleted; nothing by any other recipe.
    pub(super) fn of(sources: &Sources<'_>) -> Self {
        let mut emptying = Self::default();
        let (Recipe::Rebuild, Some(standby)) = (sources.recipe, sources.old_side()) else { return emptying };
        let (connect, all) = (sources.now.connect_of(standby), desired(sources.now));
        let scope = Scope::of(sources, &all);
        for wanted in &all {
            let is_there = wanted.id.place == *standby || Some(&wanted.id.place) == connect;
            if is_there && scope.has(wanted) {
                emptying.wanted.insert(wanted.id.clone());
                emptying.add(sources, &scope, wanted);
            }
        }
        emptying.add_undeclared(sources, standby);
        emptying.refuse_one_cluster(sources, standby);
        emptying
    }

    fn add(&mut self, sources: &Sources<'_>, scope: &Scope<'_>, wanted: &Desired) {
        let Some(there) = sources.observed.reading(&wanted.id).and_then(Reading::object) else { return };
        let step = deletion(&wanted.address, &wanted.id, there, wanted.role);
        match (&wanted.id.what, wanted.address.kind) {
            (What::Connector(_), _) => self.connectors.push((wanted.id.clone(), step)),
            (What::Topic(_), Kind::Topic) => {
                self.refuse_topic(sources, scope, wanted);
                self.topics.push((wanted.id.clone(), step));
            }
            (What::Topic(_), _) => self.topics.push((wanted.id.clone(), step)),
            _ => {}
        }
    }

    /// Topics that a pattern brings in: the mirror makes them anew.
    fn add_undeclared(&mut self, sources: &Sources<'_>, standby: &Address) {
        for (flow, _) in sources.flows {
            for name in flow.topics.values() {
                let id = ObjectId::topic(standby, name);
                let held = sources.held.and_then(|held| held.topics.get(name));
                if let Some(held) = held.filter(|_| !self.wanted.contains(&id)) {
                    let there = Object::Topic(held.topic.clone());
                    self.topics.push((id.clone(), deletion(&flow.replication, &id, &there, None)));
                    self.wanted.insert(id);
                }
            }
        }
    }

    /// The only copy of a topic is not deleted, and neither is one that must not be.
    fn refuse_topic(&mut self, sources: &Sources<'_>, scope: &Scope<'_>, wanted: &Desired) {
        let Some(declared) = sources.now.resources.get(&wanted.address) else { return };
        let active = scope.on_active.get(&wanted.address);
        let is_on_active =
            active.is_some_and(|id| sources.observed.reading(id).and_then(Reading::object).is_some());
        let reason = if declared.lifecycle.prevent_destroy {
            "its records would be deleted, and lifecycle.prevent_destroy forbids that".to_owned()
        } else if !is_on_active {
            "it was not seen on the active side: this may be the only copy".to_owned()
        } else {
            return;
        };
        self.refused.push(Refusal {
            address: wanted.address.clone(),
            object: wanted.id.clone(),
            position: Some(declared.position.clone()),
            reason,
        });
    }

    /// Addresses that lead to one cluster: what is deleted on the standby would be gone from the active side.
    fn refuse_one_cluster(&mut self, sources: &Sources<'_>, standby: &Address) {
        let Some(active) = sources.today().map(|pair| pair.with_role(Role::Active)) else { return };
        let id = |cluster| sources.observed.cluster(cluster).map(|facts| &facts.cluster_id);
        if id(active).is_some() && id(active) == id(standby) {
            self.refused.push(Refusal {
                address: sources.pair.clone(),
                object: ObjectId::new(standby, What::Cluster),
                position: None,
                reason: format!(
                    "it is the same cluster as {}, which is active: nothing is deleted there",
                    active.name
                ),
            });
        }
    }

    fn ids(&self) -> impl Iterator<Item = &ObjectId> {
        self.connectors.iter().chain(&self.topics).map(|(id, _)| id)
    }

    /// What was read, as it will be once all of this is deleted.
    pub(super) fn observed<'a>(&self, observed: Cow<'a, Observed>) -> Cow<'a, Observed> {
        if self.ids().next().is_none() {
            return observed;
        }
        let mut observed = observed.into_owned();
        for id in self.ids() {
            if let Some(reading) = observed.readings.get_mut(id) {
                *reading = Reading::Absent;
            }
        }
        Cow::Owned(observed)
    }

    /// What is known of what the standby holds counts no more.
    pub(super) fn forget(&self, sources: &Sources<'_>, state: &mut State) {
        state.pairs.entry(sources.pair.clone()).or_default().snapshot = None;
        for (replication, _) in sources.now.replications_of(sources.pair) {
            state.starts.remove(replication);
        }
        let stays = |owned: &Owned| !self.wanted.contains(&owned.id);
        state.resources.values_mut().for_each(|all| all.retain(stays));
    }

    /// All that is emptied and wanted alike behind it, with the resource that stands for it.
    pub(super) fn moved<'a>(&'a self, estate: &'a Estate) -> impl Iterator<Item = (ObjectId, Address)> + 'a {
        let wanted = desired(estate).into_iter().filter(|it| self.wanted.contains(&it.id));
        wanted.map(|it| (it.id, it.address))
    }

    /// The steps that stop a connector before it is deleted.
    pub(super) fn stops(&self) -> Vec<Step> {
        let running = self.connectors.iter().filter(|(_, step)| {
            matches!(&step.action, Action::Delete { from: Object::Connector(connector) }
                if connector.state != ConnectorState::Stopped)
        });
        running.map(|(id, step)| stop(id, step)).collect()
    }
}

/// What is told of it before it is done.
pub(super) fn told(sources: &Sources<'_>) -> Option<Emptied> {
    let (Recipe::Rebuild, Some(cluster), Some(held)) = (sources.recipe, sources.old_side(), sources.held)
    else {
        return None;
    };
    Some(Emptied {
        cluster: cluster.clone(),
        topics: held.topics.iter().map(|(name, topic)| (name.clone(), topic.records())).collect(),
        only_there: held.tail.as_ref().ok().map(|tail| tail.records),
    })
}

/// What of the pair is emptied: topics of clients that a flow carries, connectors, and the topic of the offset syncs if no
/// replication of another pair keeps its own in it.
struct Scope<'a> {
    topics: BTreeSet<&'a Address>,
    replications: BTreeSet<&'a Address>,
    /// Names on the standby.
    carried: BTreeSet<&'a String>,
    shares_syncs: bool,
    /// The topics of clients as they are on the active side.
    on_active: BTreeMap<&'a Address, &'a ObjectId>,
}

impl<'a> Scope<'a> {
    fn of(sources: &Sources<'a>, all: &'a [Desired]) -> Self {
        let home = Home::Pair(sources.pair.clone());
        let topics = sources.now.topics().filter(|(_, topic)| topic.home == home);
        let active = all.iter().filter(|it| it.role.is_some_and(|(_, role)| role == Role::Active));
        Self {
            topics: topics.map(|(address, _)| address).collect(),
            replications: sources.now.replications_of(sources.pair).map(|(address, _)| address).collect(),
            carried: sources.flows.iter().flat_map(|(flow, _)| flow.topics.values()).collect(),
            shares_syncs: shares_syncs(sources),
            on_active: active.map(|it| (&it.address, &it.id)).collect(),
        }
    }

    fn has(&self, wanted: &Desired) -> bool {
        match &wanted.id.what {
            What::Topic(name) if self.topics.contains(&wanted.address) => self.carried.contains(name),
            What::Topic(_) => self.replications.contains(&wanted.address) && !self.shares_syncs,
            _ => self.replications.contains(&wanted.address),
        }
    }
}

/// Whether replications of other pairs flow between the same clusters, and keep their offset syncs in the same topic.
fn shares_syncs(sources: &Sources<'_>) -> bool {
    let Some(own) = sources.today() else { return false };
    let sides = |pair: &Pair| (pair.with_role(Role::Active).clone(), pair.with_role(Role::Standby).clone());
    sources.now.replications().any(|(_, other)| {
        let pair = sources.now.pair(&other.pair).filter(|_| other.pair != *sources.pair);
        pair.is_some_and(|pair| sides(pair) == sides(own))
    })
}

fn deletion(address: &Address, id: &ObjectId, there: &Object, role: Option<(Side, Role)>) -> Step {
    // A fence changes settings before this is done: it is the same topic all the same.
    let from = match there {
        Object::Topic(topic) => Object::Topic(TopicObject { config: BTreeMap::new(), ..topic.clone() }),
        other => other.clone(),
    };
    let action = Action::Delete { from: from.clone() };
    Step {
        id: StepId(0),
        address: address.clone(),
        object: Some(id.clone()),
        role,
        after: Vec::new(),
        expect: Expect::Present(from),
        undo: undo_of(&action),
        action,
        on_remove: OnRemove::default(),
        reason: Some("it is carried anew".into()),
        wave: 0,
        optional: false,
    }
}

fn stop(connector: &ObjectId, deletion: &Step) -> Step {
    let to = |state| Action::Task(Task::SetConnectorState { connector: connector.clone(), state });
    let undo = crate::plan::Undo::Inverse(Box::new(to(ConnectorState::Running)));
    let action = to(ConnectorState::Stopped);
    Step { action, undo, reason: None, ..deletion.clone() }
}
