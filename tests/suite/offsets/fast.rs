//! Many groups over many syncs cost next to nothing.

use leeward::estate::PartitionEnds;
use leeward::offsets::{Anchors, Arrived, End, Evidence, OffsetSync, Syncs};
use std::time::{Duration, Instant};

/// 5,000 groups on 10 partitions with 100,000 syncs. Meant for seconds in a release build without a crowd; the limit here only
/// tells a search from a scan.
#[test]
fn five_thousand_groups_are_translated_in_passing() {
    let mut syncs = Syncs::new();
    for at in 0..100_000i64 {
        let (partition, number) = ((at % 10) as i32, at / 10);
        let sync = OffsetSync {
            topic: "orders".into(),
            partition,
            upstream: number * 101,
            downstream: number * 100,
        };
        let (key, value) = sync.encode();
        syncs.record(Some(&key), Some(&value), Arrived { offset: at, time: None });
    }
    let began = Instant::now();
    let mut exact = 0;
    for partition in 0..10 {
        let target = PartitionEnds { start: 0, end: 1_000_000 };
        let anchors = Anchors::new(syncs.track("orders", partition), target)
            .ended(End { position: 1_009_900, in_order: true });
        let unread = Anchors::new(syncs.track("orders", partition), target);
        for group in 0..5_000 {
            let foreseen = unread.foresee(group * 201);
            exact += usize::from(matches!(foreseen.evidence, Evidence::Exact(_)));
            assert!(foreseen.offset <= group * 201);
            assert!(anchors.translate(group * 201).offset <= foreseen.offset);
        }
    }
    assert!(exact > 0);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}
