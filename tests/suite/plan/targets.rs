//! Plans that are restricted to a part of the estate.

use super::sample::{Sample, address};
use leeward::plan::{Options, Plan, PlanError, PlanKind, plan};
use std::collections::BTreeSet;

fn touched(plan: &Plan) -> BTreeSet<String> {
    plan.steps.iter().map(|step| step.address.to_string()).collect()
}

fn targeted(kind: PlanKind, target: &str) -> Options {
    Options { kind, targets: vec![address(target)], ..Options::default() }
}

#[test]
fn a_target_takes_along_what_it_needs() {
    let plan = Sample::whole().plan_for(&targeted(PlanKind::Apply, "access.orders_writers"));
    let expected = ["access.orders_writers", "cluster.hangzhou", "cluster.shanghai", "topic.orders"];
    assert_eq!(touched(&plan), expected.map(String::from).into());
    assert_eq!(plan.targets, [address("access.orders_writers")]);
}

#[test]
fn a_destroy_of_a_target_takes_along_what_needs_it() {
    let mut sample = Sample::whole().applied();
    let plan = sample.plan_for(&targeted(PlanKind::Destroy, "topic.payments"));
    assert_eq!(touched(&plan), ["replication.orders", "topic.payments"].map(String::from).into());
}

#[test]
fn a_target_that_is_only_owned_is_known() {
    let mut sample = Sample::whole().applied();
    sample.remove("dns_record.bootstrap");
    let plan = sample.plan_for(&targeted(PlanKind::Apply, "dns_record.bootstrap"));
    assert_eq!(touched(&plan), ["dns_record.bootstrap".to_owned()].into());
}

#[test]
fn a_target_that_matches_nothing_is_an_error() {
    let mut sample = Sample::whole();
    sample.read_all();
    let options = targeted(PlanKind::Apply, "topic.ordres");
    let error = plan(&sample.estate, &sample.observed, &sample.state, &options).unwrap_err();
    assert_eq!(error, PlanError::UnknownTarget(address("topic.ordres")));
    assert!(error.to_string().contains("-target topic.ordres"));
}

#[test]
fn a_replace_that_matches_nothing_is_an_error() {
    let mut sample = Sample::whole();
    sample.read_all();
    let options = Options { replace: vec![address("pair.orders")], ..Options::default() };
    let error = plan(&sample.estate, &sample.observed, &sample.state, &options).unwrap_err();
    assert_eq!(error, PlanError::UnknownReplace(address("pair.orders")));
}

#[test]
fn resources_in_a_circle_have_no_plan() {
    let mut sample = Sample::whole();
    let declared = sample.estate.resources.get_mut(&address("topic.orders")).unwrap();
    declared.after.push(address("replication.orders"));
    let error = plan(&sample.estate, &sample.observed, &sample.state, &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "these depend on each other: topic.orders → replication.orders → topic.orders"
    );
}
