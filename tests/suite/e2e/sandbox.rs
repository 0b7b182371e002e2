//! `leeward sandbox` as a person uses it, on the shared sandbox.

use super::{leeward, leeward_ok, sandbox, sasl_sandbox, unique};
use leeward::sandbox::Sandbox;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;

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
    let consumed = run(sandbox, &[&["consume"], &place[..], &["--count", "3"]].concat());
    assert_eq!(consumed, "0:0 order-1\n0:1 order-2\n0:2 order-3\n");
    let offsets = ["kafka", &cluster.name, "kafka-get-offsets", "--topic", &topic];
    assert_eq!(run(sandbox, &offsets), format!("{topic}:0:3\n"));
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
