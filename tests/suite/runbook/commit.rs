//! Which groups are set, and which are refused.

use crate::estate::sample::{address, declare, estate, replication};
use leeward::estate::{
    Ends, Estate, Fault, FaultKind, Group, Naming, Object, ObjectId, Observed, PartitionEnds, Reading,
    Resource, Side, What,
};
use leeward::offsets::{
    Answer, Checkpoints, Compared, Duplicates, Evidence, Flow, Ground, Neighbours, Position, Row, Syncs,
    Teller,
};
use leeward::plan::{Action, Expect, Plan, PlanKind, Undo};
use leeward::runbook::commit;
use leeward::state::State;
use std::collections::BTreeMap;

fn declared() -> Estate {
    let mut estate = estate(Side::Primary);
    let flow = replication(&["orders"], Naming::Identity);
    declare(&mut estate, "replication.orders", &["pair.orders"], Resource::Replication(flow));
    estate
}

fn group(members: usize, positions: &[(&str, i32, i64)]) -> Group {
    let mut group = Group { members, positions: BTreeMap::new() };
    for (topic, partition, offset) in positions {
        group.positions.entry((*topic).to_owned()).or_default().insert(*partition, *offset);
    }
    group
}

fn billing() -> ObjectId {
    ObjectId::new(&address("cluster.shanghai"), What::Group("billing".into()))
}

/// A flow in which `billing` is read as this on the standby.
fn flow(billing_there: Reading) -> Flow {
    let ends = Ends { partitions: vec![PartitionEnds { start: 0, end: 100 }; 2] };
    let ends_of = ObjectId::new(&address("cluster.shanghai"), What::Ends("orders".into()));
    let readings =
        BTreeMap::from([(billing(), billing_there), (ends_of, Reading::Present(Object::Ends(ends)))]);
    Flow {
        replication: address("replication.orders"),
        pair: address("pair.orders"),
        source: address("cluster.hangzhou"),
        target: address("cluster.shanghai"),
        connector: None,
        naming: Naming::Identity,
        topics: BTreeMap::from([("orders".to_owned(), "orders".to_owned())]),
        groups: vec!["billing".into()],
        observed: Observed { readings, ..Observed::default() },
        syncs: Ok(Syncs::new()),
        checkpoints: Ok(Checkpoints::default()),
        heartbeat: Ok(None),
        starts: BTreeMap::new(),
        windows: BTreeMap::new(),
        compared: Compared::default(),
        neighbours: Neighbours::default(),
    }
}

fn row(partition: i32, translated: Option<i64>, now: Option<i64>) -> Row {
    let answer =
        |offset| Answer { offset, evidence: Evidence::Exact(Ground::Target), duplicates: Duplicates::NONE };
    Row {
        group: "billing".into(),
        topic: "orders".into(),
        partition,
        position: Some(Position { offset: 50, told_by: Teller::Source }),
        lag: None,
        answer: translated.map(answer),
        repeated_if_lost: None,
        checkpoint: None,
        now,
        timed: None,
    }
}

#[test]
fn a_group_that_is_left_as_it_is_reads_again_from_where_it_stands() {
    let mut flow = flow(Reading::Absent);
    let on_source = ObjectId::new(&flow.source, What::Group("billing".into()));
    flow.observed.readings.insert(on_source, Reading::Present(Object::Group(group(0, &[]))));
    // Behind the answer, past it, nowhere.
    let rows = [row(0, Some(40), Some(30)), row(1, Some(7), Some(9)), row(2, Some(5), None)];
    let rows: Vec<&Row> = rows.iter().collect();
    let figures = |left: Option<&str>| {
        let set = flow.group_set("billing", &rows, left.map(str::to_owned));
        (set.partitions, set.exact, set.repeated_at_least, set.repeated_at_most, set.unknown)
    };
    assert_eq!(figures(None), (3, 3, 0, 0, 0));
    assert_eq!(figures(Some("somebody reads with it")), (2, 0, 10, 10, 1));
}

