//! The record at a position, found on both sides.

use super::track::track;
use leeward::estate::PartitionEnds;
use leeward::offsets::{Anchors, Digest, Entry, Original, Proven, Twin, Window};

fn records(records: &[(i64, u128)]) -> Vec<Original> {
    let record = |(offset, digest): &(i64, u128)| Original {
        offset: *offset,
        timed: Digest(*digest),
        untimed: Digest(1_000 + *digest),
    };
    records.iter().map(record).collect()
}

fn entries(entries: &[(i64, u128)]) -> Vec<Entry> {
    entries.iter().map(|(offset, digest)| Entry { offset: *offset, digest: Digest(*digest) }).collect()
}

/// The span of the tests: the source's offsets from 10 to 16, the target's from 100 to 104.
fn twin(position: i64) -> Twin {
    Twin { position, source: 10..16, target: 100..104, open: false }
}

const TARGET: [(i64, u128); 4] = [(100, 1), (101, 2), (102, 3), (103, 4)];

#[test]
fn twins_are_found_where_records_were_not_carried() {
    let source = records(&[(10, 1), (11, 2), (13, 3), (15, 4)]);
    let target = entries(&TARGET);
    for (position, offset) in [(10, 100), (11, 101), (12, 102), (13, 102), (14, 103), (15, 103), (16, 104)] {
        assert_eq!(twin(position).judge(&source, &target, false), Proven::At(offset), "{position}");
    }
}

#[test]
fn records_that_a_filter_dropped_are_passed_over() {
    let source = records(&[(10, 1), (11, 9), (12, 2), (13, 3), (14, 8), (15, 4)]);
    let target = entries(&TARGET);
    assert_eq!(twin(11).judge(&source, &target, false), Proven::At(101));
    assert_eq!(twin(14).judge(&source, &target, false), Proven::At(103));
}

#[test]
fn records_that_look_the_same_are_told_apart_by_their_neighbours_or_not_at_all() {
    let source = records(&[(10, 1), (11, 5), (12, 5), (13, 4)]);
    let target = entries(&[(100, 1), (101, 5), (102, 5), (103, 4)]);
    assert_eq!(twin(12).judge(&source, &target, false), Proven::At(102));
    let one_dropped = entries(&[(100, 1), (101, 5), (102, 4)]);
    assert_eq!(twin(12).judge(&source, &one_dropped, false), Proven::Unclear);
    assert_eq!(twin(13).judge(&source, &one_dropped, false), Proven::At(102));
}

#[test]
fn a_record_without_a_twin_is_a_mismatch() {
    let source = records(&[(10, 1), (11, 2), (13, 7), (15, 4)]);
    let judged = twin(11).judge(&source, &entries(&TARGET), false);
    let target = Entry { offset: 102, digest: Digest(3) };
    assert_eq!(judged, Proven::Mismatch { target, source: Some(13) });
    let cut = Twin { open: true, ..twin(11) };
    assert_eq!(
        cut.judge(&source, &entries(&TARGET), false),
        Proven::Unclear,
        "its twin may stand behind what was read"
    );
}

#[test]
fn what_compaction_took_from_the_source_does_not_move_the_answer_past_it() {
    let source = records(&[(10, 1), (15, 4)]);
    let target = entries(&TARGET);
    assert_eq!(twin(15).judge(&source, &target, true), Proven::Unclear);
    assert_eq!(twin(10).judge(&source, &target, true), Proven::At(100));
}

#[test]
fn a_time_that_the_targets_broker_gave_is_no_part_of_what_is_compared() {
    let source = records(&[(10, 1), (11, 2), (13, 3), (15, 4)]);
    let stamped = entries(&[(100, 1_001), (101, 1_002), (102, 1_003), (103, 1_004)]);
    assert_eq!(twin(13).judge(&source, &stamped, false), Proven::At(102));
}

/// Anchors over a target that holds these source records, all of it read.
fn read<'a>(track: &'a leeward::offsets::Track, held: &[(i64, u128)]) -> Anchors<'a> {
    let end = held.len() as i64;
    let mut anchors = Anchors::new(Some(track), PartitionEnds { start: 0, end });
    anchors.learn(&Window { from: 0, to: end, entries: entries(held) });
    anchors
}

#[test]
fn only_spans_of_one_life_that_the_source_still_holds_are_asked_for() {
    let track = track(&[(10, 0), (16, 4), (19, 6)]);
    let source = |start, end| PartitionEnds { start, end };
    let unread = Anchors::new(Some(&track), PartitionEnds { start: 0, end: 7 });
    assert_eq!(unread.twin(12, source(0, 20), 100), None, "what was not read may hold a restart");
    let held: Vec<(i64, u128)> = (0..7).map(|at| (at, at as u128)).collect();
    let anchors = read(&track, &held);
    let asked = Twin { position: 12, source: 10..16, target: 0..4, open: false };
    assert_eq!(anchors.twin(12, source(0, 20), 100), Some(asked));
    assert_eq!(anchors.twin(12, source(11, 20), 100), None, "retention took the span's first record");
    assert_eq!(anchors.twin(12, source(0, 20), 5), None, "the span is too long");
    assert_eq!(anchors.twin(5, source(0, 20), 100), None, "no point before");
    let last = Twin { position: 20, source: 19..40, target: 6..7, open: false };
    assert_eq!(anchors.twin(20, source(0, 40), 100), Some(last), "behind the last point to the source's end");
    let cut = Twin { position: 20, source: 19..29, target: 6..7, open: true };
    assert_eq!(anchors.twin(20, source(0, 40), 10), Some(cut));
    let again: Vec<(i64, u128)> = [0, 1, 2, 1, 3, 4, 5].into_iter().zip(0..).map(|(d, at)| (at, d)).collect();
    let twice = read(&track, &again);
    assert_eq!(twice.twin(12, source(0, 20), 100), None, "a record stands twice in it");
}
