//! What must hold in every history that the model can make.

use super::model::history::{Ending, History, Wild};
use super::model::random::Random;
use super::model::source::Sort;
use super::model::store::Store;
use super::model::truth::{Truth, window};
use leeward::estate::PartitionEnds;
use leeward::offsets::{Anchors, Answer, End, Evidence, Sync, Track};
use proptest::prelude::*;

/// How many histories are tried: `LEEWARD_TEST_HISTORIES` times as many as usual, for a long look.
fn histories(usual: u32) -> u32 {
    let times = std::env::var("LEEWARD_TEST_HISTORIES").ok().and_then(|times| times.parse().ok());
    usual * times.unwrap_or(1)
}

/// How much of the target may be read for one partition.
const PLENTY: i64 = 1 << 40;

fn track(history: &History) -> Track {
    let mut track = Track::default();
    for (upstream, downstream) in &history.world.syncs {
        track.push(Sync { upstream: *upstream, downstream: *downstream }, None);
    }
    track
}

/// The anchors as leeward would put them together.
fn anchors<'a>(history: &History, track: &'a Track, with_start: bool) -> Anchors<'a> {
    let end = history.world.target.len() as i64;
    let source = PartitionEnds { start: history.source.start, end: history.source.end() };
    let mut anchors = Anchors::new(Some(track), PartitionEnds { start: 0, end });
    anchors = anchors.ended(End { position: history.position, in_order: history.in_order() });
    if history.ending == Ending::Drained {
        anchors = anchors.with_source(source);
    }
    if with_start {
        anchors = anchors.added_later();
    }
    anchors
}

/// Reads what is asked for until nothing more is, within a budget.
fn prove(history: &History, anchors: &mut Anchors<'_>, positions: &[i64], budget: i64) {
    let mut left = budget;
    for _ in 0..64 {
        let ranges = anchors.reads(positions, left);
        if ranges.is_empty() {
            return;
        }
        for range in ranges {
            assert!(range.start < range.end && range.end <= history.world.target.len() as i64, "{range:?}");
            left -= range.end - range.start;
            anchors.learn(&window(history, range.start, range.end));
        }
    }
    panic!("reads never come to an end");
}

fn positions(history: &History, random: &mut Random) -> Vec<i64> {
    let end = history.source.end();
    let mut positions = vec![0, end, end + 1, history.world.committed, history.world.committed - 1];
    positions.extend((0..5).map(|_| random.below(end as u64 + 1) as i64));
    let syncs = &history.world.syncs;
    if !syncs.is_empty() {
        let sync = syncs[random.below(syncs.len() as u64) as usize].0;
        positions.extend([sync, sync + 1, syncs[syncs.len() - 1].0 + 1]);
    }
    positions.retain(|position| *position >= 0);
    positions
}

/// Not past the true position, exact when it says so, within its bound elsewhere.
fn sound(history: &History, truth: &Truth, position: i64, answer: &Answer) -> Result<(), String> {
    let (strict, owed) = (truth.strict(position), truth.owed(position));
    let said = || {
        format!(
            "{position} → {answer:?}, true {strict} (owed {owed})\n{:?} {:?} end {}",
            history.world,
            history.ending,
            history.source.end()
        )
    };
    if answer.offset > owed {
        return Err(format!("skips: {}", said()));
    }
    // A task that begins anew and is overtaken by retention, or by compaction, carries less again than the spans let expect:
    // what was taken away is not told from what was never carried.
    if position < history.source.start || history.thinned.is_some_and(|last| position <= last) {
        return Ok(());
    }
    match answer.evidence {
        Evidence::Exact(_) if answer.offset < strict => Err(format!("not exact: {}", said())),
        Evidence::Rewinds { at_most, .. } if answer.offset + at_most < strict => {
            Err(format!("not within its bound: {}", said()))
        }
        _ => Ok(()),
    }
}

fn never_worse(
    history: &History,
    truth: &Truth,
    store: &Store,
    position: i64,
    answer: &Answer,
) -> Result<(), String> {
    match store.translate(position) {
        // Where the log ends amid records carried again, a former life may have gone further, and MirrorMaker is right only by
        // luck; and records that look the same look like records carried twice.
        _ if !truth.ends_new || history.wild.sort.alike => Ok(()),
        Some(theirs) if theirs <= truth.owed(position) && theirs > answer.offset => {
            Err(format!("{position} → {answer:?}, MirrorMaker {theirs}\n{:?}", history.world))
        }
        _ => Ok(()),
    }
}

