//! What goes wrong out in the world.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a part of the world answered instead of doing what it was asked, or why it did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// What sort of trouble it is.
    pub kind: FaultKind,
    /// What happened, in one sentence without a secret.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Sorts of trouble, by what one does about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Nothing answers: refused, no route, unknown host.
    Unreachable,
    /// No answer in time; what was asked may have happened.
    Timeout,
    /// It does not accept who we are.
    Unauthenticated,
    /// It knows us and does not let us.
    Denied,
    /// What was asked is wrong in itself.
    Invalid,
    /// What was asked does not fit what is there.
    Conflict,
    /// It broke, or spoke in a way that we don't understand.
    Internal,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for Fault {}
