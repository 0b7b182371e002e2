//! The cases that a translation has to answer, one by one.

use super::track::track;
use leeward::estate::{PartitionEnds, Start};
use leeward::offsets::{Anchors, Answer, Cause, Digest, End, Entry, Evidence, Ground, Passed, Window};

const fn ends(start: i64, end: i64) -> PartitionEnds {
    PartitionEnds { start, end }
}

fn start(source: PartitionEnds, target: PartitionEnds) -> Start {
    Start { topic: "orders".into(), partition: 0, source, target, continues: false, at: None }
}

/// What was read of a target that holds these source records.
fn held(records: impl IntoIterator<Item = i64>) -> Window {
    held_from(0, records)
}

/// What was read of a target that holds these source records from an offset on.
fn held_from(from: i64, records: impl IntoIterator<Item = i64>) -> Window {
    let entries: Vec<Entry> = (from..)
        .zip(records)
        .map(|(offset, record)| Entry { offset, digest: Digest(1 + record.cast_unsigned() as u128) })
        .collect();
    Window { from, to: from + entries.len() as i64, entries }
}

/// The same anchors once this was read.
fn after<'a>(mut anchors: Anchors<'a>, window: &Window) -> Anchors<'a> {
    anchors.learn(window);
    anchors
}

fn exact(answer: &Answer) -> Option<i64> {
    matches!(answer.evidence, Evidence::Exact(_)).then_some(answer.offset)
}

fn rewinds(answer: &Answer) -> Option<(i64, i64, Cause)> {
    match answer.evidence {
        Evidence::Rewinds { at_most, cause } => Some((answer.offset, at_most, cause)),
        Evidence::Exact(_) => None,
    }
}

#[test]
fn a_plain_topic_is_exact_at_every_position() {
    let syncs = track(&[(0, 0), (100, 100), (200, 200)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 250))
        .started(&start(ends(0, 0), ends(0, 0)))
        .with_source(ends(0, 250))
        .ended(End { position: 250, in_order: true });
    let anchors = after(anchors, &held(0..250));
    for position in 0..=250 {
        let answer = anchors.translate(position);
        assert_eq!(exact(&answer), Some(position), "{position}");
        assert_eq!((answer.duplicates.at_least, answer.duplicates.at_most), (0, 0));
    }
    assert_eq!(anchors.translate(120).evidence, Evidence::Exact(Ground::Target));
    assert_eq!(anchors.reads(&[120], 1_000), []);
}

#[test]
fn control_records_leave_a_rewind_of_their_number() {
    let syncs = track(&[(0, 0), (26, 25), (52, 50)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 51))
        .with_source(ends(0, 53))
        .ended(End { position: 53, in_order: true });
    let anchors = after(anchors, &held(0..51));
    assert_eq!(exact(&anchors.translate(26)), Some(25));
    assert_eq!(rewinds(&anchors.translate(36)), Some((34, 1, Cause::NotCarried)));
    assert_eq!(exact(&anchors.translate(53)), Some(51));
}

#[test]
fn nothing_is_claimed_before_it_was_read() {
    let syncs = track(&[(0, 0), (100, 100), (200, 200)]);
    let mut anchors = Anchors::new(Some(&syncs), ends(0, 201))
        .with_source(ends(0, 201))
        .ended(End { position: 201, in_order: true });
    assert_eq!(anchors.translate(150).offset, 101);
    assert_eq!(rewinds(&anchors.translate(150)).unwrap().2, Cause::Unread);
    assert_eq!(anchors.foresee(150).evidence, Evidence::Exact(Ground::Presumed));
    assert_eq!(anchors.foresee(150).offset, 150);
    anchors.learn(&held(0..201));
    assert_eq!(anchors.translate(150).evidence, Evidence::Exact(Ground::Target));
    assert_eq!(anchors.translate(150).offset, 150);
}

