//! The positions of groups on the standby.

use crate::estate::{
    Address, Comparison, Estate, Fault, FaultKind, Group, Object, ObjectId, OnRemove, Role, What,
};
use crate::offsets::{Flow, Row};
use crate::plan::{
    Action, Deferred, Expect, Plan, PlanKind, Refusal, Step, StepId, Undo, active_sides, basis,
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
        let mut by_group = BTreeMap::<&str, Vec<&Row>>::new();
        for row in rows {
            by_group.entry(&row.group).or_default().push(row);
        }
        for (group, rows) in by_group {
            decide(&mut plan, estate, flow, group, &rows);
        }
    }
    plan.identified()
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
    }
}

/// Plans for one group.
fn decide(plan: &mut Plan, estate: &Estate, flow: &Flow, group: &str, rows: &[&Row]) {
    let object = ObjectId::new(&flow.target, What::Group(group.to_owned()));
    let there = match flow.group(&flow.target, group) {
        Ok(there) => there,
        Err(fault) => return defer(plan, flow, object, fault),
    };
    if let Some(fault) = rows.iter().find_map(|row| unanswered(flow, group, row)) {
        return defer(plan, flow, object, fault);
    }
    let nowhere = Group::default();
    let from = there.unwrap_or(&nowhere);
    let wanted = wanted(flow, from, rows);
    if wanted.positions == from.positions {
        return;
    }
    match refusal(flow, group, from, rows) {
        Some(reason) => plan.refused.push(Refusal {
            address: flow.replication.clone(),
            object,
            position: estate.resources.get(&flow.replication).map(|declared| declared.position.clone()),
            reason,
        }),
        None => plan.steps.push(step(plan, estate, flow, object, there, wanted)),
    }
}

fn defer(plan: &mut Plan, flow: &Flow, object: ObjectId, fault: Fault) {
    plan.deferred.push(Deferred { address: flow.replication.clone(), object, fault });
}

/// Why a position has no answer, if it has none although there is something to translate.
fn unanswered(flow: &Flow, group: &str, row: &Row) -> Option<Fault> {
    if row.position.is_none() || row.answer.is_some() {
        return None;
    }
    let at = format!("{}-{}", row.topic, row.partition);
    let message =
        format!("where {at} ends on {} is not known, so that group {group} can't be set", flow.target.name);
    Some(Fault::new(FaultKind::Unreachable, message))
}

/// The group as it has to be: its positions elsewhere stay.
fn wanted(flow: &Flow, from: &Group, rows: &[&Row]) -> Group {
    let mut wanted = Group { members: 0, positions: from.positions.clone() };
    for row in rows {
        let (Some(answer), Some(on_target)) = (&row.answer, flow.topics.get(&row.topic)) else { continue };
        wanted.positions.entry(on_target.clone()).or_default().insert(row.partition, answer.offset);
    }
    wanted
}

/// Why the group can't be set.
fn refusal(flow: &Flow, group: &str, from: &Group, rows: &[&Row]) -> Option<String> {
    let target = &flow.target.name;
    if from.members > 0 {
        let members = from.members;
        return Some(format!(
            "group {group} is read with on {target} ({members} members): stop its consumers there, or leave it out with -group"
        ));
    }
    let ahead = rows
        .iter()
        .find(|row| row.now.zip(row.answer.as_ref()).is_some_and(|(now, answer)| now > answer.offset))?;
    let (now, offset) = (ahead.now?, ahead.answer.as_ref()?.offset);
    let at = format!("{}-{}", ahead.topic, ahead.partition);
    Some(format!(
        "group {group} stands at {now} in {at} on {target}, and its position on the active side is {offset} there: somebody has read with it \
         on {target}, or has set it; delete its offsets there if that was a mistake, or leave it out with -group"
    ))
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
