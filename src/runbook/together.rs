//! The failovers of several pairs as one plan: each as if it were alone, put side by side in waves.

use super::Sources;
use super::failover::{Child, bare, child};
use super::shared::Shared;
use crate::estate::{Address, Estate, Observed, Occasion, Resource, Task};
use crate::plan::{
    Action, Deferred, Failover, InWaves, Plan, PlanError, PlannedOutput, Refusal, Step, StepId,
};
use crate::state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What a failover of several pairs is made from.
pub struct Several<'a> {
    /// The policy that puts them together.
    pub policy: &'a Address,
    /// Its recovery time objective.
    pub rto: Option<Duration>,
    /// The estate under today's roles.
    pub now: &'a Estate,
    /// The estate once all pairs have moved.
    pub then: &'a Estate,
    /// The state.
    pub state: &'a State,
    /// Every object of any of the estates.
    pub observed: &'a Observed,
    /// What each pair's own failover is made from, by wave; one recipe for all.
    pub waves: Vec<Vec<Sources<'a>>>,
}

/// The plan of the changes of roles of several pairs. Nothing ties the pairs of a wave but what they share; a wave begins once
/// clients can work with every pair of the wave before.
///
/// Pure, as the plan of one pair is.
///
/// # Errors
/// The estate's resources depend on each other.
pub fn in_waves(several: &Several<'_>) -> Result<Plan, PlanError> {
    let mut children: Vec<Vec<Child>> = Vec::new();
    for wave in &several.waves {
        children.push(wave.iter().map(child).collect::<Result<_, _>>()?);
    }
    let shared = Shared::of(several, &children)?;
    let mut merge = Merge::new(several, &children, &shared);
    let mut waves: Vec<Vec<Failover>> = Vec::new();
    let mut gate: Vec<StepId> = Vec::new();
    for wave in children {
        let (mut told, mut reached) = (Vec::new(), Vec::new());
        for child in wave {
            let (failover, ends) = merge.add(child, &gate);
            told.push(failover);
            reached.extend(ends);
        }
        gate = reached;
        waves.push(told);
    }
    merge.let_go(&shared, &mut waves);
    let Merge { steps, mut refused, deferred, .. } = merge;
    refused.extend(shared.refused);
    let notes = common_notes(&mut waves);
    let rto = several.rto.map(|rto| rto.as_secs());
    let in_waves = InWaves { policy: several.policy.clone(), waves, notes, rto };
    let bare = bare(several.now, several.observed, several.state, steps);
    let outputs: BTreeMap<String, PlannedOutput> = shared.outputs;
    let in_waves = Some(Box::new(in_waves));
    Ok(Plan { in_waves, refused, deferred, outputs, ..bare }.identified())
}

/// Takes out of each pair's notes what all of them say.
fn common_notes(waves: &mut [Vec<Failover>]) -> Vec<String> {
    let all = || waves.iter().flatten();
    let is_common = |note: &&String| all().count() > 1 && all().all(|failover| failover.notes.contains(note));
    let common: Vec<String> =
        all().next().into_iter().flat_map(|first| &first.notes).filter(is_common).cloned().collect();
    for failover in waves.iter_mut().flatten() {
        failover.notes.retain(|note| !common.contains(note));
    }
    common
}

/// Puts the plans of pairs into one.
struct Merge<'a> {
    now: &'a Estate,
    names: BTreeMap<Address, String>,
    steps: Vec<Step>,
    refused: Vec<Refusal>,
    deferred: Vec<Deferred>,
    /// How many waves of steps there are so far.
    waves: u32,
    /// The title of the wave that is made before that of the first pair, until it has one.
    opening: Option<&'static str>,
    /// Topics that several flows use, by their cluster.
    made: BTreeMap<Address, Vec<StepId>>,
    /// Applications of several pairs: how many of these are still to come, and what those before have reached.
    waited_for: BTreeMap<Address, (usize, Vec<StepId>)>,
}

impl<'a> Merge<'a> {
    fn new(several: &Several<'a>, children: &[Vec<Child>], shared: &Shared) -> Self {
        let mut merge = Self {
            now: several.now,
            names: names(several),
            steps: Vec::new(),
            refused: Vec::new(),
            deferred: Vec::new(),
            waves: 0,
            opening: None,
            made: BTreeMap::new(),
            waited_for: started_by_several(children),
        };
        for step in &shared.made {
            let id = merge.push(Step { wave: 1, after: Vec::new(), ..step.clone() });
            if let Some(object) = &step.object {
                merge.made.entry(object.place.clone()).or_default().push(id);
            }
            merge.opening = Some("make what the flows share");
        }
        merge
    }

    fn push(&mut self, step: Step) -> StepId {
        let id = StepId(u32::try_from(self.steps.len()).unwrap_or(u32::MAX));
        self.steps.push(Step { id, ..step });
        id
    }

