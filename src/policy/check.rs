//! All rules over a plan.

use super::rules;
use super::view::View;
use crate::estate::{Estate, Observed};
use crate::plan::{Finding, Plan};

/// What the rules say of a plan, the worst first; within one severity by code and then by address.
pub fn check(plan: &Plan, estate: &Estate, observed: &Observed) -> Vec<Finding> {
    let view = View::of(plan, estate, observed);
    let mut findings: Vec<Finding> = rules().iter().flat_map(|rule| rule.findings(&view)).collect();
    let key = |finding: &Finding| (finding.severity, finding.code.clone(), finding.address.clone());
    findings.sort_by_cached_key(key);
    findings
}
