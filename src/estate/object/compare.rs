//! The answer of a comparison between what is desired and what is there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an observed object differs from the desired one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// It is as desired.
    Same,
    /// It can be brought there in place; never empty.
    Update(Vec<FieldChange>),
    /// It has to be deleted and made anew; the reason says why.
    Replace(String),
    /// It can't be brought there at all; the reason says why and what can be done.
    Impossible(String),
}

impl Comparison {
    /// An update by these fields, or [`Comparison::Same`] if there are none.
    pub fn of(fields: Vec<FieldChange>) -> Self {
        if fields.is_empty() { Self::Same } else { Self::Update(fields) }
    }
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// The field's path, `config.retention.ms`.
    pub field: String,
    /// What is there; absent if nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What is desired; absent if nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What a reader should know: `inherited`, `forces a restart`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl FieldChange {
    /// A change of `field`.
    pub fn new(field: impl Into<String>, from: Option<String>, to: Option<String>) -> Self {
        Self { field: field.into(), from, to, note: None }
    }

    /// Adds what a reader should know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
