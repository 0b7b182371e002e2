//! The steps that a change of a connector takes.

use super::decide::Change;
use super::draft::{Draft, DraftId, Drafts};
use super::world::{Sight, World};
use super::{Action, Undo};
use crate::estate::{
    Address, Carries, ConnectorState, Continuation, Desired, Object, ObjectId, Resource, Task,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a connector's change has to come after, beside what its own resource says.
pub(super) struct Before<'a> {
    /// The deletion of connectors that the same resource had until now: the reverse direction has to end first.
    pub ended: &'a [DraftId],
    /// Whether the arrival of a heartbeat can be awaited: all connectors of the flow can be seen.
    pub heartbeat: bool,
}

/// Drafts the steps of a connector: made stopped, prepared, started, seen to run.
pub(super) fn draft(
    world: &World<'_>,
    drafts: &mut Drafts,
    desired: &Desired,
    change: Change,
    before: &Before<'_>,
) {
    let Change { action, expect, reason, restart_from } = change;
    let is_new = matches!(action, Some(Action::Create(_) | Action::Replace { .. }));
    let is_rewritten = match &action {
        Some(Action::Update { .. }) => true,
        Some(Action::Adopt { fields, .. }) => !fields.is_empty(),
        _ => false,
    };
    let is_running = matches!(&action, Some(Action::Update { from: Object::Connector(from), .. }
        | Action::Adopt { from: Object::Connector(from), .. }) if from.state == ConnectorState::Running);
    let newborn = newborn_topics(world, desired);
    needs_topics(drafts, &desired.address, &newborn);

    let mut chain: Vec<DraftId> = desired.after.iter().filter_map(|id| drafts.main(id)).collect();
    if !is_new {
        for task in newborn {
            chain = vec![drafts.add_forward(Draft::task(desired, task).after(chain))];
        }
    }
    let mut expect = Some(expect);
    if let Some(action) = action {
        let mut draft = Draft::of(desired, action).after(chain);
        draft.expect = expect.take().unwrap_or(super::Expect::Anything);
        draft.reason = reason;
        chain = vec![drafts.add_main(draft)];
    }
    // One that was made and never told where to begin would carry once more all that both sides hold.
    let was_left = restart_from == Some(ConnectorState::Stopped) && has_to_continue(world, desired);
    for task in desired.before_start.iter().flat_map(|task| beginnings(world, desired, task)) {
        if is_new || (was_left && matches!(task, Task::ContinueFromCutOver(_))) {
            chain = vec![drafts.add_forward(Draft::task(desired, task).after(chain))];
        }
    }
    let wanted = wanted_state(desired);
    let is_started = restart_from.is_some() || (is_new && wanted == ConnectorState::Running);
    if is_started {
        chain.extend(before.ended);
        let mut draft = state_draft(desired, wanted, restart_from).after(chain);
        draft.expect = expect.take().unwrap_or(super::Expect::Anything);
        chain = vec![drafts.add_forward(draft)];
    }
    if wanted == ConnectorState::Running && (is_started || (is_rewritten && is_running)) {
        see(drafts, desired, chain, is_started && before.heartbeat);
    }
}

/// Deletes a connector: stopped first, so that its offsets are flushed and nothing is carried any more.
pub(super) fn draft_end(drafts: &mut Drafts, mut draft: Draft) -> DraftId {
    if let Action::Delete { from: Object::Connector(connector) } = &draft.action
        && connector.state != ConnectorState::Stopped
        && let Some(object) = draft.object.clone()
    {
        let was = connector.state;
        let task = Task::SetConnectorState { connector: object.clone(), state: ConnectorState::Stopped };
        let mut stop = Draft::new(&draft.address, Some(&object), Action::Task(task));
        stop.role = draft.role;
        stop.expect = draft.expect.clone();
        stop.undo = back_to(&object, was);
        draft.after = vec![drafts.add(stop)];
    }
    drafts.add(draft)
}

/// Whether a connector that carries records was made, and a run ended before it was told to go on from the cut-over.
fn has_to_continue(world: &World<'_>, desired: &Desired) -> bool {
    desired.before_start.iter().any(|task| match task {
        Task::NoteStarts { source, .. } => world.has_to_continue(&desired.address, source),
        _ => false,
    })
}

