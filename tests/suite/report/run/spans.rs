//! Where the time of a run went.

use super::stage::Stage;
use crate::report::failovers::reprotect;
use leeward::estate::{Fault, FaultKind};
use leeward::plan::StepId;
use leeward::report::run::{Attempt, Pause, covered, own_time, told};
use leeward::run::Event;
use proptest::prelude::*;

#[test]
fn what_overlaps_counts_once() {
    let table: [(&[(i64, i64)], i64); 7] = [
        (&[], 0),
        (&[(3, 3)], 0),
        (&[(0, 10)], 10),
        (&[(0, 10), (2, 5)], 10),
        (&[(5, 10), (0, 6)], 10),
        (&[(0, 2), (8, 10)], 4),
        (&[(0, 2), (2, 4), (1, 3), (7, 8)], 5),
    ];
    for (spans, expected) in table {
        assert_eq!(covered(spans.to_vec()), expected, "{spans:?}");
    }
}

#[test]
fn own_time_is_what_neither_waits_nor_pauses() {
    // total, waits, pauses, (own, waits, paused)
    type Row = (i64, &'static [(i64, i64)], &'static [(i64, i64)], (i64, i64, i64));
    let table: [Row; 6] = [
        (10, &[], &[], (10, 0, 0)),
        (10, &[(2, 5)], &[], (7, 3, 0)),
        (10, &[(2, 5), (3, 8)], &[], (4, 6, 0)),
        (10, &[(2, 5)], &[(4, 9)], (3, 2, 5)),
        (10, &[(2, 5)], &[(0, 10)], (0, 0, 10)),
        (10, &[(-5, 2), (9, 20)], &[], (7, 3, 0)),
    ];
    for (total, waits, pauses, expected) in table {
        assert_eq!(own_time(total, waits, pauses), expected, "{waits:?} {pauses:?}");
    }
}

fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let span = (0..100_i64, 0..40_i64).prop_map(|(begin, length)| (begin, begin + length));
    proptest::collection::vec(span, 0..12)
}

proptest! {
    #[test]
    fn covered_time_is_that_of_the_moments_that_are_in_a_span(spans in spans()) {
        let moments = (0..140).filter(|at| spans.iter().any(|(begin, end)| begin <= at && at < end)).count();
        prop_assert_eq!(covered(spans), i64::try_from(moments).unwrap());
    }

    #[test]
    fn own_waits_and_pauses_are_the_whole(waits in spans(), pauses in spans(), total in 0..150_i64) {
        let (own, waited, paused) = own_time(total, &waits, &pauses);
        prop_assert_eq!(own + waited + paused, total);
        prop_assert!(own >= 0 && waited >= 0 && paused >= 0);
    }
}

#[test]
fn an_attempt_without_a_result_ends_with_the_last_word_before_the_resumption() {
    let plan = reprotect();
    let fault = Fault::new(FaultKind::Timeout, "no answer");
    let again = vec![Event::Started { step: StepId(1), attempt: 2 }];
    let stage = Stage::new()
        .step(0, 5)
        .begin(1)
        .pass(100)
        .begin(2)
        .pass(1_000_000)
        .say(vec![Event::Resumed])
        .say(again)
        .pass(40)
        .say(vec![Event::Failed { step: StepId(1), fault }]);
    let recording = stage.recording(&plan);
    let told = told(plan.steps.len(), &recording);
    assert_eq!(told.pauses, [Pause { begin: 105, end: 1_000_105 }]);
    let first = Attempt { begin: 5, end: 105, ended: false };
    let second = Attempt { begin: 1_000_105, end: 1_000_145, ended: true };
    assert_eq!(told.tracks[1].attempts, [first, second]);
    assert_eq!(told.tracks[1].took(), 140);
    // It was begun with the last word itself, and nobody knows what came of it.
    assert_eq!(told.tracks[2].attempts, [Attempt { begin: 105, end: 105, ended: false }]);
    assert!(told.tracks[1].fault.is_some() && told.tracks[2].fact.is_none());
}

#[test]
fn a_step_that_is_found_done_after_a_kill_has_its_first_attempt_only() {
    let plan = reprotect();
    let stage = Stage::new().begin(0).pass(70).begin(1).pass(900).say(vec![Event::Resumed]).pass(3);
    let recording = stage.end(0, leeward::run::Fact::Nothing).recording(&plan);
    let told = told(plan.steps.len(), &recording);
    assert_eq!(told.tracks[0].attempts, [Attempt { begin: 0, end: 70, ended: false }]);
    assert!(told.tracks[0].fact.is_some());
}
