//! What a run teaches the state: each lesson can be learnt again without harm.

use super::Fact;
use crate::estate::{Address, Connector, Evidence, Object, ObjectId, OnRemove, Owned, Start, Task};
use crate::plan::{Action, Plan, PlanKind, PlannedOutput, Step};
use crate::state::{OutputState, PairState, State};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Teaches the state what the plan says although no step does: pairs that it has not seen, what was found as
/// declared, what is gone already, and the outputs if there is nothing to do before they are true.
pub fn learn_plan(state: &mut State, plan: &Plan) {
    if state.serial == 0 {
        state.lineage.clone_from(&plan.based_on.lineage);
    }
    for (pair, active) in &plan.active {
        let epoch = plan.based_on.epochs.get(pair).copied().unwrap_or_default();
        let fresh = || PairState { active: active.side, epoch, ..PairState::default() };
        state.pairs.entry(pair.clone()).or_insert_with(fresh);
    }
    for remembered in &plan.remembered {
        own(state, &remembered.address, remembered.owned.clone());
    }
    for forgotten in &plan.forgotten {
        let_go(state, &forgotten.address, &forgotten.object);
    }
    if plan.is_empty() {
        learn_outputs(state, plan);
    }
}

/// Teaches the state that it owns what the plan would adopt for `address`, as it was read: nothing in the world
/// changes. Answers the objects.
pub fn learn_adoptions(state: &mut State, plan: &Plan, address: &Address) -> Vec<ObjectId> {
    let mut adopted = Vec::new();
    for step in plan.steps.iter().filter(|step| address.covers(&step.address)) {
        if let (Action::Adopt { from, to, .. }, Some(id)) = (&step.action, &step.object) {
            own(state, &step.address, owned(id, to, Some(from), step.on_remove));
            adopted.push(id.clone());
        }
    }
    adopted
}

/// What is remembered of an object: what is managed comes from what it has to be, what stands there from what was
/// seen, where anything was.
pub(super) fn owned(id: &ObjectId, to: &Object, seen: Option<&Object>, on_remove: OnRemove) -> Owned {
    let mut owned = Owned::of(id, to, on_remove);
    if let Some(seen) = seen {
        owned.incarnation = Owned::of(id, seen, on_remove).incarnation;
        owned.last = seen.clone();
    }
    owned
}

/// Teaches the state the plan's outputs, once every step is done. What was destroyed hands out nothing.
pub(super) fn learn_outputs(state: &mut State, plan: &Plan) {
    let kept = |output: &PlannedOutput| match output {
        PlannedOutput::Plain(value) => OutputState::Plain(value.clone()),
        PlannedOutput::Sensitive => OutputState::Sensitive,
    };
    if matches!(plan.kind, PlanKind::Offsets | PlanKind::Abort) || plan.is_drill() {
        return;
    }
    let is_gone = plan.kind == PlanKind::Destroy && plan.targets.is_empty();
    let outputs = plan.outputs.iter().filter(|_| !is_gone);
    state.outputs = outputs.map(|(name, output)| (name.clone(), kept(output))).collect();
}

/// Teaches the state what came of a step of a plan that was done at `at`. What a drill makes is gone with it.
pub(super) fn learn(state: &mut State, plan: &Plan, step: &Step, fact: &Fact, at: Timestamp) {
    match fact {
        Fact::Owns(_) | Fact::LetGo if plan.is_drill() => {}
        Fact::Owns(owned) => own(state, &step.address, (**owned).clone()),
        Fact::LetGo => {
            if let Some(object) = &step.object {
                let_go(state, &step.address, object);
            }
        }
        Fact::Found(Evidence::Starts(starts)) => note_starts(state, &step.address, starts),
        Fact::Found(Evidence::Snapshot(snapshot)) => {
            if let Action::Task(Task::TakeSnapshot { pair, .. }) = &step.action {
                state.pairs.entry(pair.clone()).or_default().snapshot = Some((**snapshot).clone());
            }
        }
        Fact::Nothing
        | Fact::Found(
            Evidence::Nothing
            | Evidence::Seen(_)
            | Evidence::Still { .. }
            | Evidence::Groups(_)
            | Evidence::Answer { .. }
            | Evidence::Approved { .. },
        ) => {}
    }
    if let Action::Task(task) = &step.action {
        learn_task(state, &step.address, task, at);
    }
}