    /// Adds the plan of a pair, whose first steps come after `gate`; answers what is said of it, and the steps that clients
    /// wait for.
    fn add(&mut self, child: Child, gate: &[StepId]) -> (Failover, Vec<StepId>) {
        let Child { mut failover, steps, reached, refused, deferred, .. } = child;
        self.keep(refused, deferred);
        failover.before = self.waves;
        if let Some(title) = self.opening.take() {
            failover.waves.insert(0, title.to_owned());
            self.waves += 1;
        }
        let shift = self.waves;
        self.waves = failover.before + u32::try_from(failover.waves.len()).unwrap_or(u32::MAX);
        let late: BTreeSet<Address> = (self.waited_for.iter())
            .filter(|(_, (left, _))| *left > 1)
            .map(|(owner, _)| owner.clone())
            .collect();
        let own: BTreeSet<&Address> = steps.iter().filter_map(started).collect();
        let own: Vec<Address> =
            own.into_iter().filter(|owner| self.waited_for.contains_key(*owner)).cloned().collect();
        // By number of a step: what comes after it.
        let mut numbers: Vec<Vec<StepId>> = Vec::with_capacity(steps.len());
        for step in steps {
            let mut after: BTreeSet<StepId> = match step.after.is_empty() {
                true => gate.iter().copied().collect(),
                false => {
                    step.after.iter().filter_map(|id| numbers.get(id.0 as usize)).flatten().copied().collect()
                }
            };
            let Some(step) = self.adapted(&failover.pair, step, &late) else {
                numbers.push(after.into_iter().collect());
                continue;
            };
            after.extend(self.ties(&step));
            let wave = step.wave + shift;
            numbers.push(vec![self.push(Step { wave, after: after.into_iter().collect(), ..step })]);
        }
        let numbered = |id: StepId| numbers.get(id.0 as usize).cloned().unwrap_or_default();
        failover.no_return = failover.no_return.and_then(|id| numbered(id).first().copied());
        let reached: Vec<StepId> = reached.into_iter().flat_map(numbered).collect();
        for owner in own {
            if let Some((left, before)) = self.waited_for.get_mut(&owner) {
                *left -= 1;
                before.extend(&reached);
            }
        }
        (failover, reached)
    }

    fn keep(&mut self, refused: Vec<Refusal>, deferred: Vec<Deferred>) {
        self.refused.extend(refused);
        for deferred in deferred {
            if !self.deferred.iter().any(|known| known.object == deferred.object) {
                self.deferred.push(deferred);
            }
        }
    }

    /// A step as it is among those of other pairs; none if it is done elsewhere. `late` are applications that a later pair
    /// starts.
    fn adapted(&self, pair: &Address, mut step: Step, late: &BTreeSet<Address>) -> Option<Step> {
        if Shared::is_of_flow(&step) || started(&step).is_some_and(|owner| late.contains(owner)) {
            return None;
        }
        match &mut step.action {
            Action::Task(Task::Approve { name, .. }) => {
                *name = format!("{}/{name}", self.names.get(pair).map_or("", String::as_str));
            }
            Action::Task(Task::AwaitMembers { groups, .. }) => {
                for owner in late {
                    if let Some(Resource::Application(application)) =
                        self.now.resources.get(owner).map(|declared| &declared.resource)
                    {
                        groups.retain(|group| !application.groups.contains(group));
                    }
                }
                if groups.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
        Some(step)
    }

    /// What a step comes after because of other pairs: a connector after the topics that it shares, an application's start
    /// after all pairs that it works with.
    fn ties(&self, step: &Step) -> Vec<StepId> {
        if let Some(owner) = started(step) {
            return self.waited_for.get(owner).map(|(_, before)| before.clone()).unwrap_or_default();
        }
        let makes = !matches!(step.action, Action::Task(_) | Action::Delete { .. } | Action::Forget);
        let Some(object) = step.object.as_ref().filter(|_| makes) else { return Vec::new() };
        match self.now.resources.get(&object.place).map(|declared| &declared.resource) {
            Some(Resource::Connect(connect)) => self.made.get(&connect.cluster).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Lets go of what no flow uses any more, once all roles have changed.
    fn let_go(&mut self, shared: &Shared, waves: &mut [Vec<Failover>]) {
        let lines: Vec<StepId> = waves.iter().flatten().filter_map(|failover| failover.no_return).collect();
        let Some(last) = waves.iter_mut().flatten().last().filter(|_| !shared.gone.is_empty()) else {
            return;
        };
        last.waves.push("let go of what no flow uses".to_owned());
        self.waves += 1;
        for step in &shared.gone {
            self.push(Step { wave: self.waves, after: lines.clone(), ..step.clone() });
        }
    }
}

/// The application that a step starts.
const fn started(step: &Step) -> Option<&Address> {
    match &step.action {
        Action::Task(Task::Call { owner, occasion: Occasion::Start, .. }) => Some(owner),
        _ => None,
    }
}

/// Applications that more than one pair starts, each with how many do.
fn started_by_several(children: &[Vec<Child>]) -> BTreeMap<Address, (usize, Vec<StepId>)> {
    let mut counts: BTreeMap<Address, (usize, Vec<StepId>)> = BTreeMap::new();
    for child in children.iter().flatten() {
        let owners: BTreeSet<&Address> = child.steps.iter().filter_map(started).collect();
        for owner in owners {
            counts.entry(owner.clone()).or_default().0 += 1;
        }
    }
    counts.retain(|_, (count, _)| *count > 1);
    counts
}

/// What each pair is called: its name, or its address where two have one name.
fn names(several: &Several<'_>) -> BTreeMap<Address, String> {
    let pairs = || several.waves.iter().flatten().map(|sources| sources.pair);
    let name = |pair: &Address| {
        let namesakes = pairs().filter(|other| other.name == pair.name).count();
        if namesakes > 1 { pair.to_string() } else { pair.name.clone() }
    };
    pairs().map(|pair| (pair.clone(), name(pair))).collect()
}
