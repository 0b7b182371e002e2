//! Failovers of a pair whose producers and consumers never stop: nothing lost, repeated no more than foretold, clients moved.

pub(super) mod clients;
mod continued;
mod figures;
mod grants;
mod hook;
mod journal;
mod killed;
mod names;
mod planned;
mod rebuilt;
mod regular;
mod trips;
mod unplanned;
mod waves;
mod waves_unplanned;

use super::estate::Estate;
use super::hand;
use clients::{Finder, Reader, Writer};
use leeward::sandbox::{Consume, Sandbox, Transactions, consume};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub(super) const ESTATE: &str = r#"
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
    refresh_groups_interval = "2s"
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "failover-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}

application "billing" {
  groups = ["billing-TAG"]
  stop  { exec = ["touch", "STOPPED"] }
  start { exec = ["rm", "-f", "STOPPED"] }
}

FENCE

failover_policy "main" {
  pair         = pair.main
  applications = [application.billing]
  fence        = fence.main
  rpo          = "30s"
  rto          = "5m"
}
"#;

pub(super) const FENCE: &str = r#"
fence "main" {
  pair   = pair.main
  method = "max_message_bytes"
}
"#;

/// A pair under load.
struct Story {
    sandbox: Arc<Sandbox>,
    estate: Estate,
    topic: String,
    finder: Finder,
    writer: Writer,
    reader: Reader,
}

/// What came of it.
struct Told {
    acknowledged: BTreeMap<u64, String>,
    read: Vec<String>,
    /// What of it the group has committed.
    committed: Vec<String>,
}

impl Story {
    fn begin(sandbox: Sandbox, fence: &str, transactions: Option<Transactions>) -> Self {
        let estate = Estate::new(&sandbox);
        Self::told(sandbox, estate, &ESTATE.replace("FENCE", fence), transactions, by_name)
    }

    /// Applies an estate, and lets clients write and read that find their cluster so.
    fn told(
        sandbox: Sandbox,
        estate: Estate,
        text: &str,
        transactions: Option<Transactions>,
        find: impl FnOnce(&Arc<Sandbox>, &Estate) -> Finder,
    ) -> Self {
        let (sandbox, stopped) = (Arc::new(sandbox), stopped(&estate));
        estate.write("main.hcl", &text.replace("STOPPED", stopped.to_str().unwrap()));
        estate.apply();
        let topic = estate.tagged("orders-TAG");
        let finder = find(&sandbox, &estate);
        // A transaction that is cut off in its middle is nobody's record: such a producer is stopped like a consumer.
        let writer_stops = transactions.map(|_| stopped.clone());
        let writer = Writer::start(&finder, &topic, 200, transactions, writer_stops);
        let reader = Reader::start(&finder, &topic, &estate.tagged("billing-TAG"), stopped);
        writer.await_more(400);
        Self { sandbox, estate, topic, finder, writer, reader }
    }

    /// Waits until MirrorMaker has noted where the group stands on the primary by now: an unplanned failover knows it from there
    /// alone.
    fn await_checkpoint(&self) {
        let told = || serde_json::from_slice(&self.estate.leeward(&["status", "-json"]).stdout).unwrap();
        let noted = |told: &Value| {
            let group = &told["pairs"][0]["mirrorings"][0]["groups"][0];
            group["repeated_if_lost"].is_number()
        };
        hand::until("the group's checkpoint", told, noted);
        // It may be one of long ago: each partition gets another one.
        let topic = self.estate.tagged("hzTAG.checkpoints.internal");
        let all = || everything(&self.sandbox, "shanghai", &topic).len();
        let before = all();
        hand::until("new checkpoints", all, |now| *now >= before + 3);
    }

    /// Ends the load once the consumer has had the time to read everything.
    fn end(self) -> (Told, Arc<Sandbox>, Estate) {
        let Self { sandbox, estate, topic, finder, writer, reader } = self;
        let acknowledged = writer.finish();
        let cluster = finder.cluster().unwrap();
        reader.await_all(&everything(&sandbox, &cluster, &topic));
        let (read, committed) = reader.finish_with_committed();
        (Told { acknowledged, read, committed }, sandbox, estate)
    }
}

/// The pair's DNS name leads clients.
pub(super) fn by_name(sandbox: &Arc<Sandbox>, estate: &Estate) -> Finder {
    let zone = &sandbox.layout().zone.name;
    Finder::new(sandbox, estate.tagged(&format!("failover-TAG.{zone}")))
}

fn stopped(estate: &Estate) -> PathBuf {
    estate.path().join("billing.stopped")
}

/// Every value of the topic on a cluster.
pub(super) fn everything(sandbox: &Sandbox, cluster: &str, topic: &str) -> Vec<String> {
    let wanted = Consume {
        cluster: cluster.into(),
        topic: topic.into(),
        count: None,
        timeout: Duration::from_secs(30),
        group: None,
    };
    let mut values = Vec::new();
    consume(sandbox, &wanted, |record| values.extend(record.value)).unwrap();
    values
}

/// The numbers of records that are not among the values.
pub(super) fn missing(acknowledged: &BTreeMap<u64, String>, values: &[String]) -> Vec<u64> {
    let known: BTreeSet<&str> = values.iter().map(String::as_str).collect();
    acknowledged
        .keys()
        .copied()
        .filter(|number| !known.contains(format!("record-{number}").as_str()))
        .collect()
}

/// How many reads were one too many: beyond the copies that stand in the log.
fn repeated(read: &[String], log: &[String]) -> i64 {
    let count = |values: &[String]| {
        let mut counts = BTreeMap::<String, i64>::new();
        values.iter().for_each(|value| *counts.entry(value.clone()).or_default() += 1);
        counts
    };
    let there = count(log);
    count(read)
        .iter()
        .map(|(value, times)| (times - there.get(value).copied().unwrap_or(0).max(1)).max(0))
        .sum()
}

/// What all runs of the estate said of groups that they set.
fn sets(estate: &Estate) -> Vec<Value> {
    let mut sets = Vec::new();
    for run in std::fs::read_dir(estate.path().join(".leeward/runs")).unwrap() {
        let journal = std::fs::read_to_string(run.unwrap().path().join("journal.jsonl")).unwrap();
        for line in journal.lines() {
            let from = line.find('{').unwrap_or(0);
            let Ok(entry) = serde_json::from_str::<Value>(&line[from..]) else { continue };
            find_sets(&entry, &mut sets);
        }
    }
    sets
}

fn find_sets(value: &Value, sets: &mut Vec<Value>) {
    match value {
        Value::Object(set) if set.contains_key("repeated_at_most") => sets.push(value.clone()),
        Value::Object(fields) => fields.values().for_each(|value| find_sets(value, sets)),
        Value::Array(items) => items.iter().for_each(|value| find_sets(value, sets)),
        _ => {}
    }
}

/// A text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which side is active, and the epoch.
pub(super) fn roles(estate: &Estate) -> (String, u64) {
    let state = estate.state();
    let pair = &state["pairs"]["pair.main"];
    (pair["active"].as_str().unwrap().to_owned(), pair["epoch"].as_u64().unwrap())
}
