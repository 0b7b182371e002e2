//! What a planned failover has done, for an unplanned one that goes on from there.

use crate::estate::{Address, Evidence, GroupSet, Occasion, Snapshot, Task};
use crate::offsets::Flow;
use crate::plan::{Action, Continued, Failover, Plan, Recipe, StepId};
use crate::state::Sighting;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a planned failover has done of a pair whose active side died before the roles changed; or, of one of several, behind it.
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
    /// Whether the roles have changed: what is left is to lead clients to the new side.
    has_moved: bool,
    /// Whether the fence that refuses the mirror as well was taken down for it.
    is_open: bool,
    /// Whether the new side was seen to take a record.
    is_proven: bool,
    /// The fence whose hook has taken it down, and applications that were started, be it for this pair or for another one.
    called: BTreeSet<(Occasion, Address)>,
}

/// When each step was done, and what it found out; without those that a person took for done.
type Done = BTreeMap<StepId, (Timestamp, Evidence)>;

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
    /// What a run did of each of its pairs: the steps of its plan that are done, when, and what each found out. Pairs of several
    /// that are done with are left out.
    ///
    /// # Errors
    /// It is no planned failover, or the roles have changed and there is no other pair.
    pub fn each(run: &str, plan: &Plan, done: &Done) -> Result<BTreeMap<Address, Self>, BegunError> {
        if plan.recipe() != Some(Recipe::Planned) {
            return Err(BegunError::NotPlanned);
        }
        let is_done = |failover: &Failover| plan.steps_of(failover).all(|step| done.contains_key(&step.id));
        let is_open = |failover: &&Failover| plan.in_waves.is_none() || !is_done(failover);
        let begun = |failover: &Failover| (failover.pair.clone(), Self::of(run, plan, failover, done));
        let each: BTreeMap<Address, Self> = plan.failovers().filter(is_open).map(begun).collect();
        let is_alone = plan.in_waves.is_none();
        match each.is_empty() || is_alone && each.values().any(|begun| begun.has_moved) {
            true => Err(BegunError::NoReturn),
            false => Ok(each),
        }
    }

    fn of(run: &str, plan: &Plan, failover: &Failover, done: &Done) -> Self {
        let mut begun = Self {
            run: run.to_owned(),
            is_quiet: false,
            fence_was_called: false,
            ends: None,
            drained: BTreeSet::new(),
            has_snapshot: false,
            groups: BTreeMap::new(),
            has_moved: failover.no_return.is_some_and(|line| done.contains_key(&line)),
            is_open: false,
            is_proven: false,
            called: BTreeSet::new(),
        };
        for step in plan.steps_of(failover) {
            if let (Action::Task(task), Some((at, evidence))) = (&step.action, done.get(&step.id)) {
                begun.learn(task, *at, evidence, &failover.from.cluster);
            }
        }
        let done = plan.steps.iter().filter(|step| done.contains_key(&step.id));
        begun.called = done
            .filter_map(|step| match &step.action {
                Action::Task(Task::Call { owner, occasion, .. }) => Some((*occasion, owner.clone())),
                _ => None,
            })
            .collect();
        begun
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
            (Task::AllowWrites { .. }, _) => self.is_open = true,
            (Task::Canary { through: None, .. }, _) => self.is_proven = true,
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

    /// Whether the roles have changed.
    pub const fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// Whether the fence that refuses the mirror as well was taken down for it.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether the new side was seen to take a record.
    pub(super) const fn is_proven(&self) -> bool {
        self.is_proven
    }

    /// Whether a hook was called on this occasion, and answered.
    pub(super) fn was_called(&self, occasion: Occasion, owner: &Address) -> bool {
        self.called.contains(&(occasion, owner.clone()))
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
