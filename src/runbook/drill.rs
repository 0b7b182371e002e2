//! The recipe of a drill, and what is foretold by one.

use super::Sources;
use super::failover::{active_side, bare};
use super::names::{Switched, lead};
use super::recipe::Drafted;
use super::rehearsal::{PARTITIONS, Rehearsal, canary, leftovers, names};
use super::waves::Waves;
use crate::estate::{
    Address, ConnectorState, Estate, Group, Object, ObjectId, Observed, Occasion, OnRemove, RecordSet,
    Resource, Task,
};
use crate::plan::{Action, Expect, Failover, Loss, Plan, Recipe, Step, StepId, undo_of};
use crate::state::State;
use std::collections::{BTreeMap, BTreeSet};

/// How many records each partition of the drill's topic gets.
const EACH: i64 = 100;
/// How many of them the drill's group has read, in the first partition; in each further one some more.
const READ: i64 = 40;

/// The way of a failover, gone with a topic and a group of the drill's own for each replication, side by side.
pub(super) fn drill(sources: &Sources<'_>) -> Drafted {
    let mut notes = Vec::new();
    let lanes = Rehearsal::all(sources.now, sources.pair);
    if lanes.is_empty() {
        notes.push("the pair has no replication: there is nothing to rehearse".to_owned());
        return Drafted { waves: Waves::default(), no_return: None, reached: Vec::new(), notes };
    }
    let names = names(sources.now, sources.then);
    if names.is_empty() {
        notes.push("no name moves with the pair: DNS takes no part".to_owned());
    }
    let left = leftovers(sources.now, sources.then, sources.pair);
    let lanes = lanes.into_iter().map(|rehearsal| Lane { rehearsal, ends: Vec::new() }).collect();
    let mut stage = Stage { sources, lanes, waves: Waves::default() };
    stage.clear(&left);
    stage.set();
    stage.carry();
    stage.hand_over();
    notes.extend(stage.lead_clients(names));
    stage.applications();
    stage.waves.open("remove all of it");
    swept(&mut stage.waves, sources.pair, &left);
    Drafted { waves: stage.waves, no_return: None, reached: Vec::new(), notes }
}

/// The plan that removes whatever drills of a pair may have left, in either direction, be it by what is declared or by the
/// plans of drills that were not finished; none if there is nothing to remove.
pub fn sweep(
    now: &Estate,
    then: &Estate,
    state: &State,
    pair: &Address,
    unfinished: &[Plan],
) -> Option<Plan> {
    let mut left = leftovers(now, then, pair);
    for (address, objects) in unfinished.iter().filter(|plan| plan.is_drill()).flat_map(sweeps) {
        let known = objects.iter().filter(|id| now.resources.contains_key(&id.place)).cloned();
        left.entry(address.clone()).or_default().extend(known);
    }
    if left.len() < 2 {
        return None;
    }
    let mut waves = Waves::default();
    waves.open("remove what drills left");
    swept(&mut waves, pair, &left);
    let (waves, steps) = waves.into_parts();
    let failover = Failover {
        pair: pair.clone(),
        recipe: Recipe::Drill,
        from: active_side(now, pair),
        to: active_side(then, pair),
        epoch: state.epoch(pair),
        waves,
        before: 0,
        no_return: None,
        guards: Vec::new(),
        groups: Vec::new(),
        loss: Loss::Nothing,
        continues: None,
        emptied: None,
        signs: None,
        notes: Vec::new(),
        rto: None,
        rpo: None,
    };
    let bare = bare(now, &Observed::default(), state, steps);
    Some(Plan { failover: Some(Box::new(failover)), ..bare }.identified())
}

/// What a drill's plan removes, and for whom.
fn sweeps(plan: &Plan) -> impl Iterator<Item = (&Address, &Vec<ObjectId>)> {
    plan.steps.iter().filter_map(|step| match &step.action {
        Action::Task(Task::Sweep { objects, .. }) => Some((&step.address, objects)),
        _ => None,
    })
}

