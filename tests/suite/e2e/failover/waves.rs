//! Three pairs in two waves, each with clients that never stop.

use super::super::estate::Estate;
use super::super::sandbox;
use super::clients::{Finder, Reader, Writer};
use super::{everything, missing};
use leeward::estate::Task;
use leeward::plan::{Action, Step};
use leeward::run::{Event, RunId, Runs, Viewed};
use leeward::sandbox::Sandbox;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const PAIR: &str = r#"
pair "LABEL" {
  primary   = cluster.hzTAG
  secondary = cluster.shTAG
}

topic "LABEL" {
  pair               = pair.LABEL
  name               = "LABEL-TAG"
  partitions         = 2
  replication_factor = 1
}

replication "LABEL-TAG" {
  pair   = pair.LABEL
  topics = [topic.LABEL.name]
  groups = ["readers-LABEL-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
    refresh_groups_interval = "2s"
  }
}

dns_record "LABEL" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "LABEL-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.LABEL.active.endpoint]
}

application "LABEL" {
  groups = ["readers-LABEL-TAG"]
  stop  { exec = ["sh", "-c", "test ! -e BROKEN && touch STOPPED"] }
  start { exec = ["rm", "-f", "STOPPED"] }
}

fence "LABEL" {
  pair   = pair.LABEL
  method = "max_message_bytes"
}

failover_policy "LABEL" {
  pair         = pair.LABEL
  applications = [application.LABEL]
  fence        = fence.LABEL
  rpo          = "30s"
  rto          = "5m"
}
"#;

const ALL: &str = r#"
failover_policy "all" {
  rto = "10m"
  wave { pairs = [pair.first, pair.second] }
  wave { pairs = [pair.third] }
}
"#;

pub(super) const PAIRS: [&str; 3] = ["first", "second", "third"];

/// A pair's clients.
pub(super) struct Clients {
    pub topic: String,
    pub finder: Finder,
    pub writer: Writer,
    pub reader: Reader,
}

pub(super) fn file(estate: &Estate, name: &str, what: &str) -> PathBuf {
    estate.path().join(format!("{name}.{what}"))
}

pub(super) fn declared(estate: &Estate) -> String {
    let pair = |name: &str| {
        let path = |what: &str| file(estate, name, what).display().to_string();
        PAIR.replace("STOPPED", &path("stopped")).replace("BROKEN", &path("broken")).replace("LABEL", name)
    };
    PAIRS.map(pair).concat() + ALL
}

pub(super) fn clients(estate: &Estate, sandbox: &Arc<Sandbox>, name: &str) -> Clients {
    let zone = sandbox.layout().zone.name.clone();
    let topic = estate.tagged(&format!("{name}-TAG"));
    let finder = Finder::new(sandbox, estate.tagged(&format!("{name}-TAG.{zone}")));
    let writer = Writer::start(&finder, &topic, 50, None, None);
    let group = estate.tagged(&format!("readers-{name}-TAG"));
    let reader = Reader::start(&finder, &topic, &group, file(estate, name, "stopped"));
    Clients { topic, finder, writer, reader }
}

/// Which side is active in each pair, with its epoch.
pub(super) fn roles(estate: &Estate) -> Vec<String> {
    let state = estate.state();
    let of = |name: &str| {
        let pair = &state["pairs"][format!("pair.{name}")];
        format!("{name} {} {}", pair["active"].as_str().unwrap(), pair["epoch"])
    };
    PAIRS.map(of).into()
}

/// The places of lines in what a run said.
fn place(said: &str, line: &str) -> usize {
    said.find(line).unwrap_or_else(|| panic!("{line} is not in\n{said}"))
}

