//! What a planned failover has done, for an unplanned one that goes on from there.

use crate::estate::{Address, Evidence, GroupSet, Occasion, Snapshot, Task};
use crate::offsets::Flow;
use crate::plan::{Action, Continued, Plan, Recipe, StepId};
use crate::state::Sighting;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a planned failover has done whose active side died before the roles changed.
///
/// What it did stays done: applications that are stopped stay so until they are started on the other side, a fence that was
/// proven is not put up again, a snapshot and groups that were set are not touched. A step that was begun and has no
/// result counts for nothing here: what takes its place is planned anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    run: String,
    /// Whether writers were seen to stay away from the side that died.
    is_quiet: bool,
    fence_was_called: bool,
    /// Where the logs of the side that died ended, by topic, and when that was seen.
    ends: Option<(Timestamp, BTreeMap<String, Vec<i64>>)>,
    /// The replications of which all was carried behind the fence.
    drained: BTreeSet<Address>,
    has_snapshot: bool,
    /// By replication, where its groups were set.
    groups: BTreeMap<Address, Vec<GroupSet>>,
}

/// Why no unplanned failover goes on from a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BegunError {
    /// It is something else.
    #[error("it is no planned failover")]
    NotPlanned,
    /// The roles have changed: there is nothing left to decide.
    #[error("the roles have changed already")]
    NoReturn,
}

impl Begun {
    /// What a run did: the steps of its plan that are done, when, and what each found out. A step that a person took for done
    /// is none of them.
    ///
    /// # Errors
    /// It is no planned failover, or the roles have changed.
    pub fn of(
        run: &str,
        plan: &Plan,
        done: &BTreeMap<StepId, (Timestamp, Evidence)>,
    ) -> Result<Self, BegunError> {
        let failover = plan.failover.as_ref().filter(|failover| failover.recipe == Recipe::Planned);
        let failover = failover.ok_or(BegunError::NotPlanned)?;
        if failover.no_return.is_some_and(|line| done.contains_key(&line)) {
            return Err(BegunError::NoReturn);
        }
        let mut begun = Self {
            run: run.to_owned(),
            is_quiet: false,
            fence_was_called: false,
            ends: None,
            drained: BTreeSet::new(),
            has_snapshot: false,
            groups: BTreeMap::new(),
        };
        for (id, (at, evidence)) in done {
            if let Some(Action::Task(task)) = plan.steps.get(id.0 as usize).map(|step| &step.action) {
                begun.learn(task, *at, evidence, &failover.from.cluster);
            }
        }
        Ok(begun)
    }

    fn learn(&mut self, task: &Task, at: Timestamp, evidence: &Evidence, old: &Address) {
        match (task, evidence) {
            (Task::AwaitQuiet { cluster, .. }, found) if cluster == old => {
                self.is_quiet = true;
                if let Evidence::Still { ends, .. } = found {
                    let next = |(topic, ends): (&String, &Vec<crate::estate::PartitionEnds>)| {
                        (topic.clone(), ends.iter().map(|at| at.end).collect())
                    };
                    self.ends = Some((at, ends.iter().map(next).collect()));
                }
            }
            (Task::Call { occasion: Occasion::Fence, .. }, _) => self.fence_was_called = true,
            (Task::AwaitDrained { route }, _) => drop(self.drained.insert(route.replication.clone())),
            (Task::TakeSnapshot { .. }, Evidence::Snapshot(snapshot)) => self.snapshot(snapshot, old),
            (Task::CommitGroups { route, .. }, Evidence::Groups(groups)) => {
                self.groups.insert(route.replication.clone(), groups.clone());
            }
            _ => {}
        }
    }

    /// It was taken behind the drain, and is the last word on where logs ended.
    fn snapshot(&mut self, snapshot: &Snapshot, old: &Address) {
        self.has_snapshot = true;
        if let Some(topics) = snapshot.ends.get(old) {
            let next =
                topics.iter().map(|(topic, ends)| (topic.clone(), ends.iter().map(|at| at.end).collect()));
            self.ends = Some((snapshot.at, next.collect()));
        }
    }

    /// How the plan names it; `fences` tells whether a fence is declared that keeps writers off.
    pub(super) fn continued(&self, fences: bool) -> Continued {
        Continued { run: self.run.clone(), is_fenced: fences && self.is_quiet }
    }

    /// Whether the fence's hook was called, and answered.
    pub(super) const fn fence_was_called(&self) -> bool {
        self.fence_was_called
    }

    /// Whether the logs' ends are noted: they are in the state.
    pub(super) const fn has_snapshot(&self) -> bool {
        self.has_snapshot
    }

    /// Where the groups of a replication were set, if they were.
    pub(super) fn groups(&self, replication: &Address) -> Option<&[GroupSet]> {
        self.groups.get(replication).map(Vec::as_slice)
    }

    /// Where the side that died ended, if that is known of a later time than `other`.
    pub(super) fn sighting(&self, epoch: u64, other: Option<&Sighting>) -> Option<Sighting> {
        let (at, ends) = self.ends.clone()?;
        let is_later = other.is_none_or(|other| other.at <= at);
        is_later.then_some(Sighting { at, epoch, ends })
    }

    /// Whether nothing of a flow is left on the side that died: all was carried, behind the fence.
    pub(super) fn is_drained(&self, flow: &Flow) -> bool {
        self.is_quiet && self.drained.contains(&flow.replication)
    }
}
