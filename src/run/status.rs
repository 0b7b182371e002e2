//! Where one step stands, and what an event makes of that.

/// Where a step stands. Attempts are counted over all interruptions: a step that waits with attempts behind it
/// may have had its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has not been begun, or may be begun again.
    Waiting {
        /// How often it was begun.
        attempts: u32,
    },
    /// It was begun and has no result.
    Started {
        /// Which attempt it is, from 1.
        attempt: u32,
    },
    /// It is done, or a person takes it for done.
    Done,
    /// It failed.
    Failed {
        /// How often it was begun; 0 if the world was not as expected to begin with.
        attempts: u32,
    },
    /// It was left out because a step that it needs failed.
    Skipped {
        /// How often it was begun.
        attempts: u32,
    },
}

/// What can happen to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEvent {
    /// It is begun, for the `attempt`th time.
    Started {
        /// From 1.
        attempt: u32,
    },
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It is left out.
    Skipped,
    /// It is taken for done, because a person says so.
    Waived,
    /// The run is taken up again.
    Resumed,
}

/// An event that can't happen to a step as it stands: the journal does not tell of this plan, or is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} can't happen to a step that is {status:?}")]
pub struct IllegalEvent {
    /// How the step stands.
    pub status: Status,
    /// What is said to have happened.
    pub event: StepEvent,
}

impl Status {
    /// How often the step was begun, as far as that matters; 0 once it is done.
    pub const fn attempts(self) -> u32 {
        match self {
            Self::Waiting { attempts } | Self::Failed { attempts } | Self::Skipped { attempts } => attempts,
            Self::Started { attempt } => attempt,
            Self::Done => 0,
        }
    }

    /// The status after an event: total, so that whatever a journal says has an answer.
    ///
    /// # Errors
    /// The event can't happen to a step with this status.
    pub const fn after(self, event: StepEvent) -> Result<Self, IllegalEvent> {
        let attempts = self.attempts();
        match (self, event) {
            (Self::Waiting { .. } | Self::Started { .. }, StepEvent::Started { attempt })
                if attempt == attempts + 1 =>
            {
                Ok(Self::Started { attempt })
            }
            (Self::Started { .. }, StepEvent::Done)
            | (Self::Waiting { .. } | Self::Started { .. }, StepEvent::Waived)
            | (Self::Done, StepEvent::Resumed) => Ok(Self::Done),
            (Self::Waiting { .. } | Self::Started { .. }, StepEvent::Failed) => Ok(Self::Failed { attempts }),
            (Self::Waiting { .. }, StepEvent::Skipped) => Ok(Self::Skipped { attempts }),
            (
                Self::Waiting { .. } | Self::Started { .. } | Self::Failed { .. } | Self::Skipped { .. },
                StepEvent::Resumed,
            ) => Ok(Self::Waiting { attempts }),
            (status, event) => Err(IllegalEvent { status, event }),
        }
    }
}
