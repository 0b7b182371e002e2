//! The recipe of a drill, and what is foretold by one.

use super::Sources;
use super::failover::{active_side, bare};
use super::recipe::Drafted;
use super::rehearsal::{PARTITIONS, Rehearsal};
use super::waves::Waves;
use crate::estate::{
    Address, ConnectorState, Estate, Group, Object, ObjectId, Observed, Occasion, OnRemove, Resource, Task,
    What,
};
use crate::plan::{Action, Expect, Failover, Loss, Plan, Recipe, Step, StepId, undo_of};
use crate::state::State;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many records each partition of the drill's topic gets.
const EACH: i64 = 100;
/// How many of them the drill's group has read, in the first partition; in each further one some more.
const READ: i64 = 40;

/// The way of a failover, gone with a topic and a group of the drill's own.
pub(super) fn drill(sources: &Sources<'_>) -> Drafted {
    let mut notes = Vec::new();
    let Some(rehearsal) = Rehearsal::of(sources.now, sources.then, sources.pair) else {
        notes.push("the pair has no replication: there is nothing to rehearse".to_owned());
        return Drafted { waves: Waves::default(), no_return: None, reached: Vec::new(), notes };
    };
    let mut stage = Stage { sources, rehearsal, waves: Waves::default() };
    let objects = leftovers(sources.now, sources.then, sources.pair);
    let sweep = Task::Sweep { pair: sources.pair.clone(), objects };
    stage.waves.open("remove what an earlier drill left");
    let first = stage.task(sweep.clone(), &[]);
    // If something does not answer, what needs it tells so better.
    stage.waves.optional(first);
    stage.set();
    stage.carry();
    stage.hand_over();
    stage.applications();
    stage.waves.open("remove all of it");
    stage.task(sweep, &[]);
    if stage.rehearsal.names.is_empty() {
        notes.push("no name moves with the pair: DNS takes no part".to_owned());
    }
    Drafted { waves: stage.waves, no_return: None, reached: Vec::new(), notes }
}

/// The plan that removes whatever drills of a pair may have left, in either direction; none if the pair has no replication.
pub fn sweep(now: &Estate, then: &Estate, state: &State, pair: &Address) -> Option<Plan> {
    let rehearsal = Rehearsal::of(now, then, pair)?;
    let mut waves = Waves::default();
    waves.open("remove what drills left");
    let task = Task::Sweep { pair: pair.clone(), objects: leftovers(now, then, pair) };
    waves.task(&rehearsal.address, task, &[]);
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
        notes: Vec::new(),
        rto: None,
        rpo: None,
    };
    let bare = bare(now, &Observed::default(), state, steps);
    Some(Plan { failover: Some(Box::new(failover)), ..bare }.identified())
}

/// All that drills in either direction may leave.
fn leftovers(now: &Estate, then: &Estate, pair: &Address) -> Vec<ObjectId> {
    let both = [Rehearsal::of(now, then, pair), Rehearsal::of(then, now, pair)];
    let all: BTreeSet<ObjectId> =
        both.into_iter().flatten().flat_map(|rehearsal| rehearsal.objects()).collect();
    all.into_iter().collect()
}

/// How long a failover takes from the drained mirror to the switched names, by the drill's steps of the same sorts: what of
/// a wave is done at once counts once. Applications take what they take. None if the drill did not get that far.
pub fn foretold(plan: &Plan, spans: &BTreeMap<StepId, (Timestamp, Timestamp)>) -> Option<Duration> {
    let counts = |step: &&Step| match &step.action {
        Action::Task(Task::SetConnectorState { state, .. }) => *state == ConnectorState::Stopped,
        Action::Task(task) => matches!(
            task,
            Task::AwaitDrained { .. }
                | Task::CommitGroups { .. }
                | Task::Canary { .. }
                | Task::AwaitPropagation { .. }
        ),
        _ => matches!(step.object.as_ref().map(|id| &id.what), Some(What::RecordSet { .. })),
    };
    let mut waves = BTreeMap::<u32, (Timestamp, Timestamp)>::new();
    for step in plan.steps.iter().filter(counts) {
        let (from, to) = *spans.get(&step.id)?;
        let wave = waves.entry(step.wave).or_insert((from, to));
        *wave = (wave.0.min(from), wave.1.max(to));
    }
    let spans = waves.values().map(|(from, to)| to.duration_since(*from));
    Some(spans.filter_map(|span| Duration::try_from(span).ok()).sum())
}