/// How the mirroring of a new connector begins. What its source and its target held in common when the roles changed is
/// not carried once more: it goes on from there, as long as the target still has it.
fn beginnings(world: &World<'_>, desired: &Desired, task: &Task) -> Vec<Task> {
    let Task::NoteStarts { source, target, topics } = task else { return vec![task.clone()] };
    let Some((pair, snapshot)) = world.cut_over(&desired.address) else { return vec![task.clone()] };
    let known = snapshot.ends.get(source);
    let goes_on = |on_source: &String, on_target: &String| {
        known.is_some_and(|known| known.contains_key(on_source))
            && matches!(world.sight(&ObjectId::topic(target, on_target)), Sight::There(_))
    };
    let (mut old, new): (BTreeMap<_, _>, BTreeMap<_, _>) =
        topics.clone().into_iter().partition(|(on_source, on_target)| goes_on(on_source, on_target));
    // Topics that a pattern brings in are declared nowhere, and were carried all the same.
    if let Some(Resource::Replication(replication)) = world.declared(&desired.address).map(|it| &it.resource)
    {
        let carries = Carries::of(replication, &target.name);
        let undeclared = known.into_iter().flat_map(BTreeMap::keys);
        let undeclared = undeclared.filter(|name| !topics.contains_key(*name) && carries.topic(name));
        old.extend(undeclared.map(|name| (name.clone(), replication.naming.on_standby(&source.name, name))));
    }
    let from_cut_over = (!old.is_empty()).then(|| {
        let (pair, connector) = (pair.clone(), desired.id.clone());
        let (source, target) = (source.clone(), target.clone());
        Task::ContinueFromCutOver(Box::new(Continuation { pair, connector, source, target, topics: old }))
    });
    let from_start = (!new.is_empty()).then(|| Task::NoteStarts {
        source: source.clone(),
        target: target.clone(),
        topics: new,
    });
    from_start.into_iter().chain(from_cut_over).collect()
}

fn wanted_state(desired: &Desired) -> ConnectorState {
    match &desired.object {
        Object::Connector(connector) => connector.state,
        _ => ConnectorState::Running,
    }
}

fn state_draft(desired: &Desired, state: ConnectorState, from: Option<ConnectorState>) -> Draft {
    let task = Task::SetConnectorState { connector: desired.id.clone(), state };
    let mut draft = Draft::of(desired, Action::Task(task));
    draft.undo = back_to(&desired.id, from.unwrap_or(ConnectorState::Stopped));
    draft
}

/// Only a state that a connector can be told to take can be gone back to.
fn back_to(connector: &ObjectId, state: ConnectorState) -> Undo {
    match state {
        ConnectorState::Running | ConnectorState::Stopped => {
            let task = Task::SetConnectorState { connector: connector.clone(), state };
            Undo::Inverse(Box::new(Action::Task(task)))
        }
        ConnectorState::Paused | ConnectorState::Failed | ConnectorState::Unassigned => Undo::Nothing,
    }
}

/// Waits for what shows that the connector does its work.
fn see(drafts: &mut Drafts, desired: &Desired, mut chain: Vec<DraftId>, with_heartbeat: bool) {
    for task in &desired.seen_by {
        if matches!(task, Task::AwaitHeartbeat { .. }) && !with_heartbeat {
            continue;
        }
        chain = vec![drafts.add_forward(Draft::task(desired, task.clone()).after(chain))];
    }
}

/// The notes of where the mirroring starts that this plan makes possible: topics that it makes on the target.
fn newborn_topics(world: &World<'_>, desired: &Desired) -> Vec<Task> {
    desired.before_start.iter().filter_map(|task| newborn_of(world, task)).collect()
}

fn newborn_of(world: &World<'_>, task: &Task) -> Option<Task> {
    let Task::NoteStarts { source, target, topics } = task else { return None };
    let is_newborn = |name: &String| {
        let id = ObjectId::topic(target, name);
        world.wanted_by(&id).is_some() && matches!(world.sight(&id), Sight::Gone)
    };
    let topics: BTreeMap<String, String> =
        topics.iter().filter(|(_, name)| is_newborn(name)).map(|(a, b)| (a.clone(), b.clone())).collect();
    (!topics.is_empty()).then(|| Task::NoteStarts { source: source.clone(), target: target.clone(), topics })
}

/// The topics that a flow covers have to be there before it starts, or MirrorMaker makes them in its own way.
fn needs_topics(drafts: &mut Drafts, address: &Address, notes: &[Task]) {
    let clusters: BTreeSet<Address> = notes
        .iter()
        .flat_map(|task| match task {
            Task::NoteStarts { source, target, .. } => vec![source.clone(), target.clone()],
            _ => Vec::new(),
        })
        .collect();
    if !clusters.is_empty() {
        drafts.needs_topics_of.entry(address.clone()).or_default().extend(clusters);
    }
}
