//! What several pairs that fail over together have in common.

use super::failover::Child;
use super::together::Several;
use crate::estate::{Address, Kind, ObjectId, Resource, Role, What, desired};
use crate::plan::{Action, Options, Plan, PlanError, PlanKind, PlannedOutput, Recipe, Refusal, Step, plan};
use std::collections::{BTreeMap, BTreeSet};

/// What several pairs that fail over together have in common.
pub(super) struct Shared {
    /// Topics of the flows behind it, which replications between the same clusters share: made before anything else, so that
    /// no pair waits for another.
    pub made: Vec<Step>,
    /// Topics of the flows before it, which nobody uses once all roles have changed.
    pub gone: Vec<Step>,
    /// Objects that follow more than one of the pairs.
    pub refused: Vec<Refusal>,
    /// The outputs behind it.
    pub outputs: BTreeMap<String, PlannedOutput>,
}

impl Shared {
    /// What the steady planner says of it under the roles that all pairs will have.
    pub fn of(several: &Several<'_>, children: &[Vec<Child>]) -> Result<Self, PlanError> {
        let mut state = several.state.clone();
        for sources in several.waves.iter().flatten() {
            state.pairs.entry(sources.pair.clone()).or_default().pending_fences.clear();
        }
        let options = Options { kind: PlanKind::Failover, ..Options::default() };
        let Plan { steps, outputs, .. } = plan(several.then, several.observed, &state, &options)?;
        let ours =
            steps.into_iter().filter(|step| Self::is_of_flow(step) && is_of_pairs(several, &step.address));
        let (gone, made): (Vec<Step>, Vec<Step>) =
            ours.partition(|step| matches!(step.action, Action::Forget | Action::Delete { .. }));
        // Of a side that is taken for dead nothing is made.
        let made = made.into_iter().filter(|step| is_alive(several, step)).collect();
        Ok(Self { made, gone, refused: refused(several, children), outputs })
    }

    /// Whether a step is about a topic that a flow keeps for itself: replications between the same clusters share it.
    pub fn is_of_flow(step: &Step) -> bool {
        step.address.kind == Kind::Replication && step.object.as_ref().is_some_and(is_topic)
    }
}

const fn is_topic(object: &ObjectId) -> bool {
    matches!(object.what, What::Topic(_))
}

fn is_of_pairs(several: &Several<'_>, replication: &Address) -> bool {
    match several.now.resources.get(replication).map(|declared| &declared.resource) {
        Some(Resource::Replication(replication)) => {
            several.waves.iter().flatten().any(|sources| *sources.pair == replication.pair)
        }
        _ => false,
    }
}

fn is_alive(several: &Several<'_>, step: &Step) -> bool {
    let place = step.object.as_ref().map(|object| &object.place);
    several.waves.iter().flatten().any(|sources| {
        let active = sources.then.pair(sources.pair).map(|pair| pair.with_role(Role::Active));
        sources.recipe != Recipe::Unplanned || active == place
    })
}

/// An object that follows two pairs would be set by each of them as if the other stood still.
fn refused(several: &Several<'_>, children: &[Vec<Child>]) -> Vec<Refusal> {
    let mut movers: BTreeMap<&ObjectId, Vec<&Address>> = BTreeMap::new();
    for child in children.iter().flatten() {
        for object in child.moved.keys() {
            movers.entry(object).or_default().push(&child.failover.pair);
        }
    }
    let mut addresses: BTreeMap<ObjectId, Address> = BTreeMap::new();
    let now: BTreeMap<_, _> =
        desired(several.now).into_iter().map(|it| (it.id, (it.address, it.object))).collect();
    let then: BTreeMap<_, _> =
        desired(several.then).into_iter().map(|it| (it.id, (it.address, it.object))).collect();
    for (id, (address, object)) in now.iter().chain(&then) {
        let differs =
            now.get(id).map(|it| &it.1) != Some(object) || then.get(id).map(|it| &it.1) != Some(object);
        let is_anybodys = movers.get(id).is_some_and(|pairs| pairs.len() == 1);
        let is_of_flow = address.kind == Kind::Replication && is_topic(id);
        if (differs || movers.contains_key(id)) && !is_anybodys && !is_of_flow {
            addresses.insert(id.clone(), address.clone());
        }
    }
    let refusal = |(object, address): (ObjectId, Address)| {
        let pairs: BTreeSet<String> =
            movers.get(&object).into_iter().flatten().map(ToString::to_string).collect();
        let whom = match pairs.len() {
            0 => "several of the pairs at once".to_owned(),
            _ => pairs.into_iter().collect::<Vec<_>>().join(" and "),
        };
        let position = several.now.resources.get(&address).map(|declared| declared.position.clone());
        let reason =
            format!("it follows {whom}: let it follow one pair, or fail them over one after the other");
        Refusal { address, object, position, reason }
    };
    addresses.into_iter().map(refusal).collect()
}
