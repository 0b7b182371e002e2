//! A tail on the real sandbox: listed, exported and replayed by processes that are killed, and read back.

use super::estate::{Estate, said};
use super::{leeward_ok, sandbox};
use leeward::sandbox::Sandbox;
use leeward::tail::Export;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ESTATE: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 3
  replication_factor = 1
  on_remove          = "delete"
}

topic "tail" {
  cluster            = cluster.shTAG
  name               = "orders-TAG.tail"
  partitions         = 3
  replication_factor = 1
  on_remove          = "delete"
}

replication "flow-TAG" {
  pair   = pair.main
  topics = [topic.orders.name]
  groups = ["billing-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
  }
}
"#;

/// Asks Connect and answers what it said.
fn rest(sandbox: &Sandbox, request: &str) -> String {
    let url = sandbox.cluster("shanghai").unwrap().connect_url();
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let head =
        format!("{request} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Waits for something, at most half a minute.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} never came");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn on(estate: &Estate, sandbox: &Sandbox, verb: &str, cluster: &str, topic: &str, rest: &[&str]) -> String {
    let dir = sandbox.dir().to_str().unwrap();
    let arguments = ["sandbox", "--dir", dir, verb, "--cluster", cluster, "--topic", topic];
    leeward_ok(estate.path(), &[&arguments[..], rest].concat())
}

fn records(estate: &Estate, more: &[&str]) -> u64 {
    let list = estate.ok(&[&["tail", "list", "main", "-json"], more].concat());
    serde_json::from_str::<serde_json::Value>(&list).unwrap()["records"].as_u64().unwrap()
}

/// An estate whose mirror was stopped, with so many records behind it.
fn with_tail(sandbox: &Sandbox, records_left: u64) -> Estate {
    let estate = Estate::new(sandbox);
    estate.write("main.hcl", ESTATE);
    estate.apply();
    let topic = estate.tagged("orders-TAG");
    on(&estate, sandbox, "produce", "hangzhou", &topic, &["--count", "90", "--prefix", "carried"]);
    on(&estate, sandbox, "consume", "shanghai", &topic, &["--count", "90", "--timeout", "60s", "--quiet"]);
    until("the connector's commit", || records(&estate, &[]) == 0);
    let connector = estate.tagged("/connectors/flow-TAG-hzTAG-shTAG-source");
    rest(sandbox, &format!("PUT {connector}/stop"));
    // It is called stopped while its tasks still carry what they have.
    until("the connector's stop", || {
        let status = rest(sandbox, &format!("GET {connector}/status"));
        status.contains("STOPPED") && status.contains("\"tasks\":[]")
    });
    let count = records_left.to_string();
    on(&estate, sandbox, "produce", "hangzhou", &topic, &["--count", &count, "--prefix", "left"]);
    estate
}

/// Runs a command and kills it after a while, if it has not ended by then.
fn killed(estate: &Estate, arguments: &[&str], after: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(estate.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + after;
    while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait().unwrap();
}

const LEFT: u64 = 6_000;

#[test]
fn a_tail_is_kept_and_replayed_once_however_often_it_is_killed() {
    let Some(sandbox) = sandbox() else { return };
    let estate = with_tail(&sandbox, LEFT);
    let listed = estate.ok(&["tail", "list", "main"]);
    assert!(
        listed.contains("6,000 records") && listed.contains("leeward tail export main -out DIR"),
        "{listed}"
    );

    let exporting = ["tail", "export", "main", "-out", "tail"];
    for delay in [30, 80, 130, 200] {
        killed(&estate, &exporting, Duration::from_millis(delay));
    }
    let exported = estate.ok(&exporting);
    assert!(exported.contains("6,000 records") && exported.contains("checked and on the disk"), "{exported}");
    assert_eq!(Export::open(&estate.path().join("tail")).unwrap().total().records, LEFT);
    assert_eq!(estate.ok(&exporting), exported, "what is whole is left alone");

    let diff = estate.leeward(&["tail", "diff", "tail"]);
    assert_eq!(diff.status.code(), Some(2), "{}", said(&diff));
    let none = estate.tagged("shTAG has 0 of the 6,000 records of this tail; 6,000 are missing.");
    assert!(said(&diff).contains(&none), "{}", said(&diff));

    let json = estate.leeward(&["tail", "diff", "tail", "-json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let length = |range: &serde_json::Value| range[1].as_u64().unwrap() - range[0].as_u64().unwrap();
    let parts = json["parts"].as_array().unwrap();
    let missing = parts.iter().flat_map(|part| part["ranges"].as_array().unwrap()).map(length);
    assert_eq!(missing.sum::<u64>(), LEFT, "{json}");

    let to = estate.tagged("shTAG");
    let asked = estate.leeward(&["tail", "replay", "tail", "-to", &to, "-suffix", ".tail"]);
    assert!(said(&asked).contains("help: give -auto-approve"), "{}", said(&asked));
    let replaying = ["tail", "replay", "tail", "-to", &to, "-suffix", ".tail", "-auto-approve"];
    for delay in [100, 300, 500, 700, 900] {
        killed(&estate, &replaying, Duration::from_millis(delay));
    }
    estate.ok(&replaying);
    let again = estate.ok(&replaying);
    assert!(again.contains("Nothing to do"), "{again}");
    let topic = estate.tagged("orders-TAG.tail");
    let read = on(&estate, &sandbox, "consume", "shanghai", &topic, &["--timeout", "60s"]);
    let values: Vec<&str> =
        read.lines().filter_map(|line| line.split_once(' ')).map(|(_, value)| value).collect();
    assert_eq!(values.len() as u64, LEFT, "each is there, and once");
    let expected: BTreeSet<String> = (1..=LEFT).map(|number| format!("left-{number}")).collect();
    assert_eq!(values.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
    estate.ok(&["tail", "diff", "tail", "-suffix", ".tail"]);
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn with_connect_dead_the_target_tells_where_the_tail_begins() {
    let Some(sandbox) = sandbox() else { return };
    let estate = with_tail(&sandbox, 40);
    let dead = ["-var", "shanghai_connect=http://127.0.0.1:1"];
    assert_eq!(records(&estate, &dead), 40);
    let listed = estate.ok(&[&["tail", "list", "main"][..], &dead].concat());
    assert!(listed.contains("? Connect does not say how far"), "{listed}");
    assert!(listed.contains("the beginning was found in what"), "{listed}");
    let diff = estate.leeward(&["tail", "diff", "main"]);
    assert_eq!(diff.status.code(), Some(2), "{}", said(&diff));
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn what_is_wrong_is_said() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    for (arguments, expected) in [
        (&["tail", "list", "mian"][..], "error: there is no pair mian\nhelp: there is pair.main\n"),
        (&["tail", "replay", "nowhere", "-to", "x"], "error: nowhere holds no export\n"),
        (&["tail", "export", "main", "-out", "."], "error: . holds files and is no export of leeward's\n"),
        (
            &["tail", "list", "main", "-var", "hangzhou_bootstrap=[\"127.0.0.1:1\"]"],
            "help: check that its brokers run and can be reached from here\n",
        ),
    ] {
        let output = estate.leeward(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{arguments:?}: {}", said(&output));
    }
}
