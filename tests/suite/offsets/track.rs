//! Syncs are kept whole, in little room.

use super::model::random::Random;
use leeward::offsets::{Sync, Track};
use proptest::prelude::*;

pub fn track(syncs: &[(i64, i64)]) -> Track {
    let mut track = Track::default();
    for (upstream, downstream) in syncs {
        track.push(Sync { upstream: *upstream, downstream: *downstream }, None);
    }
    track
}

#[test]
fn a_log_made_anew_on_the_target_voids_what_was_known() {
    let track = track(&[(0, 0), (100, 100), (200, 200), (201, 0), (301, 100)]);
    assert_eq!((track.len(), track.voided()), (2, 3));
    assert_eq!(track.iter().next(), Some(Sync { upstream: 201, downstream: 0 }));
}

#[test]
fn a_million_syncs_take_a_few_megabytes() {
    let mut track = Track::default();
    for at in 0..1_000_000 {
        track.push(Sync { upstream: at * 101, downstream: at * 100 }, Some(at));
    }
    assert_eq!(track.len(), 1_000_000);
    // Ten million within 200 MB, with room for a vector that has just doubled.
    assert!(track.bytes() < 10_000_000, "{} bytes", track.bytes());
}

proptest! {
    #[test]
    fn nothing_is_lost(seed in any::<u64>()) {
        let mut random = Random(seed);
        let (mut upstream, mut downstream) = (0, -1);
        let syncs: Vec<(i64, i64)> = (0..random.below(300)).map(|_| {
            upstream = (upstream + random.below(1 << 20) as i64 - 100_000).max(0);
            downstream += 1 + random.below(100_000) as i64;
            (upstream, downstream)
        }).collect();
        let track = track(&syncs);
        let kept: Vec<(i64, i64)> = track.iter().map(|sync| (sync.upstream, sync.downstream)).collect();
        prop_assert_eq!(kept, syncs);
    }
}
