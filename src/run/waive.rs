//! Leaving a step out as if it were done.

use super::{Progress, Status};
use crate::estate::{Address, Task};
use crate::plan::{Action, Plan, Recipe, Step, StepId};
use std::collections::BTreeSet;

/// A step that is left out as if it were done, because a person says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The step.
    pub step: StepId,
    /// Why.
    pub reason: String,
}

/// Why a step can't be left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaiveError {
    /// There is no such step.
    #[error("the plan has no step {0}")]
    NoSuchStep(StepId),
    /// It is done.
    #[error("step {0} is done")]
    IsDone(StepId),
    /// Later steps build on what it changes.
    #[error("step {step} ({what}) can't be left out: what follows builds on what it changes")]
    Changes {
        /// The step.
        step: StepId,
        /// What it does.
        what: String,
    },
}

/// Whether a step of a run that stands so may be left out as if it were done.
///
/// # Errors
/// It may not be.
pub fn may_be_waived(plan: &Plan, progress: &Progress, id: StepId) -> Result<(), WaiveError> {
    let step = plan.steps.get(id.0 as usize).ok_or(WaiveError::NoSuchStep(id))?;
    if progress.status(id) == Some(Status::Done) {
        return Err(WaiveError::IsDone(id));
    }
    match &step.action {
        Action::Task(task) if task.may_be_waived() => Ok(()),
        Action::Task(task) => Err(WaiveError::Changes { step: id, what: task.to_string() }),
        _ => Err(WaiveError::Changes { step: id, what: step.address.to_string() }),
    }
}

/// Why a run can't go on without the side that was active before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithoutError {
    /// It is something else.
    #[error("it is no planned failover")]
    NotPlanned,
    /// The roles have not changed: what was not carried would be lost without a word.
    #[error("the roles have not changed yet")]
    BeforeTheLine,
}

/// The steps of a planned failover behind its point of no return that are not done and need one of these places, or come
/// after one that does: without them clients work on the new side, and nothing flows back.
///
/// # Errors
/// The roles have not changed yet, or it is no planned failover.
pub fn needing(
    plan: &Plan,
    progress: &Progress,
    places: &BTreeSet<Address>,
) -> Result<Vec<StepId>, WithoutError> {
    let failover = plan.failover.as_ref().filter(|failover| failover.recipe == Recipe::Planned);
    let line = failover.and_then(|failover| failover.no_return).ok_or(WithoutError::NotPlanned)?;
    if progress.status(line) != Some(Status::Done) {
        return Err(WithoutError::BeforeTheLine);
    }
    let mut needing = BTreeSet::new();
    for step in plan.steps.iter().filter(|step| step.id > line) {
        if needs(step, places) || step.after.iter().any(|after| needing.contains(after)) {
            needing.insert(step.id);
        }
    }
    Ok(needing.into_iter().filter(|step| progress.status(*step) != Some(Status::Done)).collect())
}

/// Whether a step reads or changes anything at one of these places.
fn needs(step: &Step, places: &BTreeSet<Address>) -> bool {
    let at = |place: &Address| places.contains(place);
    match &step.action {
        Action::Task(Task::AllowWrites { cluster, .. } | Task::AwaitQuiet { cluster, .. }) => at(cluster),
        Action::Task(Task::NoteStarts { source, target, .. }) => at(source) || at(target),
        Action::Task(Task::ContinueFromCutOver(on)) => at(&on.source) || at(&on.target),
        Action::Task(task) => task.place().is_some_and(at),
        _ => step.object.as_ref().is_some_and(|object| at(&object.place)),
    }
}
