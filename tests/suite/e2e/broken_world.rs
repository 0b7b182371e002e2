//! Half of the world is down, or says no: each time the plan and the apply name the resource and what to do, and go on
//! with what does not depend on it.

use super::estate::{Estate, lines, said};
use super::hand::{Hand, until};
use super::own::Own;
use super::{sandbox, sasl_sandbox};
use leeward::sandbox::{Produce, Signal, produce};
use regex::Regex;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TOPIC: &str = r#"
variable "retention" { default = 3600000 }

topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = var.retention }
  on_remove          = "delete"
}
"#;

const FLOW: &str = r#"
variable "groups" { default = ["billing-TAG"] }
variable "mirror" { default = {} }

replication "flow-TAG" {
  pair   = pair.main
  topics = [topic.orders.name]
  groups = var.groups
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
    config                  = var.mirror
  }
}
"#;

const RECORD: &str = r#"
variable "ttl" { default = 5 }

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "broken-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = var.ttl
  values = [pair.main.active.endpoint]
}
"#;

/// A text whose ports and times are not those of this very run.
fn masked(estate: &Estate, text: &str) -> String {
    let ports = Regex::new(r"(127\.0\.0\.\d):\d+").unwrap().replace_all(text, "$1:PORT").into_owned();
    let times = Regex::new(r"\d+\.\d s\b").unwrap().replace_all(&ports, "N s").into_owned();
    estate.untagged(&times)
}

/// What a plan says could not be read, in one line each.
fn unread(estate: &Estate, plan: &str) -> String {
    let lines = plan.lines().skip_while(|line| !line.contains("can't be read in full"));
    let lines: Vec<&str> = lines.skip(1).take_while(|line| !line.is_empty()).map(str::trim).collect();
    masked(estate, &lines.join(" ").replace(" ? ", "\n? "))
}

/// The last lines of what a refused apply said.
fn ending(estate: &Estate, said: &str) -> String {
    masked(estate, &said[said.find("error: ").unwrap()..])
}

/// A sandbox of its own, and on it an estate that was applied.
struct World {
    own: Own,
    estate: Estate,
}

impl World {
    fn up() -> Option<Self> {
        let mut own = Own::up()?;
        let estate = Estate::new(own.get());
        estate.write("main.hcl", &[TOPIC, FLOW, RECORD].concat());
        let places = std::fs::read_to_string(estate.path().join("places.hcl")).unwrap();
        estate.write("places.hcl", &places.replace("\"20s\"", "\"6s\""));
        estate.apply();
        Some(Self { own, estate })
    }

    fn signal(&mut self, component: &str, signal: Signal) {
        self.own.get().signal(component, signal).unwrap();
    }

    /// Starts again what was killed, and waits until a plan sees all of it as it should be.
    fn mend(&mut self, component: &str) {
        self.own.get().restart(component, &|_| ()).unwrap();
        self.settle();
    }

    fn settle(&self) {
        let deadline = Instant::now() + Duration::from_secs(120);
        while self.estate.plan().0 != 0 {
            assert!(Instant::now() < deadline, "{}", self.estate.plan().1);
            let _ = self.estate.leeward(&["apply", "-auto-approve"]);
        }
    }

    /// What a plan with these flags could not read. It has changes, or can't know.
    fn unread(&self, flags: &[&str]) -> String {
        let started = Instant::now();
        let output = self.estate.leeward(&[&["plan", "-detailed-exitcode"], flags].concat());
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(started.elapsed() < Duration::from_secs(40), "{:?}", started.elapsed());
        unread(&self.estate, &said(&output))
    }
}

#[test]
fn whatever_is_down_the_rest_is_planned_and_done() {
    let Some(mut world) = World::up() else { return };
    a_broker_is_down(&mut world);
    a_broker_dies_while_a_tail_is_exported(&mut world);
    a_broker_is_suspended(&mut world);
    connect_is_down(&mut world);
    a_whole_side_is_down(&mut world);
    a_dns_server_is_silent(&mut world);
}

