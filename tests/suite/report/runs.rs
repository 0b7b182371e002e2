//! The list of runs.

use super::failovers::planned;
use super::run::stage::{Stage, bytes, eventful};
use leeward::report::runs::table;
use leeward::run::{Listed, Runs};
use std::fs;

/// A folder of runs of which each was written down as it is.
fn listed(name: &str, of: &[(&str, Vec<u8>)]) -> Vec<Listed> {
    let folder = tempfile::tempdir().unwrap();
    for (id, journal) in of {
        let path = folder.path().join(".leeward/runs").join(id);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("journal.jsonl"), journal).unwrap();
    }
    Runs::beside(&folder.path().join(name)).list().unwrap()
}

#[test]
fn a_run_is_told_by_what_it_was() {
    let plan = planned();
    let done = eventful(&plan);
    let begun = Stage::new().step(0, 5).recording(&plan);
    let of = [("7f3a", bytes(&done)), ("0b11", bytes(&begun)), ("dead", b"torn".to_vec())];
    insta::assert_snapshot!(table(&listed("leeward.json", &of)), @"
    RUN   STARTED               WHAT                                             STEPS       TOOK  HOW IT STANDS
    0b11  2026-03-01T02:11:03Z  planned failover of orders, hangzhou → shanghai  1 of 31     5 ms  unfinished
    7f3a  2026-03-01T02:11:03Z  planned failover of orders, hangzhou → shanghai  30 of 31  3m 20s  finished
    dead                                                                                           run dead: the journal ends before its first line does: the run had not begun anything
    ");
}

#[test]
fn what_was_not_written_down_is_told_by_the_plan() {
    let plan = planned();
    let mut recording = Stage::new().step(0, 5).recording(&plan);
    recording.header.what = String::new();
    let text = table(&listed("leeward.json", &[("7f3a", bytes(&recording))]));
    assert!(text.contains(&format!("plan {}", &plan.id[..12])), "{text}");
}
