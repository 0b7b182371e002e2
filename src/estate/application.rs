//! Producers and consumers that a failover stops and starts.

use super::Secret;
use std::collections::BTreeMap;
use std::time::Duration;

/// An application: what it consumes with, and how it is stopped and started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Consumer groups that are its own.
    pub groups: Vec<String>,
    /// How it is stopped.
    pub stop: Option<Hook>,
    /// How it is started.
    pub start: Option<Hook>,
    /// What it does in a drill, if it takes part in one.
    pub drill: Option<Hook>,
}

/// Something of the user's that leeward runs or calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// What is run or called.
    pub call: Call,
    /// How long it may take.
    pub timeout: Duration,
}

/// What a hook runs or calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A program with its arguments; success is exit code 0.
    Exec {
        /// The program and its arguments.
        command: Vec<String>,
        /// Added to the environment.
        environment: BTreeMap<String, Variable>,
    },
    /// An HTTP POST; success is a 2xx answer.
    Webhook {
        /// Where it is sent. Whoever knows it can post there: such a URL is often all that there is of a password.
        url: Secret,
    },
}

/// The value of a variable in a program's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// It may be shown.
    Plain(String),
    /// It must not be: it is taken out of what the program prints.
    Secret(Secret),
}

impl Variable {
    /// The value, for the program.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(value) => value,
            Self::Secret(value) => value.expose(),
        }
    }
}