#[test]
fn a_skip_and_a_repeat_that_cancel_are_found_out() {
    // 3 to 5 were not carried; the worker died, and 7 to 9 were carried twice: the syncs look as if nothing had happened.
    let records: Vec<i64> = [0, 1, 2, 6, 7, 8, 9, 7, 8, 9, 10].into();
    let syncs = track(&[(0, 0), (10, 10)]);
    let mut anchors = Anchors::new(Some(&syncs), ends(0, 11))
        .started(&start(ends(0, 0), ends(0, 0)))
        .with_source(ends(0, 11))
        .ended(End { position: 11, in_order: true });
    assert_eq!(
        anchors.foresee(6).offset,
        6,
        "so arithmetic says, and would skip the record, which stands at 3"
    );
    anchors.learn(&held(records));
    let answer = anchors.translate(6);
    assert!(answer.offset <= 3, "{answer:?}");
}

#[test]
fn a_sync_whose_record_looks_like_an_earlier_one_proves_no_copies() {
    // 5 looks like 2, 7 like 3, 8 like 1. Counted from 5 as if it were 2, the different entries up to 9 are as many as the
    // source has offsets between 5 and 9, and 7 would be taken for a copy of 3.
    let syncs = track(&[(0, 0), (4, 4), (5, 5), (9, 9)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 10))
        .started(&start(ends(0, 0), ends(0, 0)))
        .with_source(ends(0, 10))
        .ended(End { position: 10, in_order: true });
    let answer = after(anchors, &held([0, 1, 2, 3, 4, 2, 6, 3, 1, 9])).translate(3);
    assert!(answer.offset <= 3, "{answer:?}");
}

#[test]
fn a_copy_of_one_of_several_records_that_look_the_same_moves_none_of_the_others() {
    // 3 to 5 look the same, 2 was not carried. The task went on from 5 again: 3 and 4 stand where they stood.
    let held = held([0, 1, 3, 3, 3, 6, 7, 8, 9, 3, 6, 7, 8, 9, 10, 11, 12]);
    let syncs = track(&[(0, 0), (1, 1), (3, 2), (7, 6), (5, 9), (10, 14), (12, 16)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 17))
        .started(&start(ends(0, 0), ends(0, 0)))
        .with_source(ends(0, 13))
        .ended(End { position: 13, in_order: true });
    let answer = after(anchors, &held).translate(2);
    assert!(answer.offset <= 2, "{answer:?}");
}

#[test]
fn what_a_killed_worker_carried_twice_is_counted() {
    // Carried up to 19, committed 10: the next life carries 10 to 19 again.
    let records: Vec<i64> = (0..20).chain(10..30).collect();
    let syncs = track(&[(0, 0), (10, 10), (12, 22), (29, 39)]);
    let mut anchors = Anchors::new(Some(&syncs), ends(0, 40))
        .started(&start(ends(0, 0), ends(0, 0)))
        .with_source(ends(0, 30))
        .ended(End { position: 30, in_order: true });
    anchors.learn(&held(records));
    let before = anchors.translate(5);
    assert_eq!((exact(&before), before.duplicates.at_least, before.duplicates.at_most), (Some(5), 10, 10));
    let again = anchors.translate(11);
    assert_eq!(
        (exact(&again), again.duplicates.at_most),
        (Some(21), 0),
        "its last copy, before the first sync of its life"
    );
}

#[test]
fn a_life_that_has_not_caught_up_leaves_older_copies_in_force() {
    // Carried up to 99; the next life began at 50 and has come to 59.
    let records: Vec<i64> = (0..100).chain(50..60).collect();
    let syncs = track(&[(0, 0), (90, 90), (51, 101)]);
    let mut anchors = Anchors::new(Some(&syncs), ends(0, 110))
        .started(&start(ends(0, 0), ends(0, 0)))
        .ended(End { position: 52, in_order: false });
    assert!(matches!(anchors.foresee(55).evidence, Evidence::Rewinds { cause: Cause::NotCaughtUp, .. }));
    anchors.learn(&held(records));
    assert_eq!(anchors.translate(55).offset, 60, "60 stands at 60 alone");
}