/// Removes all of this in the open wave: a step for each resource that makes it.
fn swept(waves: &mut Waves, pair: &Address, left: &BTreeMap<Address, BTreeSet<ObjectId>>) -> Vec<StepId> {
    let task = |objects: &BTreeSet<ObjectId>| Task::Sweep {
        pair: pair.clone(),
        objects: objects.iter().cloned().collect(),
    };
    left.iter().map(|(address, objects)| waves.task(address, task(objects), &[])).collect()
}

/// The replications that a drill of a pair rehearses, each with the address of the drill's own beside it.
pub fn rehearsed(estate: &Estate, pair: &Address) -> BTreeMap<Address, Address> {
    let all = Rehearsal::all(estate, pair).into_iter();
    all.map(|rehearsal| (rehearsal.rehearsed, rehearsal.address)).collect()
}

/// A replication on its way through the waves. It waits for no other: one that fails keeps none of them from being proven.
struct Lane {
    rehearsal: Rehearsal,
    /// What its next steps come after.
    ends: Vec<StepId>,
}

/// What a drill stands on.
struct Stage<'a> {
    sources: &'a Sources<'a>,
    lanes: Vec<Lane>,
    waves: Waves,
}

impl Stage<'_> {
    /// Opens a wave, in which each replication has steps of its own.
    fn wave(&mut self, title: &str, fill: impl Fn(&mut Waves, &Rehearsal)) {
        self.waves.open(title);
        for lane in &mut self.lanes {
            let first = self.waves.enter(&lane.ends);
            fill(&mut self.waves, &lane.rehearsal);
            lane.ends = self.waves.ends_from(first);
        }
    }

    /// If something does not answer, what needs it tells so better.
    fn clear(&mut self, left: &BTreeMap<Address, BTreeSet<ObjectId>>) {
        self.waves.open("remove what an earlier drill left");
        let steps = swept(&mut self.waves, self.sources.pair, left);
        for step in &steps {
            self.waves.optional(*step);
        }
        for lane in &mut self.lanes {
            lane.ends.clone_from(&steps);
        }
    }

    /// Topics, records in the one on the active side, and a group that has read some of them.
    fn set(&mut self) {
        self.wave("make topics", |waves, Rehearsal { address, topics, .. }| {
            for (id, object) in topics {
                make(waves, address, (id, object), &[]);
            }
        });
        self.wave("see topics", |waves, Rehearsal { address, route, topic, .. }| {
            for cluster in [&route.source, &route.target] {
                let topics = BTreeMap::from([(topic.clone(), PARTITIONS)]);
                waves.task(address, Task::AwaitTopics { cluster: cluster.clone(), topics }, &[]);
            }
        });
        self.wave("write records", |waves, rehearsal| {
            let Rehearsal { address, route, topic, .. } = rehearsal;
            let (cluster, topic) = (route.source.clone(), topic.clone());
            let write =
                Task::WriteNumbered { cluster, topic: topic.clone(), partitions: PARTITIONS, each: EACH };
            let written = waves.task(address, write, &[]);
            let positions = (0..PARTITIONS).map(|partition| (partition, READ + 10 * i64::from(partition)));
            let positions = BTreeMap::from([(topic, positions.collect())]);
            let group = Object::Group(Group { members: 0, positions });
            make(waves, address, (&rehearsal.group_on(&route.source), &group), &[written]);
        });
    }

    /// The mirror, until it has carried all.
    fn carry(&mut self) {
        self.wave("mirror them", |waves, Rehearsal { address, connectors, route, .. }| {
            for (id, object) in connectors {
                let mut last = make(waves, address, (id, object), &[]);
                let carries = route.connector.as_ref() == Some(id);
                if carries {
                    let (source, target) = (route.source.clone(), route.target.clone());
                    let starts = Task::NoteStarts { source, target, topics: route.topics.clone() };
                    last = waves.task(address, starts, &[last]);
                }
                let (connector, state) = (id.clone(), ConnectorState::Running);
                let run = Task::SetConnectorState { connector: connector.clone(), state };
                last = waves.task(address, run, &[last]);
                waves.task(address, Task::AwaitConnector { connector, tasks: usize::from(carries) }, &[last]);
            }
        });
        self.wave("see records cross", |waves, Rehearsal { address, route, .. }| {
            waves.task(address, Task::AwaitCopies { route: Box::new(route.clone()) }, &[]);
        });
        self.wave("drain", |waves, Rehearsal { address, route, .. }| {
            waves.task(address, Task::AwaitDrained { route: Box::new(route.clone()) }, &[]);
        });
        self.wave("stop the mirror", |waves, Rehearsal { address, connectors, .. }| {
            for (connector, _) in connectors {
                let (connector, state) = (connector.clone(), ConnectorState::Stopped);
                waves.task(address, Task::SetConnectorState { connector, state }, &[]);
            }
        });
    }

    /// The group goes on on the other side.
    fn hand_over(&mut self) {
        self.wave("set the group", |waves, Rehearsal { address, route, .. }| {
            let route = Box::new(route.clone());
            waves.task(address, Task::CommitGroups { route, source_lost: false, lenient: false }, &[]);
        });
        self.wave("read on", |waves, Rehearsal { address, route, .. }| {
            waves.task(address, Task::ReadOn { route: Box::new(route.clone()) }, &[]);
        });
    }

    /// The standby takes a record, every authority shows a name, and a client gets in by it: once for the pair, behind all of
    /// its replications. Answers what there is to say.
    fn lead_clients(&mut self, names: Vec<(ObjectId, RecordSet)>) -> Option<String> {
        let pair = self.sources.pair;
        self.waves.open("let clients write");
        if let Some(cluster) = self.sources.new_side().cloned() {
            self.waves.task(pair, Task::Canary { cluster, topic: canary(pair), through: None }, &[]);
        }
        self.waves.open("switch names");
        let mut switched = Vec::new();
        for (record, wanted) in names {
            let made = make(&mut self.waves, pair, (&record, &Object::RecordSet(wanted.clone())), &[]);
            let shown = Task::AwaitPropagation { record: record.clone(), wanted: wanted.clone() };
            let (address, seen) = (pair.clone(), self.waves.task(pair, shown, &[made]));
            switched.push(Switched { address, record, wanted, seen });
        }
        lead(self.sources, &mut self.waves, &switched, (pair, &canary(pair)))
    }

    /// Applications that take part in drills.
    fn applications(&mut self) {
        self.waves.open("ask applications");
        let named = self.sources.policy().map(|policy| policy.applications.as_slice()).unwrap_or_default();
        for owner in named {
            let declared = self.sources.now.resources.get(owner).map(|declared| &declared.resource);
            let Some(Resource::Application(application)) = declared else { continue };
            let Some(hook) = &application.drill else { continue };
            let task = Task::Call {
                owner: owner.clone(),
                occasion: Occasion::Drill,
                seconds: hook.timeout.as_secs(),
                pair: Some(self.sources.pair.clone()),
                cluster: self.sources.new_side().cloned(),
            };
            self.waves.task(owner, task, &[]);
        }
    }
}

/// Makes an object of a drill's.
fn make(waves: &mut Waves, owner: &Address, (id, object): (&ObjectId, &Object), after: &[StepId]) -> StepId {
    let action = Action::Create(object.clone());
    waves.push(Step {
        id: StepId(0),
        address: owner.clone(),
        object: Some(id.clone()),
        role: None,
        after: after.to_vec(),
        expect: Expect::Absent,
        undo: undo_of(&action),
        action,
        on_remove: OnRemove::Delete,
        reason: None,
        wave: 0,
        optional: false,
    })
}
