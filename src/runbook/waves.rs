//! Steps in waves.

use crate::estate::{Address, OnRemove, Task};
use crate::plan::{Action, Expect, Step, StepId, Undo, undo_of};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that are put together wave by wave: what stands in a wave comes after all of the waves that it follows.
#[derive(Debug, Default)]
pub(super) struct Waves {
    titles: Vec<String>,
    steps: Vec<Step>,
    /// Of each wave, the steps that no other of it comes after.
    ends: Vec<BTreeSet<StepId>>,
    /// What the steps of the open wave come after.
    before: BTreeSet<StepId>,
}

impl Waves {
    /// Opens a wave that comes after the one before it.
    pub(super) fn open(&mut self, title: impl Into<String>) {
        let last = self.ends.len();
        self.open_after(title, last);
    }

    /// Opens a wave that comes after the wave with this number; it may go on beside those between.
    pub(super) fn open_after(&mut self, title: impl Into<String>, wave: usize) {
        self.drop_empty();
        let wave = wave.min(self.ends.len());
        self.before = wave.checked_sub(1).and_then(|at| self.ends.get(at)).cloned().unwrap_or_default();
        self.titles.push(title.into());
        self.ends.push(BTreeSet::new());
    }

    /// Lets the steps that are added next to the open wave come after these alone, rather than after all of the wave before.
    pub(super) fn enter(&mut self, before: &[StepId]) -> StepId {
        self.before = before.iter().copied().collect();
        self.next()
    }

    /// The number of the step that is added next.
    fn next(&self) -> StepId {
        StepId(u32::try_from(self.steps.len()).unwrap_or(u32::MAX))
    }

    /// Of the steps of the open wave from this one on, those that no other comes after.
    pub(super) fn ends_from(&self, first: StepId) -> Vec<StepId> {
        self.ends.last().into_iter().flat_map(|ends| ends.range(first..)).copied().collect()
    }

    /// The number of the open wave.
    pub(super) const fn number(&self) -> usize {
        self.ends.len()
    }

    /// The number of the last wave that has a step; 0 if none has.
    pub(super) fn filled(&mut self) -> usize {
        self.drop_empty();
        self.number()
    }

    /// A wave without a step is none.
    fn drop_empty(&mut self) {
        if self.ends.last().is_some_and(BTreeSet::is_empty) {
            self.ends.pop();
            self.titles.pop();
        }
    }

    /// Adds a task.
    pub(super) fn task(&mut self, address: &Address, task: Task, after: &[StepId]) -> StepId {
        let action = Action::Task(task);
        let step = Step {
            id: StepId(0),
            address: address.clone(),
            object: None,
            role: None,
            after: after.to_vec(),
            expect: Expect::Anything,
            undo: undo_of(&action),
            action,
            on_remove: OnRemove::default(),
            reason: None,
            wave: 0,
            optional: false,
        };
        self.push(step)
    }

    /// Adds a step as it is, in the open wave; what it comes after has been added before.
    pub(super) fn push(&mut self, mut step: Step) -> StepId {
        let id = self.next();
        step.id = id;
        step.wave = u32::try_from(self.number()).unwrap_or(u32::MAX);
        if step.after.is_empty() || !step.after.iter().any(|after| self.is_open(*after)) {
            let before = self.before.iter().copied();
            step.after =
                step.after.iter().copied().chain(before).collect::<BTreeSet<_>>().into_iter().collect();
        }
        if let Some(ends) = self.ends.last_mut() {
            ends.retain(|end| !step.after.contains(end));
            ends.insert(id);
        }
        self.steps.push(step);
        id
    }

    /// Says of a step that the run goes on without it.
    pub(super) fn optional(&mut self, step: StepId) {
        if let Some(step) = self.steps.get_mut(step.0 as usize) {
            step.optional = true;
        }
    }

    /// Says of all steps of the open wave that the run goes on without them.
    pub(super) fn all_optional(&mut self) {
        let number = u32::try_from(self.number()).unwrap_or(u32::MAX);
        for step in self.steps.iter_mut().filter(|step| step.wave == number) {
            step.optional = true;
        }
    }

    /// Says what takes a step back.
    pub(super) fn undo(&mut self, step: StepId, undo: Undo) {
        if let Some(step) = self.steps.get_mut(step.0 as usize) {
            step.undo = undo;
        }
    }

    /// Whether a step stands in the open wave.
    fn is_open(&self, step: StepId) -> bool {
        self.steps.get(step.0 as usize).is_some_and(|step| step.wave as usize == self.number())
    }

    /// The steps that the next one of the open wave would come after if it came after all of them.
    pub(super) fn so_far(&self) -> Vec<StepId> {
        self.ends.last().map(|ends| ends.iter().copied().collect()).unwrap_or_default()
    }

    /// The last steps up to now: those of the open wave or, if it has none yet, those that it comes after.
    pub(super) fn reached(&self) -> Vec<StepId> {
        match self.ends.last().filter(|ends| !ends.is_empty()) {
            Some(ends) => ends.iter().copied().collect(),
            None => self.before.iter().copied().collect(),
        }
    }

    /// Takes over steps of another plan, in their order, and what they come after as far as that is taken over too.
    pub(super) fn take(&mut self, steps: &[Step], numbers: &mut BTreeMap<StepId, StepId>) {
        for step in steps {
            let mut taken = step.clone();
            taken.after = step.after.iter().filter_map(|after| numbers.get(after)).copied().collect();
            let id = self.push(taken);
            numbers.insert(step.id, id);
        }
    }

    /// The titles and the steps.
    pub(super) fn into_parts(mut self) -> (Vec<String>, Vec<Step>) {
        self.drop_empty();
        (self.titles, self.steps)
    }
}
