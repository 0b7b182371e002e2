//! What a journal's lines say.

use super::StepEvent;
use crate::estate::{Evidence, Fault, Owned};
use crate::plan::StepId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The first line of a journal: what the run is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// The version of this format; see [`Header::FORMAT`].
    pub format: u32,
    /// The run's id.
    pub run: String,
    /// The id of the plan in the file beside the journal: the digest of what it says.
    pub plan: String,
    /// How many steps the plan has.
    pub steps: usize,
    /// The leeward that began the run.
    pub leeward: String,
    /// When it was begun.
    pub started: Timestamp,
    /// Who began it, `user@host`; empty if that was not written down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// What it is, in a few words; empty if that was not written down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
}

impl Header {
    /// The version of the format that this leeward writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;
}

/// A later line: what happened together. It is on the disk whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A step is about to have its effect.
    Started {
        /// The step.
        step: StepId,
        /// Which attempt it is, from 1.
        attempt: u32,
    },
    /// A step is done.
    Done {
        /// The step.
        step: StepId,
        /// What the state has to learn of it.
        fact: Fact,
    },
    /// A step failed; the world is as it was, unless the fault says otherwise.
    Failed {
        /// The step.
        step: StepId,
        /// Why.
        fault: Fault,
    },
    /// A step was left out.
    Skipped {
        /// The step.
        step: StepId,
        /// The step that it needs, and that failed or was left out itself.
        because: StepId,
    },
    /// A step is taken for done although it is not, because a person says so.
    Waived {
        /// The step.
        step: StepId,
        /// Why.
        reason: String,
    },
    /// The state is about to be written with this serial.
    Saving {
        /// The serial.
        serial: u64,
    },
    /// The run was asked to stop; steps that were begun may have had their effect.
    Interrupted,
    /// The run was taken up again.
    Resumed,
    /// The run is given up, and is never taken up again.
    Aborted {
        /// The run that takes back what this one did; none if nothing is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Why, where a person said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Another run goes on from where this one was stopped, and this one is never taken up again.
    Superseded {
        /// The run that goes on.
        by: String,
        /// Who decided that, `user@host`.
        who: String,
        /// Why.
        reason: String,
    },
    /// There is nothing left that could be done.
    Finished {
        /// Whether every step is done.
        whole: bool,
    },
}

impl Event {
    /// The step that it is about, and what it means for that step.
    pub const fn of_step(&self) -> Option<(StepId, StepEvent)> {
        match self {
            Self::Started { step, attempt } => Some((*step, StepEvent::Started { attempt: *attempt })),
            Self::Done { step, .. } => Some((*step, StepEvent::Done)),
            Self::Failed { step, .. } => Some((*step, StepEvent::Failed)),
            Self::Skipped { step, .. } => Some((*step, StepEvent::Skipped)),
            Self::Waived { step, .. } => Some((*step, StepEvent::Waived)),
            Self::Saving { .. }
            | Self::Interrupted
            | Self::Resumed
            | Self::Aborted { .. }
            | Self::Superseded { .. }
            | Self::Finished { .. } => None,
        }
    }
}

/// What a step's result teaches the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Nothing beyond what the plan says.
    Nothing,
    /// The object is owned from here on.
    Owns(Box<Owned>),
    /// The object is not owned any more.
    LetGo,
    /// What a task found out.
    Found(Evidence),
}
