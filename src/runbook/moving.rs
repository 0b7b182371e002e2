//! What moves with a pair: the difference between two derivations of the estate.

use super::Sources;
use super::rebuild::Emptying;
use crate::estate::{
    Address, ConnectorState, Ends, Fault, FaultKind, Grants, Home, Object, ObjectId, Observed, PartitionEnds,
    Reading, Resource, Snapshot, Task, What, desired,
};
use crate::plan::{
    Action, Deferred, Options, Plan, PlanError, PlanKind, PlannedOutput, Recipe, Refusal, Step, plan,
};
use crate::state::State;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The steps of the steady planner under the roles that a failover leads to, sorted by when a failover takes them. Drift
/// that has nothing to do with the roles is left to the next apply.
#[derive(Debug, Default)]
pub(super) struct Moving {
    /// Grants that go from the side that stops taking writes.
    pub withdrawn: Vec<Step>,
    /// Connectors that are stopped.
    pub stopped: Vec<Step>,
    /// What the side that takes writes needs before clients come.
    pub granted: Vec<Step>,
    /// Record sets, and the waits until they are seen.
    pub names: Vec<Step>,
    /// The flow back: old connectors deleted, new ones made and started.
    pub back: Vec<Step>,
    /// What is deleted on a standby that is rebuilt.
    pub emptying: Emptying,
    /// What is made anew there: topics, and the waits until all brokers show them.
    pub made: Vec<Step>,
    /// All that moves, and the resource that stands for it.
    pub moved: BTreeMap<ObjectId, Address>,
    /// What could not be planned for.
    pub deferred: Vec<Deferred>,
    /// What can't be done.
    pub refused: Vec<Refusal>,
    /// How many changes have nothing to do with the roles.
    pub drift: usize,
    /// The steady plan: what it says beside its steps.
    pub outputs: BTreeMap<String, PlannedOutput>,
}

/// Plans what moves, and sorts it.
pub(super) fn moving(sources: &Sources<'_>) -> Result<Moving, PlanError> {
    let emptying = Emptying::of(sources);
    let mut state = state_then(sources);
    if sources.recipe == Recipe::Rebuild {
        emptying.forget(sources, &mut state);
    }
    let options = Options { kind: PlanKind::Failover, ..Options::default() };
    let Plan { steps, deferred, refused, outputs, .. } =
        plan(sources.then, &emptying.observed(relied_on(sources)), &state, &options)?;
    let mut moved = moved(sources);
    moved.extend(emptying.moved(sources.now));
    let addresses: BTreeSet<&Address> = moved.values().collect();
    let mut moving = Moving { outputs, ..Moving::default() };
    moving.deferred = deferred.into_iter().filter(|it| moved.contains_key(&it.object)).collect();
    moving.refused = refused.into_iter().filter(|it| moved.contains_key(&it.object)).collect();
    moving.refused.extend(emptying.refused.iter().cloned());
    moving.refused.extend(came_back_empty(sources));
    for step in steps {
        let moves = match &step.object {
            Some(object) => moved.contains_key(object),
            None => addresses.contains(&step.address),
        };
        if moves {
            moving.sort(sources, step);
        } else if step.object.is_some() {
            moving.drift += 1;
        }
    }
    drop(addresses);
    moving.moved = moved;
    moving.emptying = emptying;
    Ok(moving)
}

/// What was read, as far as steps may rest on it. With a side taken for dead whose Kafka is silent, a Connect cluster attached to
/// it may answer still, but can keep no change: it would be waited for in vain.
fn relied_on<'a>(sources: &Sources<'a>) -> Cow<'a, Observed> {
    let old = sources.old_side().filter(|_| sources.recipe == Recipe::Unplanned);
    let Some((old, connect)) = old.and_then(|old| Some((old, sources.now.connect_of(old)?))) else {
        return Cow::Borrowed(sources.observed);
    };
    if sources.observed.cluster(old).is_some() {
        return Cow::Borrowed(sources.observed);
    }
    let message = format!("{connect} is attached to {}, which is taken for dead", old.name);
    let fault = Fault::new(FaultKind::Unreachable, message);
    let mut relied_on = sources.observed.clone();
    let there = relied_on.readings.iter_mut().filter(|(id, _)| id.place == *connect);
    there.for_each(|(_, reading)| *reading = Reading::Unreachable(fault.clone()));
    Cow::Owned(relied_on)
}

/// The objects that today's roles and tomorrow's do not want alike, or that nobody wants any more. When a standby is
/// restored the roles stay, and all of the pair's flow is put in order.
fn moved(sources: &Sources<'_>) -> BTreeMap<ObjectId, Address> {
    let by_id = |estate| -> BTreeMap<ObjectId, (Address, Object)> {
        desired(estate).into_iter().map(|desired| (desired.id, (desired.address, desired.object))).collect()
    };
    let (now, then) = (by_id(sources.now), by_id(sources.then));
    let of_pair = of_pair(sources);
    let mut moved = BTreeMap::new();
    for (id, (address, _)) in now.iter().chain(&then) {
        let differs = now.get(id).map(|it| &it.1) != then.get(id).map(|it| &it.1);
        if differs || of_pair.contains(address) {
            moved.insert(id.clone(), address.clone());
        }
    }
    // Connectors of a direction that ended with an earlier change of roles.
    for (address, owned) in &sources.state.resources {
        for owned in owned.iter().filter(|owned| !then.contains_key(&owned.id)) {
            if of_pair.contains(address) {
                moved.insert(owned.id.clone(), address.clone());
            }
        }
    }
    moved
}

