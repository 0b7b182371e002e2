//! Leaving a step out as if it were done.

use super::{Progress, Status};
use crate::plan::{Action, Plan, StepId};

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
