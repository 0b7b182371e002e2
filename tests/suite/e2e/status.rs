//! How a pair stands: ready, lagging by an exact number, and with its active side dead.

use super::estate::{Estate, said};
use super::hand::{Hand, until};
use super::own::Own;
use super::sandbox;
use leeward::sandbox::{Produce, Sandbox, Signal, produce};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ESTATE: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 3
  replication_factor = 1
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

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "status-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}

fence "main" {
  pair   = pair.main
  method = "max_message_bytes"
}

failover_policy "main" {
  pair  = pair.main
  fence = fence.main
  rpo   = "60s"
}
"#;

const TIMEOUT: Duration = Duration::from_secs(60);

fn estate(sandbox: &Sandbox) -> Estate {
    let estate = Estate::new(sandbox);
    estate.write("main.hcl", ESTATE);
    estate.apply();
    estate
}

/// The exit code and the only pair of `status -json`.
fn status(estate: &Estate) -> (i32, Value) {
    let output = estate.leeward(&["status", "main", "-json"]);
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    (output.status.code().unwrap(), document["pairs"][0].clone())
}

fn kinds(pair: &Value) -> Vec<String> {
    let obstacles = pair["obstacles"].as_array().unwrap();
    obstacles.iter().map(|obstacle| obstacle["kind"].as_str().unwrap().to_owned()).collect()
}

fn send(sandbox: &Sandbox, estate: &Estate, count: u64) {
    let to = Produce::to("hangzhou", estate.tagged("orders-TAG"));
    produce(sandbox, &Produce { count: Some(count), timeout: TIMEOUT, ..to }).unwrap();
}

fn becomes_ready(estate: &Estate) {
    until(
        "ready",
        || status(estate),
        |(code, pair)| *code == 0 && pair["loss"]["records"]["known"]["likely"] == 0,
    );
}

#[test]
fn a_live_pair_is_ready_and_a_stopped_one_lags_by_exactly_what_is_produced() {
    let Some(sandbox) = sandbox() else { return };
    let estate = estate(&sandbox);
    send(&sandbox, &estate, 200);
    becomes_ready(&estate);
    let screen = estate.ok(&["status"]);
    assert!(screen.starts_with("pair.main: ready to fail over\n"), "{screen}");
    assert!(screen.contains("✓ 3 run") && screen.contains("seen on 2 authorities"), "{screen}");

    let (connect, source) = (Hand::on(&sandbox, "shanghai"), estate.tagged("flow-TAG-hzTAG-shTAG-source"));
    connect.connector("PUT", &source, "/stop");
    until("stopped", || connect.states(&source), |states| *states == ["STOPPED"]);
    send(&sandbox, &estate, 321);
    let (code, pair) = status(&estate);
    assert_eq!((code, kinds(&pair)), (2, vec!["connector_not_running".to_owned()]), "{pair}");
    // A connector that was stopped has committed how far it came: nothing about it is merely likely.
    assert_eq!(pair["loss"]["records"], json!({ "known": { "likely": 321, "at_most": 321 } }));
    assert_eq!(pair["mirrorings"][0]["topics"][0]["records"], pair["loss"]["records"]);
    let since = pair["loss"]["seconds"]["known"].as_f64().unwrap();
    assert!(since > 0.0, "heartbeats do not cross either: {pair}");
    let screen = said(&estate.leeward(&["status"]));
    assert!(screen.contains("lost      321 records of the last"), "{screen}");
    assert!(screen.contains("leeward apply starts it"), "{screen}");

    estate.apply();
    becomes_ready(&estate);
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn what_a_watch_prints_off_a_terminal_is_a_line_a_reading() {
    let Some(sandbox) = sandbox() else { return };
    let estate = estate(&sandbox);
    becomes_ready(&estate);
    let mut watch = child(&estate, &["status", "-watch"]);
    let lines: Vec<String> =
        BufReader::new(watch.0.stdout.take().unwrap()).lines().take(2).map(Result::unwrap).collect();
    drop(watch);
    for line in lines {
        assert!(line.contains("Z pair.main: ready; lag "), "{line}");
    }
    estate.ok(&["destroy", "-auto-approve"]);
}

/// A child that ends with its handle.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn child(estate: &Estate, arguments: &[&str]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(arguments).current_dir(estate.path()).stdout(Stdio::piped()).env("NO_COLOR", "1");
    Running(command.spawn().unwrap())
}

/// An exporter, and where it listens.
fn exporter(estate: &Estate) -> (Running, String) {
    let mut running = child(estate, &["exporter", "-listen", "127.0.0.1:0", "-interval", "1s"]);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap();
    (running, address.to_owned())
}

/// A scrape, which has to be answered at once.
fn scrape(address: &str) -> String {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    text
}

#[test]
fn a_dead_active_side_is_told_from_a_quiet_one() {
    let Some(mut own) = Own::up() else { return };
    let estate = estate(own.get());
    send(own.get(), &estate, 50);
    becomes_ready(&estate);
    let (_running, address) = exporter(&estate);
    let metric =
        |name: &str| scrape(&address).lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    assert_eq!(metric("leeward_pair_ready{pair=\"pair.main\"}").as_deref(), Some(" 1"));
    let silence = "leeward_pair_obstacles{pair=\"pair.main\",kind=\"active_silent\"}";
    assert_eq!(metric(silence).as_deref(), Some(" 0"), "it is quiet, and not dead");

    own.get().signal("kafka-hangzhou", Signal::KILL).unwrap();
    until("silent", || status(&estate), |(_, pair)| pair["life"] == "silent");
    let (code, pair) = status(&estate);
    assert_eq!((code, kinds(&pair)), (2, vec!["active_silent".to_owned()]), "{pair}");
    let unknown = pair["loss"]["records"]["unknown"]["why"].as_str().unwrap();
    assert_eq!(estate.untagged(unknown), "hzTAG does not answer");
    assert_eq!(
        pair["loss"]["records"]["unknown"]["last"]["value"]["likely"], 0,
        "as it was last seen: {pair}"
    );
    assert_eq!(pair["loss"]["objective"]["verdict"], "unknown");
    assert!(pair["loss"]["since"].is_string(), "{pair}");
    let source = &pair["mirrorings"][0]["connectors"][0];
    assert_eq!(source["state"], "running", "Connect notices nothing");
    let screen = said(&estate.leeward(&["status"]));
    assert!(screen.contains("all that was written after its last heartbeat, "), "{screen}");

    until("exported", || metric(silence), |value| value.as_deref() == Some(" 1"));
    assert_eq!(metric("leeward_loss_records{"), None, "what is not known has no sample");
    own.get().restart("kafka-hangzhou", &|_| ()).unwrap();
    becomes_ready(&estate);
}
