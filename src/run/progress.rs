//! Where a run stands: the fold of its journal over its plan.

use super::{Event, IllegalEvent, Status, StepEvent};
use crate::plan::{Plan, Step, StepId};
use std::collections::{BTreeMap, BTreeSet};

/// Why events do not fit a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgressError {
    /// Steps are not numbered by their places, or one comes before what it needs.
    #[error("step {0} of the plan is out of order: leeward did not write this plan so")]
    Order(StepId),
    /// The plan has no such step.
    #[error("the journal tells of step {0}, which the plan does not have")]
    NoSuchStep(StepId),
    /// The event can't happen to the step as it stands.
    #[error("step {step}: {source}")]
    Illegal {
        /// The step.
        step: StepId,
        /// Why not.
        source: IllegalEvent,
    },
}

/// Where a run stands. Each event costs what it touches: a run of n steps and e needs costs O(n + e) in all.
#[derive(Debug, Clone)]
pub struct Progress {
    status: Vec<Status>,
    /// How many of the needs of each step are not done.
    missing: Vec<u32>,
    /// The steps that need a step, for all steps in one list.
    successors: Vec<StepId>,
    /// Where each step's successors begin in that list; one more than there are steps.
    begins: Vec<usize>,
    ready: BTreeSet<StepId>,
    poisoned: BTreeMap<StepId, StepId>,
    counts: Counts,
}

/// How many steps have come to an end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    done: usize,
    failed: usize,
    skipped: usize,
}

impl Progress {
    /// Nothing of the plan is begun.
    ///
    /// # Errors
    /// A step's number is not its place, or it needs one that comes later.
    pub fn new(plan: &Plan) -> Result<Self, ProgressError> {
        let (begins, successors) = successors(&plan.steps)?;
        let mut progress = Self {
            status: vec![Status::Waiting { attempts: 0 }; plan.steps.len()],
            missing: Vec::new(),
            successors,
            begins,
            ready: BTreeSet::new(),
            poisoned: BTreeMap::new(),
            counts: Counts::default(),
        };
        progress.recount();
        Ok(progress)
    }

    /// Takes in what happened.
    ///
    /// # Errors
    /// It can't have happened to that step as it stands, or there is no such step.
    pub fn record(&mut self, event: &Event) -> Result<(), ProgressError> {
        if matches!(event, Event::Resumed) {
            return self.resume();
        }
        let Some((step, event)) = event.of_step() else { return Ok(()) };
        let index = step.0 as usize;
        let status = *self.status.get(index).ok_or(ProgressError::NoSuchStep(step))?;
        let status = status.after(event).map_err(|source| ProgressError::Illegal { step, source })?;
        self.status[index] = status;
        self.settle(step);
        Ok(())
    }

    /// Where a step stands.
    pub fn status(&self, step: StepId) -> Option<Status> {
        self.status.get(step.0 as usize).copied()
    }

    /// Where each step stands, by number.
    pub fn statuses(&self) -> &[Status] {
        &self.status
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.status.len()
    }

    /// Whether there are no steps at all.
    pub fn is_empty(&self) -> bool {
        self.status.is_empty()
    }

    /// How many steps are done.
    pub const fn done(&self) -> usize {
        self.counts.done
    }

    /// How many steps failed.
    pub const fn failed(&self) -> usize {
        self.counts.failed
    }

    /// How many steps were left out.
    pub const fn skipped(&self) -> usize {
        self.counts.skipped
    }

    /// Whether every step is done.
    pub fn is_whole(&self) -> bool {
        self.counts.done == self.status.len()
    }

    /// The steps that became ready since they were last asked for, by number.
    pub(super) fn take_ready(&mut self) -> BTreeSet<StepId> {
        std::mem::take(&mut self.ready)
    }

    /// The steps that can't be done any more, each with the need that stands in its way.
    pub(super) const fn poisoned(&self) -> &BTreeMap<StepId, StepId> {
        &self.poisoned
    }

    fn successors_of(&self, step: StepId) -> std::ops::Range<usize> {
        let index = step.0 as usize;
        self.begins[index]..self.begins[index + 1]
    }

    /// Lets the steps that need `step` know how it stands now.
    fn settle(&mut self, step: StepId) {
        let status = self.status[step.0 as usize];
        self.ready.remove(&step);
        self.poisoned.remove(&step);
        match status {
            Status::Waiting { .. } | Status::Started { .. } => {}
            Status::Done => {
                self.counts.done += 1;
                for at in self.successors_of(step) {
                    let successor = self.successors[at];
                    let missing = &mut self.missing[successor.0 as usize];
                    *missing -= 1;
                    if *missing == 0 {
                        self.ready.insert(successor);
                    }
                }
            }
            Status::Failed { .. } | Status::Skipped { .. } => {
                let failed = matches!(status, Status::Failed { .. });
                *(if failed { &mut self.counts.failed } else { &mut self.counts.skipped }) += 1;
                for at in self.successors_of(step) {
                    let successor = self.successors[at];
                    if matches!(self.status[successor.0 as usize], Status::Waiting { .. }) {
                        self.poisoned.entry(successor).or_insert(step);
                    }
                }
            }
        }
    }

    /// Whatever is not done may be begun again.
    fn resume(&mut self) -> Result<(), ProgressError> {
        for (index, status) in self.status.iter_mut().enumerate() {
            let step = StepId(u32::try_from(index).unwrap_or(u32::MAX));
            let after = status.after(StepEvent::Resumed);
            *status = after.map_err(|source| ProgressError::Illegal { step, source })?;
        }
        self.recount();
        Ok(())
    }

    /// Makes everything but the statuses anew from them; they are waiting or done.
    fn recount(&mut self) {
        self.missing = vec![0; self.status.len()];
        self.poisoned.clear();
        let done = |status: &Status| *status == Status::Done;
        self.counts =
            Counts { done: self.status.iter().filter(|status| done(status)).count(), ..Counts::default() };
        for (index, status) in self.status.iter().enumerate() {
            if !done(status) {
                for successor in &self.successors[self.begins[index]..self.begins[index + 1]] {
                    self.missing[successor.0 as usize] += 1;
                }
            }
        }
        let ready = self.status.iter().zip(&self.missing).zip(0..);
        let ready = ready.filter(|((status, missing), _)| **missing == 0 && !done(status));
        self.ready = ready.map(|(_, number)| StepId(number)).collect();
    }
}

/// The steps that need each step: where they begin in the list, and the list.
fn successors(steps: &[Step]) -> Result<(Vec<usize>, Vec<StepId>), ProgressError> {
    let mut begins = vec![0; steps.len() + 1];
    for (index, step) in steps.iter().enumerate() {
        if step.id.0 as usize != index || step.after.iter().any(|need| *need >= step.id) {
            return Err(ProgressError::Order(step.id));
        }
        for need in &step.after {
            begins[need.0 as usize + 1] += 1;
        }
    }
    for index in 0..steps.len() {
        begins[index + 1] += begins[index];
    }
    let mut places = begins.clone();
    let mut successors = vec![StepId::default(); begins[steps.len()]];
    for step in steps {
        for need in &step.after {
            let place = &mut places[need.0 as usize];
            successors[*place] = step.id;
            *place += 1;
        }
    }
    Ok((begins, successors))
}
