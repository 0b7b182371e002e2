//! `status` and `exporter` where nothing answers: they say so in time, and wait for nobody.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A pair of which the active side answers nobody and the standby is not there; nor is any Connect cluster.
fn estate(active: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"
cluster "hangzhou" { bootstrap = ["ACTIVE"] }
cluster "shanghai" { bootstrap = ["127.0.0.1:1"] }
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
replication "orders" {
  pair   = pair.orders
  topics = ["orders"]
  groups = ["billing"]
  naming = "identity"
}
"#;
    std::fs::write(folder.path().join("main.hcl"), text.replace("ACTIVE", active)).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

struct Exporter {
    child: Child,
    address: String,
}

impl Exporter {
    fn start(folder: &Path) -> Self {
        let arguments = ["exporter", "-listen", "127.0.0.1:0", "-interval", "1s", "-timeout", "1s"];
        let mut child = command(folder, &arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.split('/').next());
        Self { child, address: address.unwrap_or_else(|| panic!("{line}")).to_owned() }
    }

    /// What is answered, which takes no time.
    fn ask(&self, request: &str) -> String {
        let started = Instant::now();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(started.elapsed() < Duration::from_secs(2), "{request}: {:?}", started.elapsed());
        text
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn status_of_what_is_not_there_is_not_ready() {
    let folder = estate("127.0.0.1:1");
    let output = run(folder.path(), &["status", "-timeout", "1s"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in [
        "pair.orders: not ready to fail over\n",
        "hangzhou (active) does not answer: ",
        "shanghai (standby) does not answer: ",
        "heartbeat   ? unknown (shanghai does not answer)\n",
        "lag         ? unknown (hangzhou does not answer)\n",
        "no Connect cluster is attached to the standby",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
}

#[test]
fn status_of_a_pair_that_is_not_declared_is_an_error() {
    let folder = estate("127.0.0.1:1");
    let complained = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let expected = "error: there is no pair other\nhelp: there is pair.orders\n";
    assert_eq!(complained(&["status", "other"]), expected);
    assert_eq!(complained(&["exporter", "other"]), expected);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = complained(&["exporter", "-listen", &address]);
    assert!(refused.starts_with(&format!("error: -listen {address}: ")), "{refused}");
    std::fs::write(folder.path().join("main.hcl"), "").unwrap();
    assert_eq!(complained(&["status"]), "error: the estate declares no pair\n");
}

#[test]
fn scrapes_do_not_wait_for_what_does_not_answer() {
    // It takes connections, and says nothing.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = estate(&mute.local_addr().unwrap().to_string());
    let exporter = Exporter::start(folder.path());
    for _ in 0..5 {
        let text = exporter.ask("GET /metrics");
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        assert!(text.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{text}");
        for told in [
            "leeward_pair_ready{pair=\"pair.orders\"} 0\n",
            "leeward_cluster_up{cluster=\"cluster.hangzhou\"} 0\n",
            "leeward_exporter_readings_total{outcome=\"failed\"} 0\n",
            "leeward_exporter_reading_age_seconds ",
        ] {
            assert!(text.contains(told), "{told} in\n{text}");
        }
    }
}

#[test]
fn the_exporter_answers_what_it_has_and_refuses_the_rest() {
    let folder = estate("127.0.0.1:1");
    let exporter = Exporter::start(folder.path());
    for (request, answer) in [
        ("GET /healthz", "HTTP/1.1 200 OK\r\n"),
        ("GET /", "HTTP/1.1 200 OK\r\n"),
        ("HEAD /metrics", "HTTP/1.1 200 OK\r\n"),
        ("GET /other", "HTTP/1.1 404 Not Found\r\n"),
        ("POST /metrics", "HTTP/1.1 405 Method Not Allowed\r\n"),
    ] {
        assert!(exporter.ask(request).starts_with(answer), "{request}");
    }
}

/// The configuration breaks while it runs: the last reading stays, and its age and the failure are told.
#[test]
fn a_reading_that_can_not_be_made_leaves_the_last_one() {
    let folder = estate("127.0.0.1:1");
    let exporter = Exporter::start(folder.path());
    std::fs::write(folder.path().join("leeward.state.json"), "no state").unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let text = exporter.ask("GET /metrics");
        assert!(text.contains("leeward_pair_ready{pair=\"pair.orders\"} 0\n"), "{text}");
        if !text.contains("readings_total{outcome=\"failed\"} 0\n") {
            return;
        }
        assert!(Instant::now() < deadline, "{text}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
