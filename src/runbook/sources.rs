//! What a runbook is made from.

use super::{Asker, Begun, Held};
use crate::estate::{
    Address, Connector, Estate, FailoverPolicy, Fence, FenceMethod, Object, ObjectId, Observed, Pair,
    Reading, Resource, Role, Route,
};
use crate::offsets::{Flow, Row};
use crate::plan::{Continued, Recipe};
use crate::state::{Sighting, State};
use std::collections::{BTreeMap, BTreeSet};

/// What a runbook is made from. All of it was read before: planning asks nobody.
pub struct Sources<'a> {
    /// The pair.
    pub pair: &'a Address,
    /// The recipe.
    pub recipe: Recipe,
    /// The estate under today's roles; under those before, if they have changed already with the run that it goes on from.
    pub now: &'a Estate,
    /// The estate under the roles that it leads to; today's if the roles stay.
    pub then: &'a Estate,
    /// The state.
    pub state: &'a State,
    /// Who asked.
    pub asker: &'a Asker,
    /// Every object of either estate.
    pub observed: &'a Observed,
    /// The pair's flows in today's direction, with where groups would go on.
    pub flows: &'a [(Flow, Vec<Row>)],
    /// `max.message.bytes` of the flows' topics on the side that is fenced, where it is a topic's own.
    pub limits: &'a BTreeMap<String, Option<String>>,
    /// Whether records arrived on the active side while it was read.
    pub is_written: bool,
    /// Where the active side ended when it was last seen.
    pub sighting: Option<&'a Sighting>,
    /// What a planned failover has done that this one goes on from.
    pub begun: Option<&'a Begun>,
    /// What stands on the standby, for a rebuild of it.
    pub held: Option<&'a Held>,
    /// Guards that are overridden, with the reasons.
    pub overrides: &'a BTreeMap<String, String>,
}

impl<'a> Sources<'a> {
    /// The pair as it stands today.
    pub(super) fn today(&self) -> Option<&'a Pair> {
        self.now.pair(self.pair)
    }

    /// The cluster that stops taking writes: today's active one or, or, if the roles stay, today's standby.
    pub(super) fn old_side(&self) -> Option<&'a Address> {
        let role = if self.recipe.restores_standby() { Role::Standby } else { Role::Active };
        self.today().map(|pair| pair.with_role(role))
    }

    /// The cluster that takes writes from then on.
    pub(super) fn new_side(&self) -> Option<&'a Address> {
        self.then.pair(self.pair).map(|pair| pair.with_role(Role::Active))
    }

    /// The pair's failover policy.
    pub(super) fn policy(&self) -> Option<&'a FailoverPolicy> {
        self.now.policy_of(self.pair)
    }

    /// The pair's fence, with the address of its block.
    pub(super) fn fence(&self) -> Option<(&'a Address, &'a Fence)> {
        let address = self.policy()?.fence.as_ref()?;
        match &self.now.resources.get(address)?.resource {
            Resource::Fence(fence) => Some((address, fence)),
            _ => None,
        }
    }

    /// The planned failover that it goes on from, if it does.
    pub(super) fn continued(&self) -> Option<Continued> {
        let fences = self.fence().is_some_and(|(_, fence)| fence.method != FenceMethod::None);
        Some(self.begun?.continued(fences))
    }

    /// Whether the roles have changed already, with the run that it goes on from.
    pub(super) fn has_moved(&self) -> bool {
        self.begun.is_some_and(Begun::has_moved)
    }

    /// The pair's epoch once the roles have changed.
    pub(super) fn epoch_then(&self) -> u64 {
        self.state.epoch(self.pair) + u64::from(!self.has_moved())
    }

    /// The routes of the flows.
    pub(super) fn routes(&self) -> Vec<Route> {
        self.flows.iter().map(|(flow, _)| flow.route()).collect()
    }

    /// The topics of all flows, by their names on the source.
    pub(super) fn topics(&self) -> BTreeSet<String> {
        self.flows.iter().flat_map(|(flow, _)| flow.topics.keys().cloned()).collect()
    }

    /// The groups of all flows that have a position on either side.
    pub(super) fn groups(&self) -> BTreeSet<String> {
        self.flows.iter().flat_map(|(_, rows)| rows.iter().map(|row| row.group.clone())).collect()
    }

    /// A connector as it was seen.
    pub(super) fn connector(&self, id: &ObjectId) -> Option<&'a Connector> {
        match self.observed.reading(id).and_then(Reading::object) {
            Some(Object::Connector(connector)) => Some(connector),
            _ => None,
        }
    }
}
