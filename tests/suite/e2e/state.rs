//! The commands about the state, on what really stands.

use super::estate::{Estate, lines, said};
use super::hand::Hand;
use super::interruption::{begin, signal, until_lines};
use super::sandbox;

fn topic(label: &str) -> String {
    format!(
        "topic \"{label}\" {{\n  cluster = cluster.hzTAG\n  name = \"t-TAG\"\n  partitions = 1\n  \
         replication_factor = 1\n  on_remove = \"delete\"\n}}\n"
    )
}

/// A block that gets another name: without a word it would belong to the other address all the same; with `state mv`
/// there is nothing to plan.
#[test]
fn a_block_that_is_renamed_keeps_its_topic() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &topic("old"));
    estate.apply();
    let hand = Hand::on(&sandbox, "hangzhou");
    hand.set(&estate.tagged("t-TAG"), "retention.ms", "12345");
    estate.write("main.hcl", &topic("new"));
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    insta::assert_snapshot!(estate.untagged(&lines(&plan, "old")), @"# it belonged to topic.old until now; it is as declared");
    assert!(!plan.contains("- topic"), "{plan}");
    assert_eq!(estate.ok(&["state", "mv", "topic.old", "topic.new"]), "Moved topic.old to topic.new\n");
    estate.has_no_changes();
    assert_eq!(hand.setting(&estate.tagged("t-TAG"), "retention.ms"), "12345");
    estate.ok(&["destroy", "-auto-approve"]);
}

/// A state that was pulled is pushed back after it was lost, and what it owns is owned again.
#[test]
fn a_state_that_was_lost_is_pushed_back() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &topic("t"));
    estate.apply();
    let pulled = estate.ok(&["state", "pull"]);
    estate.write("pulled.json", &pulled);
    for file in ["leeward.state.json", "leeward.state.json.backup"] {
        let _ = std::fs::remove_file(estate.path().join(file));
    }
    let (code, plan) = estate.plan();
    assert!(code == 2 && plan.contains("it exists already, and leeward does not own it yet"), "{plan}");
    estate.ok(&["state", "push", "pulled.json"]);
    estate.has_no_changes();
    let forgot = estate.ok(&["state", "rm", "topic.t"]);
    assert_eq!(estate.untagged(&forgot), "Forgot topic.t: topic t-TAG on hzTAG\n");
    assert_eq!(Hand::on(&sandbox, "hangzhou").partitions(&estate.tagged("t-TAG")), Some(1));
    estate.apply();
    estate.ok(&["destroy", "-auto-approve"]);
}

/// A lock whose holder died is taken over; one whose holder lives is taken away by force only, and then the holder
/// does not write over what came after it.
#[test]
fn locks_are_taken_over_from_the_dead_and_away_from_the_living() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let many = "topic \"m\" {\n  count = 60\n  cluster = cluster.hzTAG\n  name = \"m-TAG-${count.index}\"\n  \
                partitions = 1\n  replication_factor = 1\n  on_remove = \"delete\"\n}\n";
    estate.write("main.hcl", many);
    let mut first = begin(&estate, &["apply", "-auto-approve"]);
    assert!(until_lines(&estate, &mut first, 1), "it was faster than we were");
    signal(&first, "STOP");
    let refused = estate.refused(&["plan"]);
    let id = refused.split("force-unlock ").nth(1).and_then(|rest| rest.split(['`', '\n']).next());
    let id = id.unwrap_or_else(|| panic!("{refused}")).trim();
    assert!(estate.refused(&["force-unlock", id]).contains("give -force"));
    assert!(estate.ok(&["force-unlock", "-force", id]).starts_with("Took the lock away from "));
    assert!(estate.ok(&["plan"]).contains("to add"));
    first.kill().unwrap();
    first.wait().unwrap();
    let mut second = begin(&estate, &["apply", "-auto-approve"]);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let lock = estate.path().join("leeward.state.json.lock");
    while !lock.exists() && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    second.kill().unwrap();
    second.wait().unwrap();
    let applied = estate.leeward(&["apply", "-auto-approve"]);
    assert!(applied.status.success(), "{}", said(&applied));
    let note = said(&applied);
    assert!(note.contains("note: took over the lock of") && note.contains("that process is gone"), "{note}");
    estate.has_no_changes();
    estate.ok(&["destroy", "-auto-approve"]);
}