/// The replications of the pair: their connectors belong to a failover whole.
fn of_pair(sources: &Sources<'_>) -> BTreeSet<Address> {
    let replications = sources.now.replications_of(sources.pair);
    let mut of_pair: BTreeSet<Address> = replications.map(|(address, _)| address.clone()).collect();
    if sources.recipe.restores_standby() {
        let accesses = sources.now.resources.iter().filter(|(_, declared)| match &declared.resource {
            Resource::Access(access) => access.home == Home::Pair(sources.pair.clone()),
            _ => false,
        });
        of_pair.extend(accesses.map(|(address, _)| address.clone()));
    }
    of_pair
}

/// The state as the steps of the flow back find it: the fence is proven, and the ends at the cut-over are known.
fn state_then(sources: &Sources<'_>) -> State {
    let mut state = sources.state.clone();
    let pair = state.pairs.entry(sources.pair.clone()).or_default();
    pair.pending_fences.clear();
    if sources.recipe.restores_standby() {
        return state;
    }
    let Some(new) = sources.new_side() else { return state };
    let nothing = PartitionEnds { start: 0, end: 0 };
    let topics = sources.flows.iter().flat_map(|(flow, _)| {
        let partitions =
            |topic: &String| vec![nothing; usize::try_from(flow.partitions(topic)).unwrap_or_default()];
        flow.topics.iter().map(move |(topic, on_target)| (on_target.clone(), partitions(topic)))
    });
    let ends = BTreeMap::from([(new.clone(), topics.collect())]);
    pair.snapshot = Some(Snapshot { ends, ..Snapshot::default() });
    state
}

impl Moving {
    fn sort(&mut self, sources: &Sources<'_>, step: Step) {
        let place = step.object.as_ref().map(|object| &object.place);
        let is_new = place.is_some() && place == sources.new_side();
        let is_old = place.is_some() && place == sources.old_side();
        let what = step.object.as_ref().map(|object| &object.what);
        if sources.recipe == Recipe::Rebuild && is_topic(&step) {
            return self.made.push(step);
        }
        match (&step.action, what) {
            (Action::Task(Task::SetConnectorState { state, .. }), _) if *state == ConnectorState::Stopped => {
                self.stopped.push(step);
            }
            (Action::Task(Task::AwaitPropagation { .. }), _)
            | (_, Some(What::RecordSet { .. } | What::File(_))) => {
                self.names.push(step);
            }
            (action, Some(What::Grants(_))) if is_old && takes_away(action) => self.withdrawn.push(step),
            (action, Some(What::Grants(_))) if is_new && !takes_away(action) => self.granted.push(step),
            (Action::Create(_) | Action::Update { .. } | Action::Adopt { .. }, Some(What::Topic(_)))
                if is_new =>
            {
                self.granted.push(step);
            }
            (Action::Task(Task::AwaitTopics { .. }), _) => {}
            _ => self.back.push(step),
        }
    }
}

/// Whether a step makes or changes a topic, or waits for some to be seen.
fn is_topic(step: &Step) -> bool {
    let what = step.object.as_ref().map(|object| &object.what);
    matches!(what, Some(What::Topic(_))) || matches!(step.action, Action::Task(Task::AwaitTopics { .. }))
}

/// Topics that went on from the cut-over would stay without all that came before it, where the standby holds nothing of them.
fn came_back_empty(sources: &Sources<'_>) -> Vec<Refusal> {
    let pair = sources.state.pairs.get(sources.pair).filter(|_| sources.recipe == Recipe::Reprotect);
    let Some(snapshot) = pair.and_then(|pair| pair.snapshot.as_ref()) else { return Vec::new() };
    let mut refused = Vec::new();
    for (flow, _) in sources.flows {
        let Some(ends) = snapshot.ends.get(&flow.source) else { continue };
        for (on_source, on_target) in &flow.topics {
            let carried = ends.get(on_source).is_some_and(|ends| ends.iter().any(|at| at.end > 0));
            if carried && is_empty(flow.ends(&flow.target, on_target)) {
                let pair = &sources.pair.name;
                refused.push(Refusal {
                    address: flow.replication.clone(),
                    object: ObjectId::topic(&flow.target, on_target),
                    position: None,
                    reason: format!(
                        "it holds nothing of what was there when the roles changed: leeward failback plan {pair} -rebuild"
                    ),
                });
            }
        }
    }
    refused
}

/// Whether a topic has never held a record, or is not there.
fn is_empty(ends: Result<Option<&Ends>, Fault>) -> bool {
    match ends {
        Ok(ends) => ends.is_none_or(|ends| ends.partitions.iter().all(|at| at.end == 0)),
        Err(_) => false,
    }
}

/// Whether a change of grants leaves fewer of them.
fn takes_away(action: &Action) -> bool {
    match action {
        Action::Delete { .. } => true,
        Action::Update {
            from: Object::Grants(Grants { bindings: from }), to: Object::Grants(to), ..
        } => to.bindings.is_subset(from),
        _ => false,
    }
}

/// Whether a place answered at all.
pub(super) fn answers(observed: &Observed, cluster: &Address) -> bool {
    matches!(observed.reading(&ObjectId::new(cluster, What::Cluster)), Some(Reading::Present(_)))
}
