//! What a run does next: the whole scheduler.

use super::{Progress, Status};
use crate::plan::StepId;

/// What a run does next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Next {
    /// The steps that can be begun, by number; each is answered once.
    pub ready: Vec<Ready>,
    /// The steps that can't be done any more, each with the need that stands in its way.
    pub poisoned: Vec<(StepId, StepId)>,
    /// Whether every step has come to an end.
    pub finished: bool,
}

/// A step that can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The step.
    pub step: StepId,
    /// Whether it was begun before: its effect may be there already, so its object is looked at first.
    pub in_doubt: bool,
}

/// What a run that stands so does next. It decides by `progress` alone, and notes there which steps it answered.
pub fn next(progress: &mut Progress) -> Next {
    let ready = progress.take_ready().into_iter().filter_map(|step| match progress.status(step) {
        Some(Status::Waiting { attempts }) => Some(Ready { step, in_doubt: attempts > 0 }),
        _ => None,
    });
    let ready = ready.collect();
    Next {
        ready,
        poisoned: progress.poisoned().iter().map(|(step, because)| (*step, *because)).collect(),
        finished: progress.done() + progress.failed() + progress.skipped() == progress.len(),
    }
}