#[test]
fn three_pairs_move_in_two_waves_and_lose_nothing() {
    let Some(sandbox) = sandbox() else { return };
    let (estate, sandbox) = (Estate::new(&sandbox), Arc::new(sandbox));
    estate.write("main.hcl", &declared(&estate));
    estate.apply();
    let all = PAIRS.map(|name| clients(&estate, &sandbox, name));
    all.iter().for_each(|clients| clients.writer.await_more(100));

    let planned = estate.ok(&["failover", "plan", "all", "-out", "all.lw"]);
    assert!(planned.contains("PLANNED FAILOVER of 3 pairs in 2 waves"), "{planned}");
    assert!(planned.contains("wave 2 of 2: third"), "{planned}");
    // One pair fails: its neighbour goes on, the next wave does not begin, and the run is taken up.
    std::fs::write(file(&estate, "second", "broken"), "").unwrap();
    let failed = estate.refused(&["failover", "run", "all.lw"]);
    assert_eq!(roles(&estate), ["first secondary 1", "second primary 0", "third primary 0"], "{failed}");
    std::fs::remove_file(file(&estate, "second", "broken")).unwrap();
    let run = estate.latest_run();
    let resumed = estate.ok(&["resume", &run]);
    assert_eq!(roles(&estate), PAIRS.map(|name| format!("{name} secondary 1")), "{resumed}");
    assert!(resumed.contains("Failover complete!"), "{resumed}");
    moved(&all, "shanghai");
    estate.has_no_changes();
    let report = estate.ok(&["report", &run]);
    assert!(report.contains("point of no return of third"), "{report}");
    in_order(&estate, &run);

    // On different sides nobody knows where all should go; by failback they come home, wave after wave.
    let back = estate.ok(&["failback", "run", "all", "-auto-approve"]);
    assert_eq!(roles(&estate), PAIRS.map(|name| format!("{name} primary 2")), "{back}");
    let started = PAIRS.map(|name| place(&back, &format!("primary is active in pair.{name}")));
    assert!(started[2] > started[0] && started[2] > started[1], "{back}");
    moved(&all, "hangzhou");
    estate.has_no_changes();
    for clients in all {
        end(&sandbox, clients);
    }
}

/// By its journal, nothing of the second wave was begun before the roles of the first had changed and its names were seen.
fn in_order(estate: &Estate, run: &str) {
    let runs = Runs::beside(&estate.path().join("leeward.state.json"));
    let Viewed { plan, recording, .. } = runs.view(&RunId::parse(run).unwrap()).unwrap();
    let events: Vec<&Event> = recording.entries.iter().flat_map(|entry| &entry.events).collect();
    let third = plan.failovers().find(|failover| failover.pair.name == "third").unwrap();
    let begun = |event: &&Event| match event {
        Event::Started { step, .. } => third.has(&plan.steps[step.0 as usize]),
        _ => false,
    };
    let first = events.iter().position(begun).unwrap();
    let matters = |step: &&Step| {
        matches!(&step.action, Action::Task(Task::SetActive { .. } | Task::AwaitPropagation { .. }))
    };
    for step in plan.steps.iter().filter(|step| !third.has(step)).filter(matters) {
        let done =
            events.iter().position(|event| matches!(event, Event::Done { step: id, .. } if *id == step.id));
        assert!(done.unwrap() < first, "{step:?}");
    }
}

/// Every name leads to the side, and every producer is on it.
pub(super) fn moved(all: &[Clients], side: &str) {
    for clients in all {
        assert!(clients.finder.answers().iter().all(|answer| answer.contains(side)));
        clients.writer.await_more(50);
        assert_eq!(clients.writer.writes_to().as_deref(), Some(side));
    }
}

fn end(sandbox: &Sandbox, clients: Clients) {
    let Clients { topic, writer, reader, .. } = clients;
    let acknowledged: BTreeMap<u64, String> = writer.finish();
    let log = everything(sandbox, "hangzhou", &topic);
    assert_eq!(missing(&acknowledged, &log), Vec::<u64>::new(), "lost of {} in {topic}", acknowledged.len());
    reader.await_all(&log);
    let read = reader.finish();
    assert_eq!(missing(&acknowledged, &read), Vec::<u64>::new(), "skipped by the group of {topic}");
    println!("{topic}: {} records, 0 lost", acknowledged.len());
}
