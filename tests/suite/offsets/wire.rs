//! MirrorMaker's records, byte by byte.

use leeward::estate::Naming;
use leeward::offsets::{
    Arrived, Checkpoint, Heartbeat, OffsetSync, Syncs, WireError, checkpoints_topic, heartbeats_topic,
    syncs_topic,
};
use proptest::prelude::*;

/// The bytes that Kafka's own `OffsetSync`, `Checkpoint` and `Heartbeat` write, by the layout of their schemas.
#[test]
fn records_are_read_as_they_lie_in_the_topics() {
    let key = b"\x00\x06orders\x00\x00\x00\x03";
    let value = b"\x00\x00\x00\x00\x00\x00\x00\x96\x00\x00\x00\x00\x00\x00\x00\xfb";
    let sync = OffsetSync { topic: "orders".into(), partition: 3, upstream: 150, downstream: 251 };
    assert_eq!(OffsetSync::decode(Some(key), Some(value)), Ok(sync.clone()));
    assert_eq!(sync.encode(), (key.to_vec(), value.to_vec()));

    let key = b"\x00\x07billing\x00\x06orders\x00\x00\x00\x01";
    let value = b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x09\x00\x02ok";
    let checkpoint = Checkpoint {
        group: "billing".into(),
        topic: "orders".into(),
        partition: 1,
        upstream: 10,
        downstream: 9,
        metadata: "ok".into(),
    };
    assert_eq!(Checkpoint::decode(Some(key), Some(value)), Ok(checkpoint.clone()));
    assert_eq!(checkpoint.encode(), (key.to_vec(), value.to_vec()));

    let key = b"\x00\x08hangzhou\x00\x08shanghai";
    let value = b"\x00\x00\x00\x00\x01\x99\x00\x00\x00\x00";
    let heartbeat =
        Heartbeat { source: "hangzhou".into(), target: "shanghai".into(), timestamp: 0x0199_0000_0000 };
    assert_eq!(Heartbeat::decode(Some(key), Some(value)), Ok(heartbeat.clone()));
    assert_eq!(heartbeat.encode(), (key.to_vec(), value.to_vec()));
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

/// Taken from the log segments of a Kafka 4.3.1 cluster that MirrorMaker 2 wrote to.
#[test]
fn records_of_a_real_cluster_are_read() {
    let sync = |value: &str| {
        let key = bytes("000a6865617274626561747300000000");
        let sync = OffsetSync::decode(Some(&key), Some(&bytes(value))).unwrap();
        assert_eq!(sync.encode(), (key, bytes(value)));
        (sync.topic.clone(), sync.partition, sync.upstream, sync.downstream)
    };
    assert_eq!(sync("00000000000000000000000000000000"), ("heartbeats".into(), 0, 0, 0));
    assert_eq!(sync("00000000000000080000000000000008"), ("heartbeats".into(), 0, 8, 8));

    let key = bytes("000762696c6c696e670007746f726465727300000002");
    let value = bytes("000000000000000003e8000000000000038e0000");
    let checkpoint = Checkpoint::decode(Some(&key), Some(&value)).unwrap();
    assert_eq!((checkpoint.group.as_str(), checkpoint.topic.as_str()), ("billing", "torders"));
    assert_eq!((checkpoint.partition, checkpoint.upstream, checkpoint.downstream), (2, 1000, 910));
    assert_eq!((checkpoint.metadata.as_str(), checkpoint.encode()), ("", (key, value)));

    let key =
        bytes("00157368616e676861692d6532652d3665616338353732001568616e677a686f752d6532652d3665616338353732");
    let value = bytes("0000000001a1fce6eea2");
    let heartbeat = Heartbeat::decode(Some(&key), Some(&value)).unwrap();
    assert_eq!(
        (heartbeat.source.as_str(), heartbeat.timestamp),
        ("shanghai-e2e-6eac8572", 1_795_244_355_234)
    );
    assert_eq!(heartbeat.encode(), (key, value));
}

#[test]
fn what_is_malformed_is_told_apart() {
    let (key, value) = OffsetSync { topic: "t".into(), partition: 0, upstream: 1, downstream: 1 }.encode();
    let negative = [(-1i64).to_be_bytes(), 0i64.to_be_bytes()].concat();
    let long = [value.clone(), vec![0]].concat();
    type Case<'a> = (Option<&'a [u8]>, Option<&'a [u8]>, &'a str);
    let table: [Case<'_>; 8] = [
        (None, Some(&value), "the record has no key"),
        (Some(&key), None, "the record has no value"),
        (Some(b"\x00"), Some(&value), "the record ends within its topic"),
        (Some(b"\x00\x05abc"), Some(&value), "the record ends within its topic"),
        (Some(b"\xff\xffabc\0\0\0\0"), Some(&value), "the record's topic is not a string"),
        (Some(&key), Some(&value[..9]), "the record ends within its downstream offset"),
        (Some(&key), Some(&negative), "the record's upstream offset is -1, which can't be"),
        (Some(&key), Some(&long), "1 bytes follow the record's last field"),
    ];
    for (key, value, said) in table {
        assert_eq!(OffsetSync::decode(key, value).unwrap_err().to_string(), said);
    }
    let newer = Heartbeat::decode(Some(b"\x00\x01a\x00\x01b"), Some(b"\x00\x01\0\0\0\0\0\0\0\x01"));
    assert_eq!(newer, Err(WireError::Version(1)));
}

