//! The record at a position, found on both sides.

use super::track::track;
use leeward::estate::PartitionEnds;
use leeward::offsets::{Anchors, Digest, Entry, Proven, Twin, Window};

fn window(from: i64, to: i64, entries: &[(i64, u128)]) -> Window {
    let entries =
        entries.iter().map(|(offset, digest)| Entry { offset: *offset, digest: Digest(*digest) }).collect();
    Window { from, to, entries }
}

/// The span of the tests: the source's offsets from 10 to 16, the target's from 100 to 104.
fn twin(position: i64) -> Twin {
    Twin { position, source: 10..16, target: 100..104 }
}

const TARGET: [(i64, u128); 4] = [(100, 1), (101, 2), (102, 3), (103, 4)];

#[test]
fn twins_are_found_where_records_were_not_carried() {
    let source = window(10, 16, &[(10, 1), (11, 2), (13, 3), (15, 4)]);
    let target = window(100, 104, &TARGET);
    for (position, offset) in [(10, 100), (11, 101), (12, 102), (13, 102), (14, 103), (15, 103), (16, 104)] {
        assert_eq!(twin(position).judge(&source, &target, false), Proven::At(offset), "{position}");
    }
}

#[test]
fn records_that_a_filter_dropped_are_passed_over() {
    let source = window(10, 16, &[(10, 1), (11, 9), (12, 2), (13, 3), (14, 8), (15, 4)]);
    let target = window(100, 104, &TARGET);
    assert_eq!(twin(11).judge(&source, &target, false), Proven::At(101));
    assert_eq!(twin(14).judge(&source, &target, false), Proven::At(103));
}

#[test]
fn records_that_look_the_same_are_told_apart_by_their_neighbours_or_not_at_all() {
    let source = window(10, 16, &[(10, 1), (11, 5), (12, 5), (13, 4)]);
    let target = window(100, 104, &[(100, 1), (101, 5), (102, 5), (103, 4)]);
    assert_eq!(twin(12).judge(&source, &target, false), Proven::At(102));
    let one_dropped = window(100, 104, &[(100, 1), (101, 5), (102, 4)]);
    assert_eq!(twin(12).judge(&source, &one_dropped, false), Proven::Unclear);
    assert_eq!(twin(13).judge(&source, &one_dropped, false), Proven::At(102));
}

#[test]
fn a_record_without_a_twin_is_a_mismatch() {
    let source = window(10, 16, &[(10, 1), (11, 2), (13, 7), (15, 4)]);
    let judged = twin(11).judge(&source, &window(100, 104, &TARGET), false);
    let (target, source) =
        (Entry { offset: 102, digest: Digest(3) }, Entry { offset: 13, digest: Digest(7) });
    assert_eq!(judged, Proven::Mismatch { target, source: Some(source) });
}

#[test]
fn what_compaction_took_from_the_source_does_not_move_the_answer_past_it() {
    let source = window(10, 16, &[(10, 1), (15, 4)]);
    let target = window(100, 104, &TARGET);
    assert_eq!(twin(15).judge(&source, &target, true), Proven::Unclear);
    assert_eq!(twin(10).judge(&source, &target, true), Proven::At(100));
}

#[test]
fn only_spans_that_the_source_still_holds_are_asked_for() {
    let track = track(&[(10, 100), (16, 104), (5_000, 5_000)]);
    let anchors = Anchors::new(Some(&track), PartitionEnds { start: 0, end: 5_001 });
    assert_eq!(anchors.twin(12, 0, 100), Some(twin(12)));
    assert_eq!(anchors.twin(12, 11, 100), None, "retention took the span's first record");
    assert_eq!(anchors.twin(20, 0, 100), None, "the span is too long");
    assert_eq!(anchors.twin(5, 0, 100), None, "no point before");
}