fn a_broker_is_down(world: &mut World) {
    world.signal("kafka-hangzhou", Signal::KILL);
    let unread = world.unread(&[]);
    insta::assert_snapshot!(unread, @"? topic.orders on hzTAG: no broker of hzTAG can be reached: could not connect to any of [127.0.0.1:PORT]: Connection refused (os error 111) (check that its brokers run and can be reached from here)");
    assert!(unread.lines().count() == 1 && unread.ends_with(')'), "one line with what to do: {unread}");
    let longer = "-var=retention=7200000";
    let applied = world.estate.leeward(&["apply", "-auto-approve", "-detailed-exitcode", longer]);
    let (code, applied) = (applied.status.code(), said(&applied));
    assert!(applied.contains("Resources: 0 added, 1 changed, 0 destroyed."), "{applied}");
    assert_eq!(code, Some(2), "{applied}");
    insta::assert_snapshot!(lines(&applied, "apply again"), @"1 resource could not be read in full, and that part was left as it is: apply again.");
    let standby = Hand::on(world.own.get(), "shanghai");
    assert_eq!(standby.setting(&world.estate.tagged("orders-TAG"), "retention.ms"), "7200000");
    let again = ["apply", "-auto-approve", "-detailed-exitcode", longer];
    assert_eq!(world.estate.leeward(&again).status.code(), Some(2), "it has nothing to do that it can see");
    world.mend("kafka-hangzhou");
    assert_eq!(world.estate.leeward(&again).status.code(), Some(0));
    world.settle();
}

