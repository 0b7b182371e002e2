//! All rules over a plan.

use super::rules;
use super::view::View;
use crate::estate::{Address, Estate, Graph, Observed};
use crate::plan::{Finding, Plan, PlanKind};
use std::collections::BTreeSet;

/// What the rules say of a plan, the worst first; within one severity by code and then by address.
///
/// A plan that is restricted to targets hears of these and what they need. A destroy hears nothing: what it takes
/// away needs no protection, and must not be kept from going by a lack of it.
pub fn check(plan: &Plan, estate: &Estate, observed: &Observed) -> Vec<Finding> {
    if plan.kind == PlanKind::Destroy {
        return Vec::new();
    }
    let view = View::of(plan, estate, observed);
    let mut findings: Vec<Finding> = rules().iter().flat_map(|rule| rule.findings(&view)).collect();
    if !plan.targets.is_empty() {
        let concerned = concerned(estate, &plan.targets);
        findings.retain(|finding| finding.address.as_ref().is_none_or(|address| concerned.contains(address)));
    }
    let key = |finding: &Finding| (finding.severity, finding.code.clone(), finding.address.clone());
    findings.sort_by_cached_key(key);
    findings
}

/// The resources that targets cover, and what these need.
fn concerned(estate: &Estate, targets: &[Address]) -> BTreeSet<Address> {
    let covered = |target| estate.resources.keys().filter(move |address| Address::covers(target, address));
    Graph::of(estate).requirements(targets.iter().flat_map(covered)).into_iter().collect()
}
