//! Where groups go on by time, and what may be skipped then.

use super::flow::{checkpoint, dead, hangzhou, mirrored, read, shanghai, stands, write};
use leeward::estate::{Address, Estate, Naming};
use leeward::observe::{ByTime, by_time};
use leeward::offsets::{Basis, Certainty, Flow, Row, Settlement, Timed};
use leeward::provider::Memory;
use leeward::provider::records::{NewRecord, Records};
use std::collections::BTreeMap;

async fn timed_records(memory: &Memory, cluster: &Address, times: &[i64]) {
    let mut producer = memory.producer(cluster, None).await.unwrap();
    for time in times {
        let record = NewRecord::new("orders", None, Some(b"v")).partition(0).timestamp(*time);
        producer.send(&[record]).await.unwrap();
    }
}

/// Ten records on both sides, one of them late, no syncs at all, and a group that has read seven.
async fn unmirrored(estate: &Estate, times: &[i64]) -> Memory {
    let memory = Memory::of(estate);
    memory.edit(|world| {
        for cluster in [hangzhou(), shanghai()] {
            world.clusters.get_mut(&cluster).unwrap().put_topic("orders", 1, 3, BTreeMap::new());
        }
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        for topic in ["mm2-offset-syncs.hangzhou.internal", "hangzhou.checkpoints.internal"] {
            target.put_topic(topic, 1, 3, BTreeMap::new());
        }
        let source = world.clusters.get_mut(&hangzhou()).unwrap();
        source.groups.insert("billing".into(), stands("orders", 7));
    });
    for cluster in [hangzhou(), shanghai()] {
        timed_records(&memory, &cluster, times).await;
    }
    memory
}

const TIMES: [i64; 10] = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000];

async fn timed(memory: &Memory, estate: &Estate, how: ByTime) -> (Flow, Row) {
    let flow = read(memory, estate, &[]).await;
    let mut rows = flow.rows(Certainty::Proven);
    by_time(memory, memory, &flow, &mut rows, how).await.unwrap();
    (flow, rows.remove(0))
}

const PLAIN: ByTime = ByTime { margin: 0, most: 1_000, accept_loss: false };

async fn found(times: &[i64], how: ByTime) -> Timed {
    let estate = mirrored(Naming::Identity);
    timed(&unmirrored(&estate, times).await, &estate, how).await.1.timed.unwrap()
}

#[tokio::test]
async fn the_oldest_unread_record_tells_and_nothing_is_skipped() {
    let exactly = found(&TIMES, PLAIN).await;
    assert_eq!((exactly.offset, exactly.time, exactly.skips_at_most), (7, 8_000, 0));
    let earlier = found(&TIMES, ByTime { margin: 2_000, ..PLAIN }).await;
    assert_eq!((earlier.offset, earlier.time, earlier.basis), (5, 6_000, Basis::Unread));
    let mut late = TIMES;
    late[8] = 2_500;
    assert_eq!(found(&late, PLAIN).await.offset, 2, "a record that was late counts by its own time");
}

#[tokio::test]
async fn of_a_group_that_lags_too_far_it_is_said_that_it_may_skip() {
    let mut late = TIMES;
    late[8] = 2_500;
    let partly = found(&late, ByTime { most: 1, ..PLAIN }).await;
    assert_eq!(
        (partly.basis, partly.offset),
        (Basis::Partly, 2),
        "the records next to its position were looked at"
    );
    assert_eq!(partly.skips_at_most, 2, "as many as lie between what is certain and this");
}

#[tokio::test]
async fn a_standby_that_stamps_records_itself_leaves_a_doubt() {
    let estate = mirrored(Naming::Identity);
    let memory = unmirrored(&estate, &TIMES).await;
    memory.edit(|world| {
        let target = world.clusters.get_mut(&shanghai()).unwrap();
        let topic = target.topics.get_mut("orders").unwrap();
        topic.config.insert("message.timestamp.type".into(), "LogAppendTime".into());
    });
    let (_, row) = timed(&memory, &estate, PLAIN).await;
    assert_eq!(row.timed.unwrap().basis, Basis::Partly);
}

#[tokio::test]
async fn with_the_source_dead_the_checkpoint_tells_and_a_loss_has_to_be_accepted() {
    let estate = mirrored(Naming::Identity);
    let memory = unmirrored(&estate, &[100, 200, 300, 900, 900, 900, 950, 1_100, 1_200, 1_300]).await;
    // It arrived at 1,000: what the group had not read then may be older.
    write(&memory, &shanghai(), "hangzhou.checkpoints.internal", &[checkpoint("billing", "orders", 2, 2)])
        .await;
    memory.cut(&hangzhou(), dead());
    let (flow, row) = timed(&memory, &estate, PLAIN).await;
    let timed_row = row.timed.unwrap();
    assert_eq!((timed_row.offset, timed_row.basis), (7, Basis::Checkpoint));
    assert!(timed_row.skips_at_most >= 5, "2 to 6 would be skipped: {timed_row:?}");
    let Settlement::Refused(why) = flow.settle("billing", &[&row]) else { panic!() };
    insta::assert_snapshot!(why, @"group billing may skip up to 7 records of orders-0 by time: translate by offsets instead, take a longer -margin, or accept it with -accept-loss");
    let (flow, row) = timed(&memory, &estate, ByTime { accept_loss: true, ..PLAIN }).await;
    let Settlement::Set { to, .. } = flow.settle("billing", &[&row]) else { panic!() };
    assert_eq!(to.position("orders", 0), Some(7));
    let careful = timed(&memory, &estate, ByTime { margin: 900, ..PLAIN }).await.1.timed.unwrap();
    assert_eq!(
        (careful.offset, careful.skips_at_most),
        (0, 0),
        "an offset that the translation covers skips nothing"
    );
}

#[tokio::test]
async fn whoever_has_read_all_goes_on_near_the_end() {
    let estate = mirrored(Naming::Identity);
    let memory = unmirrored(&estate, &TIMES).await;
    memory.edit(|world| {
        let source = world.clusters.get_mut(&hangzhou()).unwrap();
        source.groups.insert("billing".into(), stands("orders", 10));
    });
    let (_, row) = timed(&memory, &estate, ByTime { margin: 1_500, ..PLAIN }).await;
    let timed = row.timed.unwrap();
    assert_eq!((timed.offset, timed.skips_at_most), (8, 0));
}
