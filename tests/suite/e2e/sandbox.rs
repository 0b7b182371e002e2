//! `leeward sandbox` as a person uses it, on the shared sandbox.

use super::{leeward, leeward_ok, sandbox, sasl_sandbox, unique};
use leeward::sandbox::{Consume, Sandbox, consume};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn run(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let dir = sandbox.dir().to_str().unwrap();
    leeward_ok(sandbox.dir(), &[&["sandbox", "--dir", dir], arguments].concat())
}

#[test]
fn status_shows_every_component() {
    let Some(sandbox) = sandbox() else { return };
    let table = run(&sandbox, &["status"]);
    let json: serde_json::Value = serde_json::from_str(&run(&sandbox, &["status", "-json"])).unwrap();
    let components = json["components"].as_array().unwrap();
    assert_eq!(components.len(), sandbox.layout().components.len());
    for component in components {
        assert_eq!(component["state"], "running");
        let line = table.lines().find(|line| line.starts_with(component["component"].as_str().unwrap()));
        assert!(line.unwrap().contains(&component["pid"].to_string()), "{table}");
    }
}

#[test]
fn logs_shows_the_end_of_a_log() {
    let Some(sandbox) = sandbox() else { return };
    let lines = run(&sandbox, &["logs", "bind", "-n", "3"]);
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let log = std::fs::read_to_string(&sandbox.components("bind").unwrap()[0].log).unwrap();
    assert!(log.contains(&lines), "{lines}");
    assert_eq!(run(&sandbox, &["logs", "bind", "-n", "0"]), "");
}

#[test]
fn records_go_in_and_out_without_a_password() {
    let Some(sandbox) = sandbox() else { return };
    records_go_in_and_out(&sandbox);
}

#[test]
fn records_go_in_and_out_with_a_password() {
    let Some(sandbox) = sasl_sandbox() else { return };
    records_go_in_and_out(&sandbox);
}

fn records_go_in_and_out(sandbox: &Sandbox) {
    let topic = unique("orders");
    let cluster = &sandbox.layout().clusters[0];
    make_topic(sandbox, &cluster.bootstrap().join(","), &topic);
    let place = ["--cluster", &cluster.name, "--topic", &topic];
    let produced = run(sandbox, &[&["produce"], &place[..], &["--count", "3", "--prefix", "order"]].concat());
    assert_eq!(produced, format!("3 records produced to {topic} on {}\n", cluster.name));
    let shown =
        run(sandbox, &[&["produce", "--show"], &place[..], &["--count", "2", "--first", "4"]].concat());
    assert_eq!(shown, "0:3 record-4\n0:4 record-5\n");
    let consumed = run(sandbox, &[&["consume"], &place[..], &["--count", "5"]].concat());
    assert_eq!(consumed, format!("0:0 order-1\n0:1 order-2\n0:2 order-3\n{shown}"));
    let offsets = ["kafka", &cluster.name, "kafka-get-offsets", "--topic", &topic];
    assert_eq!(run(sandbox, &offsets), format!("{topic}:0:5\n"));
}

#[test]
fn transactions_are_aborted_and_keys_come_again() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let topic = unique("transfers");
    make_topic(&sandbox, &sandbox.layout().clusters[0].bootstrap().join(","), &topic);
    let place = ["--cluster", &sandbox.layout().clusters[0].name, "--topic", &topic];
    let more = ["--count", "20", "--keys", "3", "--transaction", "4", "--abort-every", "5", "--first", "5"];
    let produced = run(&sandbox, &[&["produce"], &place[..], &more].concat());
    assert!(produced.ends_with(", 1 of 5 transactions aborted\n"), "{produced}");
    let to = Consume { count: None, timeout: Duration::from_secs(30), ..consume_of(&place) };
    let mut seen = Vec::new();
    consume(&sandbox, &to, |record| seen.push((record.key.unwrap(), record.value.unwrap()))).unwrap();
    let keys = ["2", "3", "1"].into_iter().cycle();
    let expected = (5..21).zip(keys).map(|(number, key)| (key.to_owned(), format!("record-{number}")));
    assert_eq!(seen, expected.collect::<Vec<_>>(), "the last four were aborted");
}

fn consume_of(place: &[&str]) -> Consume {
    let (cluster, topic) = (place[1].to_owned(), place[3].to_owned());
    Consume { cluster, topic, count: None, timeout: Duration::from_secs(30), group: None }
}

/// Both go on until Ctrl-C, and then say what they did; the group stands behind what it has read.
#[test]
fn without_an_end_it_goes_on_until_it_is_told() {
    let Some(sandbox) = sandbox() else { return };
    let (topic, group) = (unique("orders"), unique("billing"));
    let cluster = &sandbox.layout().clusters[0];
    make_topic(&sandbox, &cluster.bootstrap().join(","), &topic);
    let place = ["--cluster", &cluster.name, "--topic", &topic];
    let mut producer = begun(&sandbox, &[&["produce"], &place[..], &["--endless", "--rate", "500"]].concat());
    let mut consumer =
        begun(&sandbox, &[&["consume"], &place[..], &["--group", &group, "--follow"]].concat());
    let mut lines = BufReader::new(consumer.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().take(700).all(|line| line.unwrap().contains(" record-")), "records came");
    interrupt(&producer);
    let said = std::io::read_to_string(producer.stdout.take().unwrap()).unwrap();
    assert!(producer.wait().unwrap().success() && said.contains(" records produced to "), "{said}");
    let count: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(lines.by_ref().take(count - 700).count(), count - 700, "all of them");
    interrupt(&consumer);
    assert!(consumer.wait().unwrap().success());
    let wanted = Consume { group: Some(group), ..consume_of(&place) };
    assert_eq!(consume(&sandbox, &wanted, |_| ()).unwrap(), 0, "it has committed all that it has read");
}

fn begun(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let dir = sandbox.dir().to_str().unwrap();
    Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(["sandbox", "--dir", dir])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_wrong_name_is_answered_with_the_right_ones() {
    let Some(sandbox) = sandbox() else { return };
    let dir = sandbox.dir().to_str().unwrap();
    let complaint = |arguments: &[&str]| {
        let output = leeward(sandbox.dir(), &[&["sandbox", "--dir", dir], arguments].concat());
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = complaint(&["kill", "kafka-beijing"]);
    let names = sandbox.layout().components.iter().map(|component| component.name.as_str());
    for name in names {
        assert!(said.contains(name), "{said}");
    }
    let said = complaint(&["produce", "--cluster", "beijing", "--topic", "orders"]);
    assert_eq!(said, "error: there is no cluster \"beijing\"; the sandbox has hangzhou and shanghai\n");
    let said = complaint(&["produce", "--as-application", "--cluster", "hangzhou", "--topic", "orders"]);
    assert!(said.starts_with("error: nobody logs in to this sandbox"), "{said}");
}

fn make_topic(sandbox: &Sandbox, bootstrap: &str, name: &str) {
    let mut config = ClientConfig::new();
    if let Some(sasl) = &sandbox.layout().sasl {
        config
            .set("security.protocol", "SASL_PLAINTEXT")
            .set("sasl.mechanism", "SCRAM-SHA-512")
            .set("sasl.username", &sasl.admin.name)
            .set("sasl.password", &sasl.admin.password);
    }
    let admin: AdminClient<DefaultClientContext> =
        config.set("bootstrap.servers", bootstrap).create().unwrap();
    let topic = NewTopic::new(name, 1, TopicReplication::Fixed(-1));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let results = runtime.block_on(admin.create_topics([&topic], &AdminOptions::new())).unwrap();
    assert_eq!(results, [Ok(name.to_owned())]);
}
