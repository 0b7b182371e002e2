//! Faults in the middle of failovers: whatever happens, a run goes on or stops so that it can be taken up again, and nothing is
//! lost, skipped or wrong.
//!
//! leeward and the mirror reach everything through doors of the test's, which shut or answer otherwise as they are told;
//! brokers are paused for real. Each fault comes in a planned and in an unplanned failover, before the line and behind it,
//! under load, and goes away after a while or once the run has stopped.
//!
//! The table that comes out is printed, kept in `faults.md` of the build's folder for temporary files beside what leeward said
//! in each case, and stands in `docs/reliability.md`. `LEEWARD_TEST_FAULT=WORDS` plays only the faults that have these words in
//! their name.

mod doors;
mod scene;
mod table;
mod trouble;

use super::may_destroy;
use super::own::Own;
use leeward::sandbox::Sandbox;
use scene::{CELLS, Outcome, Scene};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use table::Table;
use trouble::Trouble;

/// So many faults are played side by side.
const HANDS: usize = 4;

#[test]
fn whatever_fails_a_failover_goes_on_or_stops_and_nothing_is_lost() {
    if !may_destroy() {
        return;
    }
    fs::create_dir_all(logs()).unwrap();
    let wanted = std::env::var("LEEWARD_TEST_FAULT").unwrap_or_default();
    let meant = Trouble::ALL.into_iter().filter(|trouble| trouble.to_string().contains(&wanted));
    // A broker that is paused is felt by all: those come one after the other, where nobody else is.
    let (alone, beside): (Vec<_>, Vec<_>) = meant.partition(|trouble| trouble.is_felt_by_all());
    let mut played = thread::scope(|scope| {
        let alone = scope.spawn(|| on_own(alone, 1));
        let beside = on_own(beside, HANDS);
        [beside, alone.join().unwrap()].concat()
    });
    played.sort_by_key(|(trouble, _)| *trouble);
    let table = played.into_iter().fold(Table::default(), |table, (trouble, row)| table.with(trouble, &row));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.md"), table.to_string()).unwrap();
    println!("{table}");
}

/// Where is kept what leeward said.
fn logs() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults")
}

type Row = [Outcome; CELLS.len()];

/// Plays them on a sandbox of their own, so many at a time.
fn on_own(troubles: Vec<Trouble>, hands: usize) -> Vec<(Trouble, Row)> {
    if troubles.is_empty() {
        return Vec::new();
    }
    let mut own = Own::up().unwrap();
    let sandbox = own.get().clone();
    let (left, played) = (Mutex::new(VecDeque::from(troubles)), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                loop {
                    let Some(trouble) = left.lock().unwrap().pop_front() else { return };
                    let row = play(&sandbox, trouble);
                    played.lock().unwrap().push((trouble, row));
                }
            });
        }
    });
    played.into_inner().unwrap()
}

/// All cases of one fault, in a pair of its own.
fn play(sandbox: &Sandbox, trouble: Trouble) -> Row {
    let mut scene = Scene::begin(sandbox, trouble);
    let row = CELLS.map(|cell| scene.play(cell));
    scene.end();
    row
}