#[test]
fn malformed_syncs_are_counted_and_passed_over() {
    let mut syncs = Syncs::new();
    let at = |offset| Arrived { offset, time: Some(1_000 + offset) };
    for upstream in 0..3 {
        let (key, value) =
            OffsetSync { topic: "t".into(), partition: 0, upstream, downstream: upstream }.encode();
        syncs.record(Some(&key), Some(&value), at(upstream));
    }
    syncs.record(Some(b"\xff"), None, at(3));
    syncs.record(Some(b"garbage!"), Some(b"more"), at(4));
    assert_eq!(syncs.count(), 3);
    assert_eq!(syncs.malformed(), (2, Some(&(3, WireError::Missing("value")))));
    assert_eq!(syncs.track("t", 0).unwrap().times(), (Some(1_000), Some(1_002)));
    assert!(syncs.track("t", 1).is_none());
}

#[test]
fn the_topics_are_called_as_mirror_maker_calls_them() {
    let dashed = Naming::Prefixed { separator: "-".into() };
    assert_eq!(syncs_topic(&Naming::Identity, "a", "b", true), "mm2-offset-syncs.a.internal");
    assert_eq!(syncs_topic(&Naming::Identity, "a", "b", false), "mm2-offset-syncs.b.internal");
    assert_eq!(syncs_topic(&dashed, "a", "b", true), "mm2-offset-syncs-a-internal");
    assert_eq!(checkpoints_topic(&Naming::Identity, "a"), "a.checkpoints.internal");
    assert_eq!(checkpoints_topic(&dashed, "a"), "a-checkpoints-internal");
    assert_eq!(heartbeats_topic(&Naming::Identity, "a"), "a.heartbeats");
}

proptest! {
    #[test]
    fn what_is_written_is_read(topic in ".{0,40}", partition in 0..i32::MAX, upstream in 0..i64::MAX, downstream in 0..i64::MAX) {
        let sync = OffsetSync { topic: topic.clone(), partition, upstream, downstream };
        let (key, value) = sync.encode();
        prop_assert_eq!(OffsetSync::decode(Some(&key), Some(&value)), Ok(sync));
        let checkpoint =
            Checkpoint { group: topic.clone(), topic: topic.clone(), partition, upstream, downstream, metadata: topic };
        let (key, value) = checkpoint.encode();
        prop_assert_eq!(Checkpoint::decode(Some(&key), Some(&value)), Ok(checkpoint));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(key in proptest::collection::vec(any::<u8>(), 0..40), value in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = OffsetSync::decode(Some(&key), Some(&value));
        let _ = Checkpoint::decode(Some(&key), Some(&value));
        let _ = Heartbeat::decode(Some(&key), Some(&value));
    }
}