/// Teaches the state what a step means that is taken for done: a fence that stays up on a side that does not answer is
/// pending, for the mirror would be refused as well.
pub(super) fn learn_waived(state: &mut State, plan: &Plan, step: &Step) {
    if let (Action::Task(Task::AllowWrites { cluster, .. }), Some(failover)) = (&step.action, &plan.failover)
    {
        defer_fence(state, &failover.pair, cluster);
    }
}

fn defer_fence(state: &mut State, pair: &Address, cluster: &Address) {
    let pending = &mut state.pairs.entry(pair.clone()).or_default().pending_fences;
    if !pending.contains(cluster) {
        pending.push(cluster.clone());
    }
}

/// What the state learns by a task being done, whatever it found out.
fn learn_task(state: &mut State, address: &Address, task: &Task, at: Timestamp) {
    match task {
        Task::SetActive { pair, side, epoch } => {
            let known = state.pairs.entry(pair.clone()).or_default();
            if known.epoch < *epoch {
                *known = PairState { active: *side, epoch: *epoch, since: Some(at), ..known.clone() };
            }
        }
        Task::SetConnectorState { connector, state: wanted } => {
            if let Some(last) = last_of_connector(state, address, connector) {
                last.state = *wanted;
                last.failed.clear();
            }
        }
        Task::AwaitConnector { connector, tasks } => {
            if let Some(last) = last_of_connector(state, address, connector) {
                last.tasks = last.tasks.max(*tasks);
            }
        }
        Task::DeferFence { pair, cluster } => defer_fence(state, pair, cluster),
        Task::SettleFence { pair, cluster } => {
            let pending = &mut state.pairs.entry(pair.clone()).or_default().pending_fences;
            pending.retain(|fenced| fenced != cluster);
        }
        Task::Renounce { pair, replications, .. } => {
            state.pairs.entry(pair.clone()).or_default().snapshot = None;
            replications.iter().for_each(|replication| drop(state.starts.remove(replication)));
        }
        // Where the drill's own mirroring began.
        Task::Sweep { .. } => drop(state.starts.remove(address)),
        Task::AwaitTopics { .. }
        | Task::NoteStarts { .. }
        | Task::SetConnectorOffsets { .. }
        | Task::ContinueFromCutOver(_)
        | Task::Call { .. }
        | Task::RefuseWrites { .. }
        | Task::AllowWrites { .. }
        | Task::AwaitQuiet { .. }
        | Task::AwaitDrained { .. }
        | Task::AwaitCarried { .. }
        | Task::AwaitGroupsEmpty { .. }
        | Task::TakeSnapshot { .. }
        | Task::CommitGroups { .. }
        | Task::Canary { .. }
        | Task::WriteNumbered { .. }
        | Task::AwaitCopies { .. }
        | Task::ReadOn { .. }
        | Task::AwaitMembers { .. }
        | Task::AwaitWriters { .. }
        | Task::AwaitHeartbeat { .. }
        | Task::AwaitPropagation { .. }
        | Task::AwaitResolved { .. }
        | Task::Approve { .. } => {}
    }
}

/// What a connector was when it was last seen.
fn last_of_connector<'a>(
    state: &'a mut State,
    address: &Address,
    connector: &ObjectId,
) -> Option<&'a mut Connector> {
    let owned = state.resources.get_mut(address)?.iter_mut().find(|owned| owned.id == *connector)?;
    match &mut owned.last {
        Object::Connector(last) => Some(last),
        _ => None,
    }
}

fn own(state: &mut State, address: &Address, owned: Owned) {
    let all = state.resources.entry(address.clone()).or_default();
    match all.iter_mut().find(|known| known.id == owned.id) {
        Some(known) => *known = owned,
        // In the order of their identities: a state tells what is owned, not how it came to be.
        None => all.insert(all.partition_point(|known| known.id < owned.id), owned),
    }
}

fn let_go(state: &mut State, address: &Address, object: &ObjectId) {
    let Some(all) = state.resources.get_mut(address) else { return };
    all.retain(|known| known.id != *object);
    if all.is_empty() {
        state.resources.remove(address);
    }
}

/// A partition's start that is noted anew belongs to a new life of its topic, and takes the old one's place.
fn note_starts(state: &mut State, address: &Address, starts: &[Start]) {
    let all = state.starts.entry(address.clone()).or_default();
    let known = all.drain(..).chain(starts.iter().cloned());
    let by_partition: BTreeMap<_, _> =
        known.map(|start| ((start.topic.clone(), start.partition), start)).collect();
    all.extend(by_partition.into_values());
}
