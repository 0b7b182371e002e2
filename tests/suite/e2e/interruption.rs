//! Killed or stopped on the real sandbox, a run is taken up and ends where it would have ended.

use super::estate::{Estate, said};
use super::sandbox;
use std::io::{BufRead as _, BufReader};
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

pub(super) fn begin(estate: &Estate, arguments: &[&str]) -> Child {
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
pub(super) fn until_lines(estate: &Estate, child: &mut Child, lines: usize) -> bool {
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
        let run = estate.latest_run();
        let resumed = estate.leeward(&["resume", &run]);
        assert!(resumed.status.success(), "killed at line {lines}: {}", said(&resumed));
        estate.has_no_changes();
        estate.ok(&["destroy", "-auto-approve"]);
    }
}

pub(super) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

#[test]
fn asked_to_end_a_run_stops_at_a_steps_end_and_is_resumed() {
    let Some(sandbox) = sandbox() else { return };
    for name in ["INT", "TERM"] {
        let estate = Estate::new(&sandbox);
        estate.write("main.hcl", ESTATE);
        let mut child = begin(&estate, &["apply", "-auto-approve"]);
        assert!(until_lines(&estate, &mut child, 3), "it was faster than we were");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(1));
        let journal = std::fs::read_to_string(journal(&estate).unwrap()).unwrap();
        assert!(journal.lines().last().unwrap().contains("interrupted"), "{journal}");
        assert!(estate.ok(&["runs"]).contains("stopped"));
        let (code, _) = estate.plan();
        assert_eq!(code, 2, "something is left to do");
        estate.ok(&["resume", &estate.latest_run()]);
        estate.has_no_changes();
        estate.ok(&["destroy", "-auto-approve"]);
    }
}

/// A record that is waited for at an authority that is silent: long enough to be asked twice.
const SLOW: &str = r#"
variable "more_authorities" { default = ["127.0.0.1:PORT"] }

dns "slow" {
  authorities = concat(var.dns_authorities, var.more_authorities)
  timeout     = "1s"
  propagation = "2m"
  rfc2136 {
    server     = var.dns_server
    key_name   = var.dns_key_name
    key_secret = var.dns_key_secret
  }
}

dns_record "slow" {
  dns    = dns.slow
  zone   = var.dns_zone
  name   = "slow-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}
"#;

#[test]
fn asked_once_a_run_ends_the_step_under_way_and_asked_twice_it_stops_at_once() {
    let Some(sandbox) = sandbox() else { return };
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &SLOW.replace("PORT", &port));
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(["apply", "-auto-approve"]).current_dir(estate.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("…")), "it does not wait");
    signal(&child, "INT");
    let stopping = lines.find(|line| line.starts_with("Stopping")).unwrap();
    assert_eq!(stopping, "Stopping at the end of the 1 step under way. Ctrl-C again stops at once.");
    assert_eq!(child.try_wait().unwrap(), None, "the step under way was left");
    let asked = Instant::now();
    signal(&child, "INT");
    let ended = child.wait_with_output().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(30) && ended.status.code() == Some(1));
    let run = estate.latest_run();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(
        told.ends_with(&format!(
            "error: stopped as you asked, before the end\nhelp: `leeward resume {run}` goes on\n"
        )),
        "{told}"
    );
    let mended = "-var=more_authorities=[]";
    let resumed = estate.ok(&["resume", &run, mended]);
    assert!(resumed.contains("Apply complete! Resources: 1 added"), "{resumed}");
    assert!(estate.ok(&["plan", mended]).contains("No changes"));
    estate.ok(&["destroy", "-auto-approve", mended]);
}

/// Two at once: the second says who holds the lock, and waits as long as it was told.
#[test]
fn a_second_leeward_waits_for_the_lock() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    let mut first = begin(&estate, &["apply", "-auto-approve"]);
    assert!(until_lines(&estate, &mut first, 2), "it was faster than we were");
    signal(&first, "STOP");
    let refused = estate.refused(&["plan", "-lock-timeout=1s"]);
    let holder = format!("process {}", first.id());
    assert!(refused.contains("apply") && refused.contains(&holder), "{refused}");
    let unlocked = estate.leeward(&["plan", "-lock=false"]);
    assert!(unlocked.status.success(), "{}", said(&unlocked));
    let mut second = begin(&estate, &["plan", "-detailed-exitcode", "-lock-timeout=2m"]);
    signal(&first, "CONT");
    assert!(first.wait().unwrap().success());
    assert_eq!(second.wait().unwrap().code(), Some(0), "the second plans after the first has applied");
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