#[test]
fn positions_at_the_borders_have_their_answers() {
    let syncs = track(&[(40, 7), (60, 27)]);
    let noted = Anchors::new(Some(&syncs), ends(0, 28))
        .started(&start(ends(33, 40), ends(0, 0)))
        .with_source(ends(33, 61))
        .ended(End { position: 61, in_order: true });
    let noted = after(noted, &held(0..28));
    assert_eq!(
        exact(&noted.translate(10)),
        Some(0),
        "what lay before the mirror is not on the source any more"
    );
    assert_eq!(exact(&noted.translate(35)), Some(2));
    assert_eq!(exact(&noted.translate(61)), Some(28));
    assert_eq!(exact(&noted.translate(70)), Some(28), "ahead of what was carried");

    let unknown = Anchors::new(Some(&syncs), ends(3, 28));
    assert_eq!(
        rewinds(&unknown.translate(10)).map(|(offset, _, _)| offset),
        Some(3),
        "the target's first offset"
    );
    let foreign = Anchors::new(Some(&syncs), ends(0, 28)).started(&start(ends(33, 40), ends(0, 5)));
    assert_eq!(foreign.translate(10).offset, 0, "the target held records before: they may be owed");
}

#[test]
fn a_partition_without_records_or_syncs_has_an_answer() {
    let empty = Anchors::new(None, ends(0, 0)).translate(0);
    assert_eq!((exact(&empty), empty.evidence), (Some(0), Evidence::Exact(Ground::Ends)));
    let added = Anchors::new(None, ends(0, 5))
        .added_later()
        .with_source(ends(0, 5))
        .ended(End { position: 5, in_order: true });
    let added = after(added, &held(0..5));
    assert_eq!(exact(&added.translate(3)), Some(3), "added later, its first syncs dropped");
    let running = Anchors::new(None, ends(0, 5)).translate(3);
    assert_eq!(running.offset, 0);
}

#[test]
fn retention_on_either_side_is_minded() {
    // The mirror was overtaken: 11 to 49 are gone from the source, and were never carried.
    let syncs = track(&[(0, 0), (10, 10), (50, 11), (60, 21)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 22))
        .with_source(ends(50, 61))
        .ended(End { position: 61, in_order: true });
    let anchors = after(anchors, &held(0..22));
    assert_eq!(exact(&anchors.translate(30)), Some(11));
    let cut = Anchors::new(Some(&syncs), ends(15, 22))
        .with_source(ends(50, 61))
        .ended(End { position: 61, in_order: true });
    let cut = after(cut, &held_from(15, 15..22));
    assert_eq!(cut.translate(5).offset, 15, "what stood before is gone from the target");
}

#[test]
fn a_source_topic_made_anew_is_noticed_and_never_skipped() {
    let syncs = track(&[(0, 0), (500, 500), (0, 501), (20, 521)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 522)).with_source(ends(0, 21));
    assert!(anchors.source_was_cut());
    assert!(anchors.translate(10).offset <= 511);
}

/// The first sync came after a burst of 16,000 records, and a task has begun anew since, some records before where its
/// predecessor had come: a tail as long as the burst could hide there. More is read than is allowed at once, and as much
/// again as stands twice, and within the rounds that are made every position is exact.
#[test]
fn a_long_proof_is_read_part_by_part() {
    for again in [510, 2_010, 6_010] {
        let begun = (30_010 - again) / 100;
        let first = (160..300).map(|at| (at * 100, at * 100));
        let later = (begun..500).map(|at| (at * 100, at * 100 + again));
        let syncs = track(&first.chain(later).collect::<Vec<_>>());
        let (position, end) = (50_000, 50_000 + again);
        let mut anchors = Anchors::new(Some(&syncs), ends(0, end))
            .started(&start(ends(0, 0), ends(0, 0)))
            .with_source(ends(0, 50_200))
            .ended(End { position, in_order: false });
        let record = |offset: i64| if offset < 30_010 { offset } else { offset - again };
        let mut rounds = 0;
        loop {
            let ranges = anchors.reads(&[48_950], 10_000);
            let total: i64 = ranges.iter().map(|range| range.end - range.start).sum();
            assert!(total <= 10_000, "{ranges:?}");
            if ranges.is_empty() {
                break;
            }
            rounds += 1;
            ranges.into_iter().for_each(|range| {
                anchors.learn(&held_from(range.start, range.map(record)));
            });
        }
        assert!((2..=8).contains(&rounds), "{again}: {rounds} rounds");
        assert_eq!(exact(&anchors.translate(48_950)), Some(48_950 + again), "{again}");
    }
}