/// What was read until then stays, and the same command goes on behind it.
fn a_broker_dies_while_a_tail_is_exported(world: &mut World) {
    const RECORDS: u64 = 60_000;
    let topic = world.estate.tagged("orders-TAG");
    let connector = world.estate.tagged("flow-TAG-hzTAG-shTAG-source");
    let standby = Hand::on(world.own.get(), "shanghai");
    standby.connector("PUT", &connector, "/stop");
    until("the stop", || standby.states(&connector), |states| *states == ["STOPPED"]);
    let (count, prefix) = (Some(RECORDS), "x".repeat(1_500));
    let timeout = Duration::from_secs(60);
    let tail = Produce { count, prefix, timeout, ..Produce::to("hangzhou", &topic) };
    produce(world.own.get(), &tail).unwrap();
    let exporting = ["tail", "export", "main", "-out", "tail"];
    let mut export = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(exporting)
        .current_dir(world.estate.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let segment = world.estate.path().join("tail/00000001.records");
    until("records", || segment.metadata().map_or(0, |file| file.len()), |length| *length > 1_000_000);
    signal(&export, "STOP");
    world.signal("kafka-hangzhou", Signal::KILL);
    signal(&export, "CONT");
    let ended = export.wait().unwrap();
    let told = std::io::read_to_string(export.stderr.take().unwrap()).unwrap();
    assert_eq!(ended.code(), Some(1), "{told}");
    let told =
        Regex::new("PORT/(bootstrap|1)").unwrap().replace(&ending(&world.estate, &told), "PORT").into_owned();
    insta::assert_snapshot!(told, @"
    error: hzTAG: can't read orders-TAG-0: nothing came for 6s; 127.0.0.1:PORT: Connect to ipv4#127.0.0.1:PORT failed: Connection refused
    help: check that its brokers run and can be reached from here; then go on with `leeward tail export main -out tail`
    ");
    world.mend("kafka-hangzhou");
    let exported = world.estate.leeward(&exporting);
    assert!(said(&exported).contains("going on with the export of "), "{}", said(&exported));
    assert!(said(&exported).contains("60,000 records ("), "{}", said(&exported));
    assert!(segment.metadata().unwrap().len() > 1_000_000, "it was not begun anew");
    let found = world.estate.leeward(&["tail", "diff", "tail", "-json"]);
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((&found["records"], &found["parts"][0]["topic"]), (&RECORDS.into(), &topic.into()));
}

/// It keeps its connections and answers nothing: only a timeout can tell.
fn a_broker_is_suspended(world: &mut World) {
    world.signal("kafka-shanghai", Signal::STOP);
    let unread = world.unread(&[]);
    world.signal("kafka-shanghai", Signal::CONT);
    assert!(unread.starts_with("? topic.orders, replication.flow-TAG on shTAG: "), "{unread}");
    world.settle();
}

fn connect_is_down(world: &mut World) {
    world.signal("connect-shanghai", Signal::KILL);
    insta::assert_snapshot!(world.unread(&[]), @"? replication.flow-TAG (connectors flow-TAG-hzTAG-shTAG-checkpoint, flow-TAG-hzTAG-shTAG-source) on shTAG: no worker can be reached: http://127.0.0.1:PORT (Connection refused (os error 111)) (is Kafka Connect up, and are the urls of the connect block right?)");
    let more = "-var=groups=[\"billing\", \"fulfilment\"]";
    let applied = world.estate.ok(&["apply", "-auto-approve", more]);
    insta::assert_snapshot!(lines(&applied, "apply again"), @"1 resource could not be read in full, and that part was left as it is: apply again.");
    let import = world.estate.refused(&["import", &world.estate.tagged("replication.flow-TAG")]);
    assert!(import.contains("already") || import.contains("no worker can be reached"), "{import}");
    world.mend("connect-shanghai");
}

/// The other side's topic is changed, and the name is; what needs the dead side waits and says for what.
fn a_whole_side_is_down(world: &mut World) {
    world.signal("hangzhou", Signal::KILL);
    let change = ["-var=retention=9000000", "-var=ttl=6"];
    let unread = world.unread(&change);
    for part in [
        "? topic.orders on hzTAG: ",
        "? replication.flow-TAG (connector flow-TAG-hzTAG-shTAG-heartbeat) on hzTAG: ",
    ] {
        assert!(unread.contains(part), "{unread}");
    }
    let applied = world.estate.ok(&[&["apply", "-auto-approve"], &change[..]].concat());
    assert!(applied.contains("Resources: 0 added, 2 changed, 0 destroyed."), "{applied}");
    world.mend("hangzhou");
}

fn a_dns_server_is_silent(world: &mut World) {
    world.signal("bind", Signal::STOP);
    let unread = world.unread(&["-var=ttl=7"]);
    world.signal("bind", Signal::CONT);
    insta::assert_snapshot!(unread, @"? dns_record.bootstrap on main: 127.0.0.1:PORT does not answer (3 tries, N s) (is the DNS server up and reachable from here?)");
    world.signal("knot", Signal::STOP);
    let mut estate = std::fs::read_to_string(world.estate.path().join("places.hcl")).unwrap();
    estate =
        estate.replace("  authorities = ", "  timeout = \"1s\"\n  propagation = \"3s\"\n  authorities = ");
    world.estate.write("places.hcl", &estate);
    let said = world.estate.refused(&["apply", "-auto-approve", "-var=ttl=8"]);
    world.signal("knot", Signal::CONT);
    insta::assert_snapshot!(ending(&world.estate, &said), @"
    error: 1 step failed
      ✗ dns_record.bootstrap: see broken-TAG.example.test. CNAME on every authority: broken-TAG.example.test. CNAME does not show everywhere after N s: 127.0.0.2:PORT does not answer (3 tries, N s) (is the transfer to that server (NOTIFY, AXFR) working? dns.propagation sets how long to wait)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
          to go on as if it were done (dns_record.bootstrap: see broken-TAG.example.test. CNAME on every authority): leeward resume RUN -skip 1=WHY
    ");
    world.settle();
}

#[test]
fn a_wrong_password_is_no_change_and_no_guess() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPIC);
    estate.apply();
    let wrong = "-var=sasl_password=wrong";
    let plan = estate.leeward(&["plan", "-detailed-exitcode", wrong]);
    assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    let unread = unread(&estate, &said(&plan));
    for cluster in ["? topic.orders on hzTAG: ", "? topic.orders on shTAG: "] {
        assert!(unread.contains(cluster), "{unread}");
    }
    assert!(unread.contains("credentials") && unread.contains("`security` of the cluster"), "{unread}");
    let before = estate.state();
    let applied = estate.ok(&["apply", "-auto-approve", wrong, "-var=retention=1"]);
    assert!(applied.contains("No changes in what could be read."), "{applied}");
    assert_eq!(estate.state(), before);
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn a_refused_key_is_named_and_nothing_else_is_held_up() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &[TOPIC, RECORD].concat());
    let wrong = "-var=dns_key_secret=bGVld2FyZC1sZWV3YXJkLWxlZXdhcmQtbGVld2FyZA==";
    let planned = estate.ok(&["plan", wrong]);
    let finding = planned.split("LW1203").nth(1).and_then(|rest| rest.split(" (places.hcl").next());
    insta::assert_snapshot!(masked(&estate, finding.unwrap_or_else(|| panic!("{planned}"))), @"
    warning  dns.main: records of example.test. can't be changed: 127.0.0.1:PORT knows key leeward. by another
                       secret (BADSIG) (compare key_secret with the secret on the server)
    ");
    let refused = estate.refused(&["apply", "-auto-approve", wrong]);
    insta::assert_snapshot!(ending(&estate, &refused), @"
    error: 1 step failed, and 1 that needs what failed was left out
      ✗ dns_record.bootstrap: create broken-TAG.example.test. CNAME on main: 127.0.0.1:PORT knows key leeward. by another secret (BADSIG) (compare key_secret with the secret on the server)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
    ");
    assert!(refused.contains("Done so far: 1 added"), "{refused}");
    let refused = estate.refused(&["apply", "-auto-approve", "-var=dns_key_name=nobody."]);
    insta::assert_snapshot!(ending(&estate, &refused), @"
    error: 1 step failed, and 1 that needs what failed was left out
      ✗ dns_record.bootstrap: create broken-TAG.example.test. CNAME on main: 127.0.0.1:PORT does not accept key nobody. with hmac-sha256 (BADKEY) (the key's name or algorithm is unknown there, or (Knot) no ACL allows this key to do this)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
    ");
    let run = estate.latest_run();
    estate.ok(&["apply", "-auto-approve"]);
    let late = estate.refused(&["resume", &run]);
    assert!(late.contains("it was changed since; make a new plan"), "{late}");
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn a_task_that_fails_shows_the_first_line_of_its_trace() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &[TOPIC, FLOW].concat());
    let wrong = "-var=mirror={ \"source.consumer.max.poll.records\" = \"0\" }";
    let refused = estate.refused(&["apply", "-auto-approve", wrong]);
    // It fails while it is started, or right after.
    let told = estate.untagged(&lines(&ending(&estate, &refused), "✗ replication.flow-TAG: "));
    let why = "task 0 of connector flow-TAG-hzTAG-shTAG-source failed: \
               org.apache.kafka.common.config.ConfigException: Invalid value 0 for configuration max.poll.records: Value \
               must be at least 1 (the worker's log has the whole trace)";
    assert!(told.ends_with(why), "{told}");
    let planned = estate.ok(&["plan", wrong]);
    insta::assert_snapshot!(lines(&planned, "failed"), @"task.0   failed: org.apache.kafka.common.config.ConfigException: Invalid value 0 for configuration max.poll.records: Value must be at least 1 → running");
    estate.apply();
    estate.ok(&["destroy", "-auto-approve"]);
}

/// Somebody deletes a topic while the apply that changes it is on its way: what was seen when it was planned is looked
/// at again right before the change.
#[test]
fn a_topic_that_is_deleted_during_an_apply_is_told_and_left_alone() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let late = "\nvariable \"late\" { default = 1000 }\ntopic \"late\" {\n  cluster = cluster.hzTAG\n  \
                name = \"late-TAG\"\n  partitions = 1\n  replication_factor = 1\n  \
                config = { \"retention.ms\" = var.late }\n  on_remove = \"delete\"\n  depends_on = [topic.last]\n}\n";
    let many = "topic \"last\" {\n  count = var.many\n  cluster = cluster.hzTAG\n  name = \"many-TAG-${count.index}\"\n  \
                partitions = 1\n  replication_factor = 1\n  on_remove = \"delete\"\n}\n\
                variable \"many\" { default = 1 }\n";
    estate.write("main.hcl", &[many, late].concat());
    estate.apply();
    let mut apply = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(["apply", "-auto-approve", "-var=late=2000", "-var=many=40"])
        .current_dir(estate.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let runs = || std::fs::read_dir(estate.path().join(".leeward/runs")).unwrap().count();
    until("the run", runs, |seen| *seen == 2);
    signal(&apply, "STOP");
    Hand::on(&sandbox, "hangzhou").delete_topic(&estate.tagged("late-TAG"));
    signal(&apply, "CONT");
    let ended = apply.wait().unwrap();
    let told = std::io::read_to_string(apply.stderr.take().unwrap()).unwrap();
    assert_eq!(ended.code(), Some(1), "{told}");
    insta::assert_snapshot!(ending(&estate, &told), @"
    error: 1 step failed
      ✗ topic.late: change topic late-TAG on hzTAG: it is not as the plan expects: it is gone (it was left as it is; make a new plan)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
    ");
    estate.ok(&["destroy", "-auto-approve", "-var=many=40"]);
}

fn signal(child: &std::process::Child, signal: &str) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

/// The state is what it was, or a clear refusal says why not.
#[test]
fn a_folder_that_can_not_be_written_is_said() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPIC);
    estate
        .write("settings.hcl", "leeward {\n  state \"local\" {\n    path = \"file/leeward.json\"\n  }\n}\n");
    estate.write("file", "");
    let folder = PathBuf::from(estate.path()).canonicalize().unwrap();
    let refused = estate.refused(&["plan"]).replace(&format!("{}/", folder.display()), "");
    insta::assert_snapshot!(refused, @"error: the lock file file/leeward.json.lock can't be written or removed: File exists (os error 17)");
}
