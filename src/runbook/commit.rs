//! The positions of groups on the standby.

use crate::estate::{Address, Comparison, Estate, Group, Object, ObjectId, OnRemove, Role, What};
use crate::offsets::{Doubt, Flow, Row, Settlement, by_group};
use crate::plan::{
    Action, Deferred, Expect, Finding, Plan, PlanKind, Refusal, Severity, Step, StepId, Undo, active_sides,
    basis,
};
use crate::state::State;
use std::collections::BTreeMap;

/// The plan that sets each group on the standby to where its position on the active side is there.
///
/// A group is set as a whole or not at all: one with a member on the standby, one that has read beyond the translation there,
/// and one of which some position has no answer are refused, with the reason. Positions for which nothing is to be said
/// are left as they are.
pub fn commit(estate: &Estate, state: &State, flows: &[(Flow, Vec<Row>)]) -> Plan {
    let Some((first, _)) = flows.first() else { return empty(estate, state, &Default::default()) };
    let mut plan = empty(estate, state, &first.observed);
    for (flow, rows) in flows {
        for (group, rows) in by_group(rows) {
            decide(&mut plan, estate, flow, group, &rows);
        }
        plan.findings.extend(findings(estate, flow));
    }
    plan.identified()
}

/// What is doubtful of a flow, as findings about its replication. An error stops a plan that rests on it.
pub fn findings(estate: &Estate, flow: &Flow) -> Vec<Finding> {
    let position = estate.resources.get(&flow.replication).map(|declared| declared.position.clone());
    let finding = |doubt: Doubt| Finding {
        code: doubt.code.to_owned(),
        severity: if doubt.is_error { Severity::Error } else { Severity::Warning },
        address: Some(flow.replication.clone()),
        position: position.clone(),
        message: doubt.message,
        help: Some(doubt.help),
        ignored: None,
    };
    flow.doubts().into_iter().map(finding).collect()
}

fn empty(estate: &Estate, state: &State, observed: &crate::estate::Observed) -> Plan {
    Plan {
        format: Plan::FORMAT,
        id: String::new(),
        kind: PlanKind::Offsets,
        based_on: basis(estate, observed, state),
        active: active_sides(estate),
        steps: Vec::new(),
        unchanged: Vec::new(),
        deferred: Vec::new(),
        refused: Vec::new(),
        remembered: Vec::new(),
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: BTreeMap::new(),
        targets: Vec::new(),
        failover: None,
        in_waves: None,
    }
}

/// Plans for one group.
fn decide(plan: &mut Plan, estate: &Estate, flow: &Flow, group: &str, rows: &[&Row]) {
    let object = ObjectId::new(&flow.target, What::Group(group.to_owned()));
    let address = flow.replication.clone();
    match flow.settle(group, rows) {
        Settlement::Same => {}
        Settlement::Set { from, to } => plan.steps.push(step(plan, estate, flow, object, from.as_ref(), to)),
        Settlement::Refused(reason) => {
            let position = estate.resources.get(&address).map(|declared| declared.position.clone());
            let reason = format!("{reason}, or leave it out with -group");
            plan.refused.push(Refusal { address, object, position, reason });
        }
        Settlement::Unknown(fault) => plan.deferred.push(Deferred { address, object, fault }),
    }
}

fn step(
    plan: &Plan,
    estate: &Estate,
    flow: &Flow,
    object: ObjectId,
    there: Option<&Group>,
    wanted: Group,
) -> Step {
    let to = Object::Group(wanted);
    let (expect, action, undo) = match there {
        None => (Expect::Absent, Action::Create(to), Undo::ByHand("delete the group".into())),
        Some(there) => {
            let from = Object::Group(there.clone());
            let (fields, back) = (fields(&to, &from), fields(&from, &to));
            let undo = Action::Update { from: to.clone(), to: from.clone(), fields: back };
            (
                Expect::Present(from.clone()),
                Action::Update { from, to, fields },
                Undo::Inverse(Box::new(undo)),
            )
        }
    };
    Step {
        id: StepId(u32::try_from(plan.steps.len()).unwrap_or(u32::MAX)),
        address: flow.replication.clone(),
        object: Some(object),
        role: role(estate, &flow.pair),
        after: Vec::new(),
        expect,
        action,
        undo,
        on_remove: OnRemove::Forget,
        reason: None,
        wave: 0,
        optional: false,
    }
}

fn fields(to: &Object, from: &Object) -> Vec<crate::estate::FieldChange> {
    match to.compare(from) {
        Comparison::Update(fields) => fields,
        Comparison::Same | Comparison::Replace(_) | Comparison::Impossible(_) => Vec::new(),
    }
}

fn role(estate: &Estate, pair: &Address) -> Option<(crate::estate::Side, Role)> {
    let pair = estate.pair(pair)?;
    Some((pair.side(Role::Standby), Role::Standby))
}
