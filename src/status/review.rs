//! What a plan would say of the whole estate.

use crate::estate::Address;
use crate::plan::{Action, Finding, Plan};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a plan says of the estate: whether the world is as declared, and the findings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Review {
    /// When it was made: it is made less often than the rest.
    pub at: Timestamp,
    /// Resources that an apply would change.
    pub changed: BTreeSet<Address>,
    /// Resources of which something could not be read.
    pub unread: BTreeSet<Address>,
    /// What the rules say.
    pub findings: Vec<Finding>,
}

impl Review {
    /// The review that a plan is, made at `at`.
    pub fn of(plan: &Plan, at: Timestamp) -> Self {
        let changes = plan.steps.iter().filter(|step| !matches!(step.action, Action::Forget));
        let refused = plan.refused.iter().map(|refusal| &refusal.address);
        Self {
            at,
            changed: changes.map(|step| &step.address).chain(refused).cloned().collect(),
            unread: plan.deferred.iter().map(|deferred| deferred.address.clone()).collect(),
            findings: plan.findings.clone(),
        }
    }
}
