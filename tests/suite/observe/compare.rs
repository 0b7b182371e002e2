//! What the active side's records prove, and what is said of records that differ.

use super::flow::{dead, hangzhou, mirrored, read, shanghai, stands, sync, write};
use leeward::estate::{Connector, ConnectorState, Estate, Naming, Object, ObjectId, Reading, Setting, What};
use leeward::observe::{compare, prove};
use leeward::offsets::{Certainty, Evidence, Flow, Ground, Row, Settlement};
use leeward::provider::Memory;
use leeward::provider::records::{NewRecord, Records};
use std::collections::BTreeMap;

const SYNCS: &str = "mm2-offset-syncs.hangzhou.internal";

fn record(number: u8) -> (Vec<u8>, Vec<u8>) {
    (vec![number], format!("secret-{number}").into_bytes())
}

/// Topics on both sides, and nothing in them.
async fn empty(estate: &Estate) -> Memory {
    let memory = Memory::of(estate);
    memory.edit(|world| {
        for cluster in [hangzhou(), shanghai()] {
            world.clusters.get_mut(&cluster).unwrap().put_topic("orders", 1, 3, BTreeMap::new());
        }
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        target.put_topic(SYNCS, 1, 3, BTreeMap::new());
    });
    memory
}

fn stand(memory: &Memory, group: &str, offset: i64) {
    memory.edit(|world| {
        let source = world.clusters.get_mut(&hangzhou()).unwrap();
        source.groups.insert(group.into(), stands("orders", offset));
    });
}

async fn transaction(memory: &Memory, numbers: std::ops::Range<u8>, commit: bool) {
    let mut producer = memory.producer(&hangzhou(), Some("orders-app")).await.unwrap();
    for number in numbers {
        let (key, value) = record(number);
        let record = NewRecord::new("orders", Some(&key), Some(&value)).partition(0).timestamp(1_000);
        producer.send(&[record]).await.unwrap();
    }
    if commit {
        producer.commit(None).await.unwrap();
    } else {
        producer.abort().await.unwrap();
    }
}

async fn carry(memory: &Memory, numbers: impl IntoIterator<Item = u8>) {
    let records: Vec<_> = numbers.into_iter().map(record).collect();
    write(memory, &shanghai(), "orders", &records).await;
}

/// Three transactions, the second aborted: 0 to 2 | control | 4, 5 aborted | control | 7, 8 | control.
async fn transactions(estate: &Estate) -> Memory {
    let memory = empty(estate).await;
    transaction(&memory, 0..3, true).await;
    transaction(&memory, 4..6, false).await;
    transaction(&memory, 7..9, true).await;
    carry(&memory, [0, 1, 2, 7, 8]).await;
    write(&memory, &shanghai(), SYNCS, &[sync("orders", 0, 0), sync("orders", 7, 3)]).await;
    memory
}

async fn compared(memory: &Memory, estate: &Estate, payload: bool) -> Flow {
    let mut flow = read(memory, estate, &[]).await;
    prove(memory, &mut flow, 1_000).await.unwrap();
    compare(memory, memory, &mut flow, 1_000, payload).await.unwrap();
    flow
}

async fn row(memory: &Memory, estate: &Estate) -> Row {
    compared(memory, estate, false).await.rows(Certainty::Proven).remove(0)
}

#[tokio::test]
async fn twins_make_positions_among_transactions_exact() {
    let estate = mirrored(Naming::Identity);
    for (position, wanted) in
        [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (6, 3), (7, 3), (8, 4), (9, 5), (10, 5)]
    {
        let memory = transactions(&estate).await;
        stand(&memory, "billing", position);
        let answer = row(&memory, &estate).await.answer.unwrap();
        assert_eq!(answer.offset, wanted, "{position}: {answer:?}");
        assert!(matches!(answer.evidence, Evidence::Exact(_)), "{position}: {answer:?}");
    }
}

#[tokio::test]
async fn without_the_source_the_same_positions_rewind() {
    let estate = mirrored(Naming::Identity);
    let memory = transactions(&estate).await;
    stand(&memory, "billing", 4);
    let mut flow = read(&memory, &estate, &[]).await;
    prove(&memory, &mut flow, 1_000).await.unwrap();
    let unproven = flow.rows(Certainty::Proven).remove(0).answer.unwrap();
    assert_eq!(unproven.offset, 1, "{unproven:?}");
    compare(&memory, &memory, &mut flow, 1_000, false).await.unwrap();
    let proven = flow.rows(Certainty::Proven).remove(0).answer.unwrap();
    assert_eq!((proven.offset, proven.evidence), (3, Evidence::Exact(Ground::Source)));
}

#[tokio::test]
async fn aborted_records_that_a_mirror_carried_have_twins_too() {
    let estate = mirrored(Naming::Identity);
    let memory = empty(&estate).await;
    transaction(&memory, 0..3, true).await;
    transaction(&memory, 4..6, false).await;
    transaction(&memory, 7..9, true).await;
    carry(&memory, [0, 1, 2, 4, 5, 7, 8]).await;
    write(&memory, &shanghai(), SYNCS, &[sync("orders", 0, 0), sync("orders", 4, 3), sync("orders", 7, 5)])
        .await;
    stand(&memory, "billing", 6);
    let answer = row(&memory, &estate).await.answer.unwrap();
    assert_eq!((answer.offset, answer.evidence), (5, Evidence::Exact(Ground::Source)));
}