fn foretold(history: &History, truth: &Truth, position: i64, answer: &Answer) -> Result<(), String> {
    let seen = truth.duplicates(history, position, answer.offset);
    let (least, most) = (answer.duplicates.at_least, answer.duplicates.at_most);
    // As in `sound`: what a task carries again before retention overtakes it, the spans do not tell.
    let is_held = position >= history.source.start;
    if seen < least || (is_held && seen > most && answer.duplicates.certain) {
        return Err(format!("{position} → {answer:?}, seen {seen}\n{:?}", history.world));
    }
    Ok(())
}

fn check(seed: u64, wild: Option<Wild>) -> Result<(), String> {
    let mut random = Random(seed);
    let wild = wild.unwrap_or_else(|| Wild::any(&mut random));
    let history = History::of(wild, &mut random);
    let truth = Truth::of(&history);
    let store = Store::of(&history.world.syncs);
    let track = track(&history);
    let positions = positions(&history, &mut random);
    let mut anchors = anchors(&history, &track, random.happens(50));
    for position in &positions {
        sound(&history, &truth, *position, &anchors.translate(*position))?;
    }
    prove(&history, &mut anchors, &positions, random.pick(&[5, 40, PLENTY]));
    for position in &positions {
        sound(&history, &truth, *position, &anchors.translate(*position))?;
    }
    prove(&history, &mut anchors, &positions, PLENTY);
    let most = random.pick(&[5, 40, PLENTY]);
    let source = PartitionEnds { start: history.source.start, end: history.source.end() };
    let anchors = anchors.with_source(source);
    let passed = anchors.passable(source.start, most).map(|range| history.passed(range.start));
    for position in &positions {
        let answer = anchors.translate(*position);
        sound(&history, &truth, *position, &answer)?;
        // Where compaction has taken from the standby what would show it, MirrorMaker is right only by luck, too.
        if history.taken.is_empty() {
            never_worse(&history, &truth, &store, *position, &answer)?;
        }
        foretold(&history, &truth, *position, &answer)?;
    }
    // The active side beside it. A transformation may drop records: what the connector has passed is no proof then.
    let Some(passed) = passed.filter(|_| !history.wild.sort.filtered) else { return Ok(()) };
    let anchors = anchors.with_passed(&passed);
    for position in &positions {
        sound(&history, &truth, *position, &anchors.translate(*position))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(4_000), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens: crashes at any point, first syncs dropped, second crashes, transactions, compaction, filters.
    #[test]
    fn no_history_makes_an_answer_skip_or_lie(seed in any::<u64>()) {
        if let Err(why) = check(seed, None) {
            panic!("history {seed}: {why}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(200), failure_persistence: None, ..ProptestConfig::default() })]

    /// Without a crash what is foreseen is already true, and every position of a plain topic is exact.
    #[test]
    fn a_calm_history_is_foreseen(seed in any::<u64>(), transactions in any::<bool>(), filtered in any::<bool>()) {
        let mut random = Random(seed);
        let sort = Sort { transactions, filtered, ..Wild::PLAIN };
        let history = History::of(Wild::calm(sort), &mut random);
        let (truth, track) = (Truth::of(&history), track(&history));
        let anchors = anchors(&history, &track, true);
        let mut last = 0;
        for position in 0..=history.source.end() {
            let answer = anchors.foresee(position);
            sound(&history, &truth, position, &answer).unwrap();
            foretold(&history, &truth, position, &answer).unwrap();
            prop_assert!(answer.offset >= last, "not monotonic at {position}");
            last = answer.offset;
            let is_final = history.position == history.world.committed;
            if !transactions && !filtered && history.ending == Ending::Drained && is_final {
                prop_assert!(matches!(answer.evidence, Evidence::Exact(_)), "{position} → {answer:?}");
            }
        }
    }

    /// Within one life a later position never has an earlier answer.
    #[test]
    fn proven_answers_are_monotonic_in_one_life(seed in any::<u64>()) {
        let mut random = Random(seed);
        let wild = Wild { crashes: false, ..Wild::any(&mut random) };
        let history = History::of(wild, &mut random);
        let track = track(&history);
        let mut anchors = anchors(&history, &track, random.happens(50));
        let end = history.source.end();
        let mut all: Vec<i64> = (0..30).map(|_| random.below(end as u64 + 2) as i64).collect();
        all.sort_unstable();
        prove(&history, &mut anchors, &all, PLENTY);
        let offsets: Vec<i64> = all.iter().map(|position| anchors.translate(*position).offset).collect();
        prop_assert!(offsets.is_sorted(), "{offsets:?}");
    }
}

/// Histories that broke a promise once.
#[test]
fn what_once_went_wrong_stays_right() {
    let seeds = [
        // The last record that a task had carried looks like the one before those that its successor carried again.
        3_302_769_387_299_245_803,
        // Behind a record that looks like an earlier one a task began anew, and that looks like going on.
        2_718_214_085_205_321_491,
    ];
    for seed in seeds {
        check(seed, None).unwrap();
    }
}
