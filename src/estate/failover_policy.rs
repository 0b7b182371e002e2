//! How a pair fails over, as declared.

use super::Address;
use std::collections::BTreeMap;
use std::time::Duration;

/// A failover policy: what has to hold, who has to agree, and how fast it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailoverPolicy {
    /// The pair that fails over.
    pub pair: Address,
    /// Stopped before and started after the cut-over.
    pub applications: Vec<Address>,
    /// How the old side is fenced.
    pub fence: Option<Address>,
    /// How much may be lost, in time: the recovery point objective.
    pub rpo: Option<Duration>,
    /// How long it may take: the recovery time objective.
    pub rto: Option<Duration>,
    /// Conditions before and during a run, by name, with their limits.
    pub guards: BTreeMap<String, BTreeMap<String, String>>,
    /// Steps that wait for a person's word, by name.
    pub approvals: BTreeMap<String, Approval>,
}

/// A step that waits for a person's word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approval {
    /// How long it waits; without end if absent.
    pub timeout: Option<Duration>,
}
