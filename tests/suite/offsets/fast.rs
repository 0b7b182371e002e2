//! Many groups over many syncs cost next to nothing.

use leeward::estate::PartitionEnds;
use leeward::offsets::{Anchors, End, Evidence, Sync, Track};
use std::time::{Duration, Instant};

const GROUPS: i64 = 500;
/// Each of both is measured so often, and the fastest counts: a crowded machine slows some down, never all.
const ROUNDS: usize = 5;

/// How long it takes to translate the positions of all groups over so many syncs.
fn lasts(count: i64) -> Duration {
    let mut track = Track::default();
    (0..count).for_each(|at| track.push(Sync { upstream: at * 101, downstream: at * 100 }, None));
    let target = PartitionEnds { start: 0, end: count * 100 };
    let anchors =
        Anchors::new(Some(&track), target).ended(End { position: count * 101 - 100, in_order: true });
    let unread = Anchors::new(Some(&track), target);
    let began = Instant::now();
    let mut exact = 0;
    for group in 0..GROUPS {
        let position = group * (count * 100 / GROUPS);
        let foreseen = unread.foresee(position);
        exact += usize::from(matches!(foreseen.evidence, Evidence::Exact(_)));
        assert!(foreseen.offset <= position);
        assert!(anchors.translate(position).offset <= foreseen.offset);
    }
    assert!(exact > 0);
    began.elapsed()
}

/// A hundred times as many syncs cost a search some steps more, and a scan a hundred times as many.
#[test]
fn a_position_costs_a_search_and_not_a_scan() {
    let fastest = |count| (0..ROUNDS).map(|_| lasts(count)).min().unwrap();
    let (few, many) = (fastest(1_000), fastest(100_000));
    assert!(many < few * 20, "{few:?} with 1,000 syncs, {many:?} with 100,000");
}
