//! Producers and consumers that a failover stops and starts.

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
        environment: BTreeMap<String, String>,
    },
    /// An HTTP POST; success is a 2xx answer.
    Webhook {
        /// Where it is sent.
        url: String,
    },
}
