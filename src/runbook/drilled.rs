//! What came of a drill.

use crate::estate::{Address, ConnectorState, Task, What};
use crate::plan::{Action, Plan, Step, StepId};
use crate::state::Rehearsed;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// When each step was begun, and when it was done; without those that are not done.
type Spans = BTreeMap<StepId, (Timestamp, Timestamp)>;

/// What came of each replication: `own` has the address of the drill's own beside it, `faults` why steps failed.
pub fn results(
    plan: &Plan,
    own: &BTreeMap<Address, Address>,
    spans: &Spans,
    faults: &BTreeMap<StepId, String>,
) -> BTreeMap<Address, Rehearsed> {
    let result = |own: &Address| {
        let is_sweep = |step: &Step| matches!(step.action, Action::Task(Task::Sweep { .. }));
        let steps = || plan.steps.iter().filter(|step| step.address == *own && !is_sweep(step));
        let passed = steps().next().is_some() && steps().all(|step| spans.contains_key(&step.id));
        let of_own = || steps().filter_map(|step| spans.get(&step.id));
        let (first, last) = (of_own().map(|it| it.0).min(), of_own().map(|it| it.1).max());
        let took = first.zip(last).map_or(0, |(first, last)| last.duration_since(first).as_secs());
        let mut reasons: Vec<String> = steps().filter_map(|step| faults.get(&step.id)).cloned().collect();
        if !passed && reasons.is_empty() {
            reasons.push("it was not rehearsed to its end".to_owned());
        }
        Rehearsed { passed, took: u64::try_from(took).unwrap_or_default(), reasons }
    };
    own.iter().map(|(address, own)| (address.clone(), result(own))).collect()
}

/// How long a failover takes from the drained mirror to the switched names, by the drill's steps of the same sorts: what of
/// a wave is done at once counts once, and of replications that are side by side the slowest. Applications take what they
/// take. None if the drill did not get that far.
pub fn foretold(plan: &Plan, spans: &Spans) -> Option<Duration> {
    let counts = |step: &&Step| match &step.action {
        Action::Task(Task::SetConnectorState { state, .. }) => *state == ConnectorState::Stopped,
        Action::Task(task) => matches!(
            task,
            Task::AwaitDrained { .. }
                | Task::CommitGroups { .. }
                | Task::Canary { through: None, .. }
                | Task::AwaitPropagation { .. }
        ),
        _ => matches!(step.object.as_ref().map(|id| &id.what), Some(What::RecordSet { .. })),
    };
    let mut waves = BTreeMap::<u32, BTreeMap<&Address, (Timestamp, Timestamp)>>::new();
    for step in plan.steps.iter().filter(counts) {
        let (from, to) = *spans.get(&step.id)?;
        let lane = waves.entry(step.wave).or_default().entry(&step.address).or_insert((from, to));
        *lane = (lane.0.min(from), lane.1.max(to));
    }
    let slowest = |lanes: &BTreeMap<&Address, (Timestamp, Timestamp)>| {
        lanes.values().filter_map(|(from, to)| Duration::try_from(to.duration_since(*from)).ok()).max()
    };
    Some(waves.values().filter_map(slowest).sum())
}