fn planned(there: Reading, rows: Vec<Row>) -> Plan {
    let plan = commit(&declared(), &State::new("lineage"), &[(flow(there), rows)]);
    assert_eq!(plan.kind, PlanKind::Offsets);
    plan
}

fn reason(plan: &Plan) -> &str {
    assert!(plan.steps.is_empty() && plan.refused.len() == 1, "{plan:?}");
    &plan.refused[0].reason
}

#[test]
fn a_group_that_is_not_there_is_made() {
    let plan = planned(Reading::Absent, vec![row(0, Some(40), None), row(1, Some(7), None)]);
    let step = &plan.steps[0];
    assert_eq!((step.object.as_ref(), &step.expect), (Some(&billing()), &Expect::Absent));
    let wanted = group(0, &[("orders", 0, 40), ("orders", 1, 7)]);
    assert_eq!(step.action, Action::Create(Object::Group(wanted)));
}

#[test]
fn a_group_that_is_behind_is_moved_and_its_other_topics_stay() {
    let there = group(0, &[("orders", 0, 30), ("elsewhere", 0, 5)]);
    let plan = planned(Reading::Present(Object::Group(there.clone())), vec![row(0, Some(40), Some(30))]);
    let step = &plan.steps[0];
    assert_eq!(step.expect, Expect::Present(Object::Group(there.clone())));
    let Action::Update { from, to, fields } = &step.action else { panic!("{step:?}") };
    assert_eq!(from, &Object::Group(there.clone()));
    assert_eq!(to, &Object::Group(group(0, &[("orders", 0, 40), ("elsewhere", 0, 5)])));
    let changed: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(changed, ["orders-0"]);
    let Undo::Inverse(undo) = &step.undo else { panic!("{step:?}") };
    assert!(matches!(&**undo, Action::Update { to, .. } if *to == Object::Group(there)));
}

#[test]
fn a_group_that_stands_right_is_left_alone() {
    let there = group(0, &[("orders", 0, 40)]);
    let plan = planned(Reading::Present(Object::Group(there)), vec![row(0, Some(40), Some(40))]);
    assert!(plan.is_empty() && plan.refused.is_empty(), "{plan:?}");
}

#[test]
fn a_group_that_is_read_with_there_is_refused() {
    let there = group(2, &[("orders", 0, 30)]);
    let plan = planned(Reading::Present(Object::Group(there)), vec![row(0, Some(40), Some(30))]);
    insta::assert_snapshot!(reason(&plan), @"group billing is read with on shanghai (2 members): stop its consumers there, or leave it out with -group");
}

#[test]
fn a_group_that_is_ahead_there_is_refused_as_a_whole() {
    let there = group(0, &[("orders", 1, 90)]);
    let rows = vec![row(0, Some(40), None), row(1, Some(80), Some(90))];
    let plan = planned(Reading::Present(Object::Group(there)), rows);
    insta::assert_snapshot!(reason(&plan), @"group billing stands at 90 in orders-1 on shanghai, and its position on the active side is 80 there: somebody has read with it on shanghai, or has set it; delete its offsets there if that was a mistake, or leave it out with -group");
}

#[test]
fn a_group_with_a_position_that_has_no_answer_is_not_set_in_part() {
    let plan = planned(Reading::Absent, vec![row(0, Some(40), None), row(1, None, None)]);
    assert!(plan.steps.is_empty(), "{plan:?}");
    insta::assert_snapshot!(plan.deferred[0].fault, @"where orders-1 ends on shanghai is not known, so that group billing can't be set");
}

#[test]
fn a_group_that_can_not_be_read_is_deferred() {
    let silent = Fault::new(FaultKind::Timeout, "shanghai is silent");
    let plan = planned(Reading::Unreachable(silent.clone()), vec![row(0, Some(40), None)]);
    assert!(plan.steps.is_empty() && plan.deferred[0].fault == silent, "{plan:?}");
}

#[test]
fn the_same_flows_give_the_same_plan() {
    let plan = || planned(Reading::Absent, vec![row(0, Some(40), None)]);
    assert_eq!(plan(), plan());
    assert_eq!(plan().id.len(), 64);
}
