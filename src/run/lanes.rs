//! Which ready steps are taken up together.

use super::Ready;
use crate::estate::Address;
use crate::plan::{Action, Step, StepId};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many changes are asked for, and journalled, at once.
const BATCH: usize = 1_000;

/// Steps that can be asked for together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// What only the state has to do with.
    Forget,
    /// The same sort of change at one place.
    Change {
        /// The place.
        place: Address,
        /// The sort.
        sort: Sort,
    },
    /// Tasks, each on its own.
    Task,
}

/// Sorts of changes that providers make together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Create,
    Update,
    Replace,
    Adopt,
    Delete,
}

impl Lane {
    fn of(step: &Step) -> Self {
        let sort = match &step.action {
            Action::Task(_) => return Self::Task,
            Action::Forget => return Self::Forget,
            Action::Create(_) => Sort::Create,
            Action::Update { .. } => Sort::Update,
            Action::Replace { .. } => Sort::Replace,
            Action::Adopt { .. } => Sort::Adopt,
            Action::Delete { .. } => Sort::Delete,
        };
        let place = step.object.as_ref().map_or(&step.address, |object| &object.place);
        Self::Change { place: place.clone(), sort }
    }
}

/// The steps that wait for a hand, by lane. Of a lane of changes one batch is under way at a time: a batch is
/// parallel in itself, and the next one grows meanwhile.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    waiting: BTreeMap<Lane, BTreeMap<StepId, Ready>>,
    busy: BTreeSet<Lane>,
}

impl Lanes {
    /// Adds a step that can be begun.
    pub(super) fn push(&mut self, step: &Step, ready: Ready) {
        self.waiting.entry(Lane::of(step)).or_default().insert(ready.step, ready);
    }

    /// The next batch: of the lanes that are free, the one whose first step has the smallest number.
    pub(super) fn pop(&mut self) -> Option<(Lane, Vec<Ready>)> {
        let free = self.waiting.iter().filter(|(lane, _)| !self.busy.contains(*lane));
        let first = free.min_by_key(|(_, steps)| steps.first_key_value().map(|(step, _)| *step));
        let lane = first?.0.clone();
        let steps = self.waiting.get_mut(&lane)?;
        let count = if lane == Lane::Task { 1 } else { BATCH };
        let batch = std::iter::from_fn(|| steps.pop_first()).take(count).map(|(_, ready)| ready).collect();
        if steps.is_empty() {
            self.waiting.remove(&lane);
        }
        if lane != Lane::Task {
            self.busy.insert(lane.clone());
        }
        Some((lane, batch))
    }

    /// A batch of the lane has come to its end.
    pub(super) fn free(&mut self, lane: &Lane) {
        self.busy.remove(lane);
    }
}