#[tokio::test]
async fn a_broker_that_stamps_records_itself_changes_nothing() {
    let estate = mirrored(Naming::Identity);
    let memory = transactions(&estate).await;
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        let topic = target.topics.get_mut("orders").unwrap();
        topic.config.insert("message.timestamp.type".into(), "LogAppendTime".into());
    });
    stand(&memory, "billing", 4);
    let answer = row(&memory, &estate).await.answer.unwrap();
    assert_eq!((answer.offset, answer.evidence), (3, Evidence::Exact(Ground::Source)));
}

/// Ten records, of which the fifth on the target is somebody else's.
async fn tampered(estate: &Estate) -> Memory {
    let memory = empty(estate).await;
    write(&memory, &hangzhou(), "orders", &(0..10).map(record).collect::<Vec<_>>()).await;
    carry(&memory, [0, 1, 2, 3, 4, 66, 6, 7, 8, 9]).await;
    write(&memory, &shanghai(), SYNCS, &[sync("orders", 0, 0), sync("orders", 9, 9)]).await;
    stand(&memory, "billing", 7);
    memory
}

#[tokio::test]
async fn a_record_that_somebody_else_wrote_is_found_and_stops_its_groups() {
    let estate = mirrored(Naming::Identity);
    let flow = compared(&tampered(&estate).await, &estate, false).await;
    let [mismatch] = flow.compared.mismatches.as_slice() else { panic!("{:?}", flow.compared.mismatches) };
    let source = mismatch.source.as_ref().unwrap();
    assert_eq!((mismatch.target.offset, source.offset), (5, 5));
    assert_eq!((mismatch.target.value, source.value), (Some(9), Some(8)), "sizes are told");
    assert_ne!(mismatch.target.digest, source.digest);
    let doubts = flow.doubts();
    assert_eq!((doubts[0].code, doubts[0].is_error), ("LW1701", true));
    let rows = flow.rows(Certainty::Proven);
    let Settlement::Refused(why) = flow.settle("billing", &rows.iter().collect::<Vec<_>>()) else { panic!() };
    insta::assert_snapshot!(why, @"group billing reads orders-0, where shanghai holds a record at offset 5 that is not the one of hangzhou (LW1701): find out who wrote it");
}

#[tokio::test]
async fn what_a_record_says_is_kept_only_where_it_was_asked_for() {
    let estate = mirrored(Naming::Identity);
    let memory = tampered(&estate).await;
    let silent = compared(&memory, &estate, false).await;
    let all = format!("{silent:?}");
    assert!(!all.contains("secret") && !all.contains("115, 101, 99, 114, 101, 116"), "{all}");
    assert!(silent.compared.mismatches[0].target.payload.is_none());
    let asked = compared(&memory, &estate, true).await;
    let payload = asked.compared.mismatches[0].target.payload.as_ref().unwrap();
    assert_eq!(payload.value.as_deref(), Some(b"secret-66".as_slice()));
    assert_eq!(format!("{payload:?}"), "Payload", "no log shows it");
}

#[tokio::test]
async fn a_connector_that_changes_records_is_not_held_to_their_looks() {
    let estate = mirrored(Naming::Identity);
    let memory = tampered(&estate).await;
    let mut flow = read(&memory, &estate, &[]).await;
    let config = BTreeMap::from([("transforms".to_owned(), Setting::Plain("mask".into()))]);
    let connector = Connector { config, state: ConnectorState::Running, tasks: 1, failed: Vec::new() };
    let id = flow.connector.clone().unwrap();
    flow.observed.readings.insert(id, Reading::Present(Object::Connector(connector)));
    prove(&memory, &mut flow, 1_000).await.unwrap();
    compare(&memory, &memory, &mut flow, 1_000, false).await.unwrap();
    assert!(flow.compared.altered && flow.compared.mismatches.is_empty());
}

#[tokio::test]
async fn a_silent_source_is_not_asked() {
    let estate = mirrored(Naming::Identity);
    let memory = tampered(&estate).await;
    memory.cut(&hangzhou(), dead());
    let flow = compared(&memory, &estate, false).await;
    assert_eq!((flow.compared.checked, flow.compared.originals.len()), (0, 0));
    assert!(flow.observed.reading(&ObjectId::new(&hangzhou(), What::Cluster)).is_some());
}

#[tokio::test]
async fn records_that_compaction_superseded_are_no_mismatch() {
    let estate = mirrored(Naming::Identity);
    let memory = tampered(&estate).await;
    memory.edit(|world| {
        let source = world.clusters.get_mut(&hangzhou()).unwrap();
        let topic = source.topics.get_mut("orders").unwrap();
        topic.config.insert("cleanup.policy".into(), "compact,delete".into());
        topic.records.get_mut(&0).unwrap().retain(|record| ![4, 5].contains(&record.offset));
    });
    let flow = compared(&memory, &estate, false).await;
    assert!(flow.compared.compacted.contains("orders"));
    assert_eq!(flow.compared.mismatches, []);
}

#[tokio::test]
async fn a_record_too_many_between_two_syncs_is_somebody_elses() {
    let estate = mirrored(Naming::Identity);
    let memory = empty(&estate).await;
    write(&memory, &hangzhou(), "orders", &(0..10).map(record).collect::<Vec<_>>()).await;
    carry(&memory, [0, 1, 2, 3, 4, 66, 5, 6, 7, 8, 9]).await;
    write(&memory, &shanghai(), SYNCS, &[sync("orders", 0, 0), sync("orders", 9, 10)]).await;
    stand(&memory, "billing", 7);
    let flow = compared(&memory, &estate, false).await;
    let [mismatch] = flow.compared.mismatches.as_slice() else { panic!("{:?}", flow.compared.mismatches) };
    assert_eq!(mismatch.target.offset, 5);
    assert!(flow.rows(Certainty::Proven)[0].answer.as_ref().unwrap().offset <= 7);
}
