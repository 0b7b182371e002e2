//! The active side dies in the middle of a planned failover, and an unplanned one goes on from there.

use super::super::hand::agreed;
use super::super::interruption::begin;
use super::super::own::Own;
use super::journal::await_step;
use super::unplanned::{primary, skipped};
use super::{FENCE, Story, everything, figures, flat, missing, roles};
use crate::e2e::estate::said;
use serde_json::Value;
use std::process::Child;

/// Signals what carries records to the secondary.
fn mirror(story: &Story, signal: &str) {
    let dir = story.sandbox.dir().to_str().unwrap();
    story.estate.ok(&["sandbox", "--dir", dir, "kill", "--signal", signal, "connect-shanghai"]);
}

/// The process dies without a word, and the active side too.
fn all_die(story: &Story, child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
    primary(story, "kill");
}

/// How many records a plan says that will be lost.
fn foretold(story: &Story, run: &str) -> u64 {
    let plan = story.estate.ok(&["failover", "plan", "-continue-unplanned", run, "-json"]);
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let loss = &plan["failover"]["loss"];
    loss["seen"]["records"].as_u64().unwrap_or_else(|| panic!("{loss}"))
}

/// The tail of the side that died, once it is back.
fn tail(story: &Story) -> u64 {
    let list = story.estate.ok(&["tail", "list", "main", "-side", "primary", "-json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    list["records"].as_u64().unwrap_or_else(|| panic!("{list}"))
}

/// Goes on from a run, and sees clients move.
fn go_on(story: &Story, run: &str, epoch: u64) {
    let refused = story.estate.refused(&["failover", "run", "main", "-unplanned", "-confirm-lost", "main"]);
    assert!(refused.contains(&format!("-continue-unplanned {run} -confirm-lost main")), "{refused}");
    let unconfirmed = story.estate.refused(&["failover", "run", "-continue-unplanned", run, "-auto-approve"]);
    assert!(unconfirmed.contains("-confirm-lost main"), "{unconfirmed}");
    let ran = story.estate.ok(&[
        "failover",
        "run",
        "-continue-unplanned",
        run,
        "-confirm-lost",
        "main",
        "-approve",
        "cutover=it is dead",
    ]);
    assert!(
        ran.contains(&format!("it goes on from run {run}")) && ran.contains("Failover complete!"),
        "{ran}"
    );
    assert_eq!(roles(&story.estate), ("secondary".into(), epoch));
    let child = story.estate.latest_run();
    assert_ne!(child, run);
    for command in [
        &["resume", run][..],
        &["abort", run, "-auto-approve"],
        &["failover", "run", "-continue-unplanned", run],
    ] {
        let over = said(&story.estate.leeward(command));
        assert!(over.contains(&format!("run {child} goes on from run {run}")), "{over}");
    }
    let runs = story.estate.ok(&["runs"]);
    assert!(
        runs.contains(&format!("run {child} goes on")) && runs.contains(&format!("after run {run}")),
        "{runs}"
    );
    let report = story.estate.ok(&["report", &child]);
    assert!(flat(&report).contains(&format!("it went on from run {run}")), "{report}");
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some("shanghai"));
}

/// The side that died is back, and becomes active again.
fn back(story: &Story, epoch: u64) {
    let arguments = ["failback", "run", "-auto-approve", "-approve", "cutover=home"];
    // The first of its two runs asks for no word.
    let protected = story.estate.ok(&["failback", "run", "-protect-only", "-auto-approve"]);
    assert!(protected.contains("is protected again"), "{protected}");
    let back = story.estate.ok(&arguments);
    assert!(back.contains("Failover complete!"), "{back}");
    assert_eq!(roles(&story.estate), ("primary".into(), epoch));
    story.writer.await_more(200);
    story.estate.has_no_changes();
}

#[test]
fn what_a_planned_failover_did_stays_done_when_its_active_side_dies() {
    let Some(mut own) = Own::up() else { return };
    let story = Story::begin(own.get().clone(), FENCE, None);
    let text = std::fs::read_to_string(story.estate.path().join("main.hcl")).unwrap();
    let asking =
        text.replace("  rpo          = \"30s\"\n", "  rpo          = \"30s\"\n  approve \"cutover\" {}\n");
    assert_ne!(asking, text);
    story.estate.write("main.hcl", &asking);

    // All is carried, and a person is asked: nothing is lost.
    let mut child = begin(&story.estate, &["failover", "run", "main", "-auto-approve"]);
    await_step(&story.estate, &mut child, "approve");
    let run = story.estate.latest_run();
    all_die(&story, &mut child);
    let planned = story.estate.ok(&["failover", "plan", "-continue-unplanned", &run]);
    assert!(planned.contains("Nothing will be lost: hz"), "{planned}");
    assert_eq!(foretold(&story, &run), 0);
    go_on(&story, &run, 1);
    primary(&story, "restart");
    assert_eq!(tail(&story), 0);
    back(&story, 2);

    story.await_checkpoint();
    // It drains, and what carries the records hangs: what the fence has kept from growing is lost to the record.
    let mut child = begin(&story.estate, &["failover", "run", "main", "-auto-approve"]);
    await_step(&story.estate, &mut child, "call");
    mirror(&story, "STOP");
    await_step(&story.estate, &mut child, "await_drained");
    let run = story.estate.latest_run();
    all_die(&story, &mut child);
    mirror(&story, "CONT");
    let left_behind = || {
        let there = everything(&story.sandbox, "shanghai", &story.topic);
        missing(&story.writer.acknowledged(), &there).len() as u64
    };
    let lost = agreed("what is lost", || foretold(&story, &run), left_behind);
    go_on(&story, &run, 3);
    primary(&story, "restart");
    let tail = tail(&story);
    println!("{lost} foretold to be lost, {tail} in the tail");
    assert_eq!(tail, lost);
    back(&story, 4);

    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let (home, other) = (everything(&sandbox, "hangzhou", &topic), everything(&sandbox, "shanghai", &topic));
    assert_eq!(missing(&told.acknowledged, &home), Vec::<u64>::new(), "the side that came back has all");
    assert_eq!(skipped(&told, &other), Vec::<u64>::new(), "skipped by the group");
    let kept = format!("{} kept by the dead side", missing(&told.acknowledged, &other).len());
    figures::keep("planned turned unplanned, twice", &told, &other, &kept, &estate);
}
