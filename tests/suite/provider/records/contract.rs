//! What must hold of any records.

use super::ground::Ground;
use crate::e2e;
use leeward::estate::FaultKind;
use leeward::provider::records::{Begin, NewRecord, Positions, Range, Scan, Unsettled, Until};
use std::collections::BTreeMap;

/// Tries each case in memory, on a plain cluster, and on one with passwords and an authorizer.
macro_rules! contract {
    ($($name:ident)*) => {
        mod memory {
            use super::Ground;
            $(#[tokio::test] async fn $name() { super::$name(&Ground::memory()).await })*
        }
        mod plain {
            use super::Ground;
            $(#[tokio::test] async fn $name() { if let Some(ground) = Ground::plain() { super::$name(&ground).await } })*
        }
        mod sasl {
            use super::Ground;
            $(#[tokio::test] async fn $name() { if let Some(ground) = Ground::sasl() { super::$name(&ground).await } })*
        }
    };
}

contract! {
    a_record_comes_back_whole
    ranges_begin_and_end_where_they_say
    a_range_may_begin_at_a_time
    several_topics_and_partitions_in_one_scan
    what_is_not_there_is_said
    a_transaction_shows_when_it_is_committed
    an_aborted_transaction_never_shows
    positions_are_noted_with_their_transaction
    a_transactional_id_is_taken_over
    a_large_scan_is_whole_and_in_order
    a_scan_may_be_left_alone
    a_record_that_can_not_be_written_is_a_fault
}

async fn a_record_comes_back_whole(ground: &Ground) {
    let topic = ground.topic("whole", 2).await;
    let mut producer = ground.records.producer(&ground.cluster, None).await.unwrap();
    let records = [
        NewRecord::new(&topic, Some(b"k"), Some(b"v"))
            .partition(1)
            .timestamp(1_700_000_000_123)
            .header("a", Some(b"1"))
            .header("a", Some(b""))
            .header("\u{e4}", None),
        NewRecord::new(&topic, None, None).partition(1).timestamp(1_700_000_000_124),
        NewRecord::new(&topic, Some(b""), Some(b"")).partition(1).timestamp(5),
        NewRecord::new(&topic, Some(b"\xff\x00"), Some(&[0xfe; 3])).partition(1),
    ];
    let placed = producer.send(&records).await.unwrap();
    assert_eq!(
        placed.iter().map(|at| (at.partition, at.offset)).collect::<Vec<_>>(),
        [(1, 0), (1, 1), (1, 2), (1, 3)]
    );
    let read = ground.read(&Scan::topics(&ground.cluster, [&*topic])).await;
    assert_eq!(read.len(), 4);
    for (nth, (sent, got)) in records.iter().zip(&read).enumerate() {
        assert_eq!((got.topic.as_str(), got.partition, got.offset), (topic.as_str(), 1, nth as i64));
        assert_eq!((got.key.as_deref(), got.value.as_deref()), (sent.key, sent.value), "record {nth}");
        let headers: Vec<(&str, Option<&[u8]>)> =
            got.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(
            headers,
            sent.headers.iter().map(|h| (h.name, h.value)).collect::<Vec<_>>(),
            "record {nth}"
        );
        assert!(!got.append);
        if let Some(millis) = sent.timestamp {
            assert_eq!(got.millis, millis);
        }
    }
    assert!(read[3].millis > 1_700_000_000_000, "a record without a time has the time of sending");
}

async fn ranges_begin_and_end_where_they_say(ground: &Ground) {
    let topic = ground.topic("ranges", 1).await;
    ground.fill(&topic, 0, 0..10).await;
    for (from, to, first, count) in [
        (Begin::Start, Until::End, 0, 10),
        (Begin::At(3), Until::Before(7), 3, 4),
        (Begin::At(-5), Until::Before(2), 0, 2),
        (Begin::At(8), Until::Before(100), 8, 2),
        (Begin::Last(3), Until::End, 7, 3),
        (Begin::Last(99), Until::Before(1), 0, 1),
        (Begin::At(10), Until::End, 10, 0),
        (Begin::At(50), Until::End, 10, 0),
        (Begin::At(5), Until::Before(5), 5, 0),
        (Begin::At(5), Until::Before(1), 5, 0),
    ] {
        let range = Range { topic: topic.clone(), partition: Some(0), from, to };
        let scan = Scan::ranges(&ground.cluster, vec![range]);
        let extent = ground.records.scan(&scan).await.unwrap().extents()[0].clone();
        assert_eq!((extent.start, extent.end), (0, 10));
        assert_eq!((extent.from, extent.to - extent.from), (first, count), "{from:?} {to:?}");
        let offsets: Vec<i64> = ground.read(&scan).await.iter().map(|record| record.offset).collect();
        assert_eq!(offsets, (first..first + count).collect::<Vec<_>>(), "{from:?} {to:?}");
    }
}

async fn a_range_may_begin_at_a_time(ground: &Ground) {
    let topic = ground.topic("times", 2).await;
    let mut producer = ground.records.producer(&ground.cluster, None).await.unwrap();
    for millis in [1_000, 3_000, 2_000, 4_000] {
        let record =
            NewRecord::new(&topic, None, Some(b"x")).partition(0).timestamp(1_700_000_000_000 + millis);
        producer.send(&[record]).await.unwrap();
    }
    for (millis, first) in [(0, 0), (1_000, 0), (1_001, 1), (2_500, 1), (3_500, 3), (4_001, 4)] {
        let from = Begin::Time(1_700_000_000_000 + millis);
        let range = Range { topic: topic.clone(), partition: None, from, to: Until::End };
        let read = ground.read(&Scan::ranges(&ground.cluster, vec![range])).await;
        let offsets: Vec<i64> = read.iter().map(|record| record.offset).collect();
        assert_eq!(offsets, (first..4).collect::<Vec<_>>(), "from {millis}; the other partition is empty");
    }
}

/// Partitions of the same number in several topics, some of them empty, some read in part.
async fn several_topics_and_partitions_in_one_scan(ground: &Ground) {
    let topics = [ground.topic("a", 3).await, ground.topic("b", 3).await, ground.topic("empty", 2).await];
    for partition in 0..3 {
        ground.fill(&topics[0], partition, 0..5).await;
        ground.fill(&topics[1], partition, 10..12).await;
    }
    let mut scan = Scan::topics(&ground.cluster, topics.iter().map(String::as_str));
    scan.ranges[1] = Range::offsets(&topics[1], 2, 1, 2);
    let read = ground.read(&scan).await;
    let mut by_partition: BTreeMap<(&str, i32), Vec<i64>> = BTreeMap::new();
    for record in &read {
        by_partition.entry((&record.topic, record.partition)).or_default().push(record.offset);
    }
    let mut expected: BTreeMap<(&str, i32), Vec<i64>> =
        (0..3).map(|partition| ((topics[0].as_str(), partition), (0..5).collect())).collect();
    expected.insert((&topics[1], 2), vec![1]);
    assert_eq!(by_partition, expected);
}

async fn what_is_not_there_is_said(ground: &Ground) {
    let topic = ground.topic("there", 1).await;
    ground.fill(&topic, 0, 0..1).await;
    let absent = e2e::unique("absent");
    let mut scan = Scan::topics(&ground.cluster, [&*topic, &*absent]);
    scan.ranges.push(Range::offsets(&topic, 7, 0, 1));
    let scanning = ground.records.scan(&scan).await.unwrap();
    let missing: Vec<String> = scanning.missing().iter().cloned().collect();
    assert_eq!(missing, [absent, format!("{topic}-7")]);
    assert_eq!(ground.read(&scan).await.len(), 1);
}

async fn a_transaction_shows_when_it_is_committed(ground: &Ground) {
    let topic = ground.topic("shows", 1).await;
    let id = e2e::unique("id");
    let mut producer = ground.records.producer(&ground.cluster, Some(&id)).await.unwrap();
    producer.send(&[NewRecord::new(&topic, None, Some(b"one"))]).await.unwrap();
    producer.send(&[NewRecord::new(&topic, None, Some(b"two"))]).await.unwrap();
    let scan = Scan::topics(&ground.cluster, [&*topic]);
    assert!(ground.read(&scan).await.is_empty(), "it is open");
    assert_eq!(ground.records.scan(&scan).await.unwrap().extents()[0].end, 0);
    assert_eq!(ground.read(&scan.clone().uncommitted()).await.len(), 2);
    producer.commit(None).await.unwrap();
    assert_eq!(ground.values(&topic, 2).await, ["one", "two"]);
    producer.send(&[NewRecord::new(&topic, None, Some(b"three"))]).await.unwrap();
    producer.commit(None).await.unwrap();
    assert_eq!(ground.values(&topic, 3).await, ["one", "two", "three"]);
    let extent = ground.records.scan(&scan).await.unwrap().extents()[0].clone();
    assert_eq!(extent.end, 5, "each commit takes an offset: the range ends behind a control record");
}

async fn an_aborted_transaction_never_shows(ground: &Ground) {
    let topic = ground.topic("aborted", 1).await;
    let id = e2e::unique("id");
    let mut producer = ground.records.producer(&ground.cluster, Some(&id)).await.unwrap();
    producer.send(&[NewRecord::new(&topic, None, Some(b"no"))]).await.unwrap();
    producer.abort().await.unwrap();
    producer.send(&[NewRecord::new(&topic, None, Some(b"yes"))]).await.unwrap();
    producer.commit(None).await.unwrap();
    producer.abort().await.unwrap();
    assert_eq!(ground.values(&topic, 1).await, ["yes"], "an abort without anything open changes nothing");
    let all = ground.read(&Scan::topics(&ground.cluster, [&*topic]).uncommitted()).await;
    assert_eq!(all.len(), 2);
}

async fn positions_are_noted_with_their_transaction(ground: &Ground) {
    let topic = ground.topic("noted", 2).await;
    let (id, group) = (e2e::unique("id"), e2e::unique("group"));
    let partitions = [(topic.clone(), 0), (topic.clone(), 1)];
    let read = || ground.records.positions(&ground.cluster, &group, &partitions, Unsettled::Awaited);
    assert_eq!(read().await.unwrap(), BTreeMap::new());
    let at = |next| Positions { group: group.clone(), next: BTreeMap::from([((topic.clone(), 1), next)]) };
    let mut producer = ground.records.producer(&ground.cluster, Some(&id)).await.unwrap();
    for next in [7, 42] {
        producer.send(&[NewRecord::new(&topic, None, Some(b"x"))]).await.unwrap();
        producer.commit(Some(&at(next))).await.unwrap();
        assert_eq!(read().await.unwrap(), BTreeMap::from([((topic.clone(), 1), next)]));
    }
    producer.send(&[NewRecord::new(&topic, None, Some(b"x"))]).await.unwrap();
    producer.abort().await.unwrap();
    assert_eq!(read().await.unwrap()[&(topic.clone(), 1)], 42);
}

async fn a_transactional_id_is_taken_over(ground: &Ground) {
    let topic = ground.topic("taken", 1).await;
    let id = e2e::unique("id");
    let mut first = ground.records.producer(&ground.cluster, Some(&id)).await.unwrap();
    first.send(&[NewRecord::new(&topic, None, Some(b"left open"))]).await.unwrap();
    let mut second = ground.records.producer(&ground.cluster, Some(&id)).await.unwrap();
    second.send(&[NewRecord::new(&topic, None, Some(b"mine"))]).await.unwrap();
    second.commit(None).await.unwrap();
    let fenced = match first.send(&[NewRecord::new(&topic, None, Some(b"late"))]).await {
        Ok(_) => first.commit(None).await.unwrap_err(),
        Err(fault) => fault,
    };
    assert_eq!(fenced.kind, FaultKind::Conflict, "{fenced}");
    assert_eq!(ground.values(&topic, 1).await, ["mine"]);
}

async fn a_large_scan_is_whole_and_in_order(ground: &Ground) {
    let topic = ground.topic("large", 5).await;
    for partition in 0..5 {
        ground.fill(&topic, partition, 0..3_000).await;
    }
    let mut next = [0i64; 5];
    for record in ground.read(&Scan::topics(&ground.cluster, [&*topic])).await {
        let at = usize::try_from(record.partition).unwrap();
        assert_eq!(record.offset, next[at]);
        assert_eq!(record.value.unwrap(), format!("v{}", next[at]).into_bytes());
        next[at] += 1;
    }
    assert_eq!(next, [3_000; 5]);
}

async fn a_scan_may_be_left_alone(ground: &Ground) {
    let topic = ground.topic("left", 1).await;
    ground.fill(&topic, 0, 0..2_000).await;
    let mut scanning = ground.records.scan(&Scan::topics(&ground.cluster, [&*topic])).await.unwrap();
    let first = scanning.next().await.unwrap().unwrap();
    assert!(!first.is_empty() && first.bytes() > 0);
    let progress = scanning.progress();
    assert_eq!((progress.passed, progress.total), (progress.records, 2_000));
    drop(scanning);
    assert_eq!(ground.values(&topic, 2_000).await.len(), 2_000);
}

async fn a_record_that_can_not_be_written_is_a_fault(ground: &Ground) {
    let topic = ground.topic("refused", 1).await;
    let mut producer = ground.records.producer(&ground.cluster, None).await.unwrap();
    let record = NewRecord::new(&topic, None, Some(b"x")).partition(3);
    let fault = producer.send(&[record]).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");
    producer.send(&[NewRecord::new(&topic, None, Some(b"next")).partition(0)]).await.unwrap();
    assert_eq!(ground.values(&topic, 1).await, ["next"]);
}
