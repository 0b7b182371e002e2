//! Killed or stopped on the real sandbox, a run is taken up and ends where it would have ended.

use super::estate::{Estate, said};
use super::sandbox;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ESTATE: &str = r#"
topic "many" {
  count              = 60
  pair               = pair.main
  name               = "many-TAG-${count.index}"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = 3600000 }
  on_remove          = "delete"
}

replication "flow-TAG" {
  pair   = pair.main
  topics = [for topic in topic.many : topic.name]
  groups = ["billing-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "kafka-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}
"#;

fn begin(estate: &Estate, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(estate.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The journal of the only run.
fn journal(estate: &Estate) -> Option<PathBuf> {
    let run = std::fs::read_dir(estate.path().join(".leeward/runs")).ok()?.next()?.unwrap();
    Some(run.path().join("journal.jsonl"))
}

/// Waits until the only run's journal has that many lines, or its process ended; answers whether it still runs.
fn until_lines(estate: &Estate, child: &mut Child, lines: usize) -> bool {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        let bytes = journal(estate).and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        if bytes.iter().filter(|byte| **byte == b'\n').count() >= lines {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("the journal never had {lines} lines");
}

fn run_id(estate: &Estate) -> String {
    let runs: serde_json::Value = serde_json::from_str(&estate.ok(&["runs", "-json"])).unwrap();
    runs[0]["run"].as_str().unwrap().to_owned()
}

#[test]
fn killed_at_any_line_of_its_journal_a_run_is_resumed_to_the_end() {
    let Some(sandbox) = sandbox() else { return };
    for lines in [1, 2, 3, 5, 8, 13, 21] {
        let estate = Estate::new(&sandbox);
        estate.write("main.hcl", ESTATE);
        let mut child = begin(&estate, &["apply", "-auto-approve"]);
        if until_lines(&estate, &mut child, lines) {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let run = run_id(&estate);
        let resumed = estate.leeward(&["resume", &run]);
        assert!(resumed.status.success(), "killed at line {lines}: {}", said(&resumed));
        estate.has_no_changes();
        estate.ok(&["destroy", "-auto-approve"]);
    }
}

#[cfg(unix)]
#[test]
fn asked_to_end_a_run_stops_at_a_steps_end_and_is_resumed() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    let mut child = begin(&estate, &["apply", "-auto-approve"]);
    assert!(until_lines(&estate, &mut child, 3), "it was faster than we were");
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let journal = std::fs::read_to_string(journal(&estate).unwrap()).unwrap();
    assert!(journal.lines().last().unwrap().contains("interrupted"), "{journal}");
    assert!(estate.ok(&["runs"]).contains("stopped"));
    let (code, _) = estate.plan();
    assert_eq!(code, 2, "something is left to do");
    estate.ok(&["resume", &run_id(&estate)]);
    estate.has_no_changes();
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn what_exists_is_imported_and_then_compared() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let topic = |retention: u32| {
        format!(
            "topic \"a\" {{\n  cluster = cluster.hzTAG\n  name = \"a-TAG\"\n  partitions = 1\n  \
             replication_factor = 1\n  config = {{ \"retention.ms\" = {retention} }}\n  on_remove = \"delete\"\n}}\n"
        )
    };
    estate.write("main.hcl", &topic(1000));
    estate.apply();
    estate.ok(&["state", "rm", "topic.a"]);
    let imported = estate.ok(&["import", "topic.a"]);
    assert!(
        imported.contains(&estate.tagged("topic.a: topic a-TAG on hzTAG is leeward's from here on.")),
        "{imported}"
    );
    estate.has_no_changes();
    estate.ok(&["state", "rm", "topic.a"]);
    estate.write("main.hcl", &topic(2000));
    estate.ok(&["import", "topic.a"]);
    let (code, planned) = estate.plan();
    assert!(code == 2 && planned.contains("~ topic.a") && planned.contains("1000"), "{planned}");
    let again = estate.leeward(&["import", "topic.a"]);
    assert!(said(&again).contains("topic.a is leeward's already"), "{}", said(&again));
    estate.ok(&["destroy", "-auto-approve"]);
}