/// What a drill stands on.
struct Stage<'a> {
    sources: &'a Sources<'a>,
    rehearsal: Rehearsal,
    waves: Waves,
}

impl Stage<'_> {
    fn make(&mut self, id: &ObjectId, object: &Object, after: &[StepId]) -> StepId {
        let action = Action::Create(object.clone());
        self.waves.push(Step {
            id: StepId(0),
            address: self.rehearsal.address.clone(),
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

    fn task(&mut self, task: Task, after: &[StepId]) -> StepId {
        self.waves.task(&self.rehearsal.address, task, after)
    }

    /// Topics, records in the one on the active side, and a group that has read some of them.
    fn set(&mut self) {
        self.waves.open("make topics");
        let Rehearsal { topics, route, topic, .. } = self.rehearsal.clone();
        for (id, object) in &topics {
            self.make(id, object, &[]);
        }
        self.waves.open("see topics");
        for cluster in [&route.source, &route.target] {
            let topics = BTreeMap::from([(topic.clone(), PARTITIONS)]);
            self.task(Task::AwaitTopics { cluster: cluster.clone(), topics }, &[]);
        }
        self.waves.open("write records");
        let cluster = route.source.clone();
        let write = Task::WriteNumbered { cluster, topic: topic.clone(), partitions: PARTITIONS, each: EACH };
        let written = self.task(write, &[]);
        let positions = (0..PARTITIONS).map(|partition| (partition, READ + 10 * i64::from(partition)));
        let positions = BTreeMap::from([(topic, positions.collect())]);
        let group = Object::Group(Group { members: 0, positions });
        let id = self.rehearsal.group_on(&route.source);
        self.make(&id, &group, &[written]);
    }

    /// The mirror, until it has carried all.
    fn carry(&mut self) {
        self.waves.open("mirror them");
        let Rehearsal { connectors, route, .. } = self.rehearsal.clone();
        for (id, object) in &connectors {
            let mut last = self.make(id, object, &[]);
            let carries = route.connector.as_ref() == Some(id);
            if carries {
                let (source, target) = (route.source.clone(), route.target.clone());
                let starts = Task::NoteStarts { source, target, topics: route.topics.clone() };
                last = self.task(starts, &[last]);
            }
            let (connector, state) = (id.clone(), ConnectorState::Running);
            last = self.task(Task::SetConnectorState { connector: connector.clone(), state }, &[last]);
            self.task(Task::AwaitConnector { connector, tasks: usize::from(carries) }, &[last]);
        }
        let route = Box::new(route);
        self.waves.open("see records cross");
        self.task(Task::AwaitCopies { route: route.clone() }, &[]);
        self.waves.open("drain");
        self.task(Task::AwaitDrained { route }, &[]);
        self.waves.open("stop the mirror");
        for (connector, _) in connectors {
            self.task(Task::SetConnectorState { connector, state: ConnectorState::Stopped }, &[]);
        }
    }

    /// The group goes on there, the standby takes a record, and every authority shows a name.
    fn hand_over(&mut self) {
        let route = Box::new(self.rehearsal.route.clone());
        let cluster = route.target.clone();
        self.waves.open("set the group");
        self.task(Task::CommitGroups { route: route.clone(), source_lost: false, lenient: false }, &[]);
        self.waves.open("read on");
        self.task(Task::ReadOn { route }, &[]);
        self.waves.open("let clients write");
        self.task(Task::Canary { cluster, topic: self.rehearsal.canary.clone() }, &[]);
        self.waves.open("switch names");
        for (record, wanted) in self.rehearsal.names.clone() {
            let made = self.make(&record, &Object::RecordSet(wanted.clone()), &[]);
            self.task(Task::AwaitPropagation { record, wanted }, &[made]);
        }
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