#[test]
fn reads_stay_within_what_is_allowed() {
    let syncs = track(&(0..100).map(|at| (at * 100, at * 100)).collect::<Vec<_>>());
    let anchors = Anchors::new(Some(&syncs), ends(0, 9_901)).ended(End { position: 9_901, in_order: true });
    let total = |most| -> i64 {
        anchors.reads(&[50, 4_321, 9_890], most).iter().map(|range| range.end - range.start).sum()
    };
    assert!(total(1_000_000) < 2_500, "{}", total(1_000_000));
    assert!(total(400) <= 400);
    assert_eq!(total(0), 0);
}

/// A compacted standby has lost what would show that nothing hides; the source shows it by what it still holds before the
/// connector's position.
#[test]
fn the_source_proves_that_no_former_task_came_further() {
    // A burst of 5,000 records had no sync; a task died behind 6,000, and its successor went on at 5,920.
    let syncs = track(&[(0, 0), (5_000, 5_000), (5_500, 5_500), (5_960, 6_040), (6_100, 6_180)]);
    let anchors = Anchors::new(Some(&syncs), ends(0, 6_300))
        .with_source(ends(0, 6_300))
        .ended(End { position: 6_200, in_order: false });
    // The last 400 entries, which no gap tears apart.
    let anchors = after(anchors, &held_from(5_900, (5_900..6_000).chain(5_920..6_220)));
    assert!(rewinds(&anchors.translate(6_090)).unwrap().0 <= 1, "5,000 records could hide in the burst");
    let asked = |most| anchors.passable(0, most).unwrap();
    assert_eq!((asked(500), asked(100_000)), (5_700..6_200, 0..6_200));
    let passed = |from: i64| Passed { position: 6_200, offsets: (from..6_200).collect() };
    let (few, enough, stale) = (passed(5_700), passed(0), Passed { position: 6_400, ..passed(0) });
    let told = |passed| anchors.clone().with_passed(passed).translate(6_090);
    assert!(exact(&told(&few)).is_none());
    assert!(exact(&told(&stale)).is_none());
    assert_eq!(exact(&told(&enough)), Some(6_170));
}

/// Right behind a sync the connector has committed what it carried: no record before its position stands behind that sync.
#[test]
fn the_source_proves_it_where_the_position_is_the_last_sync() {
    let syncs =
        track(&[(0, 0), (5_000, 5_000), (5_500, 5_500), (5_960, 6_040), (6_095, 6_175), (6_100, 6_180)]);
    let told = |entries: Vec<i64>, position: i64| {
        let end = 5_900 + entries.len() as i64;
        let passed = Passed { position, offsets: (0..position).collect() };
        let anchors = Anchors::new(Some(&syncs), ends(0, end))
            .with_source(ends(0, 6_300))
            .ended(End { position, in_order: false });
        exact(&after(anchors, &held_from(5_900, entries)).with_passed(&passed).translate(6_090))
    };
    let carried = |beyond: i64| (5_900..6_000).chain(5_920..beyond);
    assert_eq!(told(carried(6_120).collect(), 6_101), Some(6_170));
    // The sync of a record that is not committed: the one before shows as much.
    assert_eq!(told(carried(6_120).collect(), 6_100), Some(6_170));
    // A task began anew at the position: nobody knows how far its predecessor had come before.
    assert_eq!(told(carried(6_120).chain(6_101..6_104).collect(), 6_101), None);
}
