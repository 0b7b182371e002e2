//! What a rule has to say, before its code is put on it.

use crate::estate::{Address, Declared, Position};
use crate::plan::Severity;

/// One thing that a rule has to say.
#[derive(Debug)]
pub(super) struct Note {
    pub address: Option<Address>,
    pub position: Option<Position>,
    pub message: String,
    pub help: Option<String>,
    pub severity: Option<Severity>,
}

impl Note {
    /// About a declared resource.
    pub fn at(declared: &Declared, message: impl Into<String>) -> Self {
        Self {
            address: Some(declared.address.clone()),
            position: Some(declared.position.clone()),
            message: message.into(),
            help: None,
            severity: None,
        }
    }

    /// Says what to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Another severity than the rule's usual one.
    pub fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }
}
