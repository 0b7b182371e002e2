//! What a plan is asked for, and why there is none.

use super::PlanKind;
use crate::estate::{Address, Cycle};

/// What a plan is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What it is for.
    pub kind: PlanKind,
    /// Restricts the plan to these addresses and what they need; empty for all.
    pub targets: Vec<Address>,
    /// Objects of these addresses are deleted and made anew.
    pub replace: Vec<Address>,
}

impl Default for Options {
    fn default() -> Self {
        Self { kind: PlanKind::Apply, targets: Vec::new(), replace: Vec::new() }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A target is neither declared nor owned.
    #[error(
        "-target {0}: nothing of that address is declared or owned; `leeward state list` shows what is owned"
    )]
    UnknownTarget(Address),
    /// What is to be replaced is not declared, or stands for no object.
    #[error("-replace {0}: nothing of that address stands for an object in the world")]
    UnknownReplace(Address),
    /// Resources depend on each other.
    #[error(transparent)]
    Cycle(#[from] Cycle),
}
