//! Where groups stand and would go on, as text and as JSON.

use crate::estate::sample::address;
use leeward::estate::{Fault, FaultKind, Naming, ObjectId, Observed, Reading, What};
use leeward::offsets::{
    Answer, Cause, Checkpoints, Compared, Digest, Duplicates, Evidence, Flow, Ground, Mismatch, Neighbours,
    OffsetSync, Payload, Position, Row, Shown, Syncs, Teller,
};
use leeward::report::offsets::{json, text};
use std::collections::BTreeMap;

fn flow() -> Flow {
    let mut syncs = Syncs::new();
    let sync = OffsetSync { topic: "orders".into(), partition: 0, upstream: 1, downstream: 1 };
    let (key, value) = sync.encode();
    let at = leeward::offsets::Arrived { offset: 0, time: None };
    syncs.record(Some(&key), Some(&value), at);
    syncs.record(None, Some(&value), at);
    Flow {
        replication: address("replication.orders"),
        pair: address("pair.orders"),
        source: address("cluster.hangzhou"),
        target: address("cluster.shanghai"),
        connector: None,
        naming: Naming::Identity,
        topics: BTreeMap::from([("orders".to_owned(), "orders".to_owned())]),
        groups: vec!["billing".into()],
        observed: Observed::default(),
        syncs: Ok(syncs),
        checkpoints: Ok(Checkpoints::default()),
        heartbeat: Ok(None),
        starts: BTreeMap::new(),
        windows: BTreeMap::new(),
        compared: Compared::default(),
        neighbours: Neighbours::default(),
    }
}

fn answer(offset: i64, evidence: Evidence, at_least: i64, at_most: i64, certain: bool) -> Option<Answer> {
    Some(Answer { offset, evidence, duplicates: Duplicates { at_least, at_most, certain } })
}

fn row(group: &str, partition: i32, position: Option<(i64, Teller)>, answer: Option<Answer>) -> Row {
    Row {
        group: group.into(),
        topic: "orders".into(),
        partition,
        position: position.map(|(offset, told_by)| Position { offset, told_by }),
        lag: position.map(|_| 1_200),
        answer,
        repeated_if_lost: None,
        checkpoint: None,
        now: None,
        timed: None,
    }
}

/// A row of each sort.
fn rows() -> Vec<Row> {
    let rewinds = Evidence::Rewinds { at_most: 18, cause: Cause::NotCarried };
    let checkpoint = Teller::Checkpoint(Some(1_700_000_000_000));
    let mut back = row(
        "billing",
        0,
        Some((12_480, Teller::Source)),
        answer(12_480, Evidence::Exact(Ground::Target), 0, 0, true),
    );
    back.now = Some(11_740);
    let mut ahead = row("billing", 1, Some((7, Teller::Source)), answer(5, rewinds, 2, 18, false));
    ahead.now = Some(9);
    vec![
        back,
        ahead,
        row("billing", 2, Some((3, Teller::Source)), None),
        row("fulfilment", 0, Some((50, checkpoint)), answer(40, rewinds, 10, 28, true)),
        row("idle", 0, None, None),
    ]
}

#[test]
fn rows_are_told_with_what_they_rest_on() {
    insta::assert_snapshot!(text(&flow(), &rows(), &[]));
}

#[test]
fn a_standby_that_does_not_answer_is_said() {
    let silent = Fault::new(FaultKind::Timeout, "shanghai does not answer in time: connect");
    let flow = Flow { syncs: Err(silent), ..flow() };
    let rows = vec![row("billing", 0, Some((3, Teller::Source)), None)];
    insta::assert_snapshot!(text(&flow, &rows, &[]));
}

#[test]
fn a_flow_that_nobody_follows_is_said() {
    assert!(
        text(&flow(), &[], &[])
            .ends_with("No group that this replication follows has committed a position.\n")
    );
}

#[test]
fn a_dead_source_without_checkpoints_is_no_group_without_positions() {
    let mut flow = flow();
    let dead = Fault::new(FaultKind::Unreachable, "no broker of hangzhou can be reached: 127.0.0.1:1");
    let id = ObjectId::new(&flow.source, What::Cluster);
    flow.observed.readings.insert(id, Reading::Unreachable(dead));
    insta::assert_snapshot!(text(&flow, &[], &[]));
}

#[test]
fn the_json_says_no_less() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&json(&flow(), &rows(), &[])).unwrap());
}

/// A flow in which a record differs; its payload is there only if somebody asked for it.
fn differing(payload: bool) -> Flow {
    let shown = |offset: i64, value: &str| Shown {
        offset,
        time: Some(1_700_000_000_000),
        key: None,
        value: Some(value.len()),
        headers: 1,
        digest: Some(Digest::of(0, None, Some(value.as_bytes()), [])),
        payload: payload.then(|| Payload {
            key: None,
            value: Some(value.as_bytes().to_vec()),
            headers: vec![("trace".into(), Some(b"\xff1".to_vec()))],
        }),
    };
    let mut flow = flow();
    flow.compared.checked = 3;
    flow.compared.mismatches = vec![
        Mismatch {
            topic: "orders".into(),
            partition: 0,
            target: shown(511, "top-secret"),
            source: Some(shown(530, "hush")),
        },
        Mismatch { topic: "orders".into(), partition: 1, target: Shown::at(7), source: None },
    ];
    flow
}

#[test]
fn records_that_differ_are_told_without_what_they_say() {
    let flow = differing(false);
    let findings = leeward::runbook::findings(&leeward::estate::Estate::default(), &flow);
    let text = text(&flow, &rows()[..1], &findings);
    let json = serde_json::to_string(&json(&flow, &[], &findings)).unwrap();
    for secret in ["secret", "hush", "trace"] {
        assert!(!text.contains(secret) && !json.contains(secret), "{text}{json}");
    }
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn records_that_differ_are_told_whole_where_it_was_asked_for() {
    let flow = differing(true);
    insta::assert_snapshot!(text(&flow, &[], &[]).lines().skip(8).collect::<Vec<_>>().join("\n"));
    let json = serde_json::to_value(json(&flow, &[], &[])).unwrap();
    assert_eq!(json["mismatches"][0]["source"]["payload"]["value"], "hush");
    let schema = serde_json::from_str(&leeward::report::schema::schema("offsets").unwrap()).unwrap();
    assert_eq!(super::fits::faults(&schema, &serde_json::json!([json])), Vec::<String>::new());
}
