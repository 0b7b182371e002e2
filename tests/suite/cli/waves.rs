//! What `failover` is given to move: a pair, or a policy of several. No cluster is asked.

use crate::estate::sample::address;
use leeward::estate::Side;
use leeward::state::{Local, PairState, State, Store as _};
use std::process::Command;
use tempfile::TempDir;

const ESTATE: &str = r#"
leeward {
  state "local" { path = "s.json" }
}
cluster "hangzhou" { bootstrap = ["hz:9092"] }
cluster "shanghai" { bootstrap = ["sh:9092"] }
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
pair "archive" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
pair "both" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
failover_policy "all" {
  wave { pairs = [pair.orders] }
  wave { pairs = [pair.archive] }
}
failover_policy "both" {
  wave { pairs = [pair.both] }
}
"#;

/// A folder with the estate and a state in which these pairs have moved.
async fn folder(moved: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.hcl"), ESTATE).unwrap();
    let mut state = State::new("lineage");
    for pair in moved {
        let there = PairState { active: Side::Secondary, epoch: 1, ..PairState::default() };
        state.pairs.insert(address(&format!("pair.{pair}")), there);
    }
    Local::new(folder.path().join("s.json")).save(&mut state).await.unwrap();
    folder
}

fn refused(folder: &TempDir, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn what_is_meant_is_said_by_a_name() {
    let folder = folder(&[]).await;
    let cases: [(&[&str], &[&str]); 5] = [
        (&["failover", "plan"], &["several pairs", "failover_policy.all"]),
        (&["failover", "plan", "nothing"], &["there is no pair nothing", "failover_policy.all"]),
        (&["failover", "plan", "both"], &["have one name", "say which: failover_policy.both, or pair.both"]),
        (&["failover", "plan", "orders", "-to", "primary"], &["-to belongs to a policy"]),
        (
            &["failover", "plan", "all", "-override", "both/fence=why"],
            &["both does not fail over here", "orders, archive"],
        ),
    ];
    for (arguments, words) in cases {
        let said = refused(&folder, arguments);
        assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn pairs_on_different_sides_go_where_a_person_says() {
    let mixed = folder(&["orders"]).await;
    let said = refused(&mixed, &["failover", "run", "all", "-auto-approve"]);
    let wanted = "the pairs of failover_policy.all are on different sides: archive on the primary, orders on the secondary";
    assert!(said.contains(wanted) && said.contains("-to secondary"), "{said}");
    let there = folder(&["orders", "archive"]).await;
    let said = refused(&there, &["failover", "plan", "all", "-to", "secondary"]);
    assert!(said.contains("every pair of failover_policy.all is on its secondary already"), "{said}");
}
