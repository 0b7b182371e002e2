//! What a policy rule says of a plan.

use crate::estate::{Address, Position};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a policy rule says of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule's code, `LW1001`; `leeward explain CODE` says more.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The resource that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Where that resource is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What is the matter, in one sentence.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Why it is let pass, if it is: the reason given with `-ignore CODE=REASON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<String>,
}

impl Finding {
    /// Whether it stops an apply: an error that was not let pass.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error && self.ignored.is_none()
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Stops an apply.
    Error,
    /// Something that will hurt, some day.
    Warning,
    /// Good to know.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}
