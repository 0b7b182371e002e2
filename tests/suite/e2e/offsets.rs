//! Groups that lag, on real clusters: what leeward answers, sets, and what a consumer reads then.

use super::estate::Estate;
use super::{leeward_ok, sandbox};
use leeward::sandbox::{Consume, Produce, Record, Sandbox, consume, produce};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
  groups = ["early-TAG", "late-TAG", "done-TAG", "never-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
    sync_group_offsets      = false
  }
}
"#;

pub const TIMEOUT: Duration = Duration::from_secs(60);
pub const RECORDS: u64 = 3_000;

/// A mirrored topic with records, and groups that have read some of them on the active side.
pub struct Story {
    pub sandbox: Sandbox,
    pub estate: Estate,
    pub topic: String,
    /// What each group has read.
    pub read: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Story {
    pub fn begin(sandbox: Sandbox) -> Self {
        let estate = Estate::new(&sandbox);
        estate.write("main.hcl", ESTATE);
        estate.apply();
        let topic = estate.tagged("orders-TAG");
        let mut story = Self { sandbox, estate, topic, read: BTreeMap::new() };
        let to = Produce::to("hangzhou", &story.topic);
        let (count, prefix) = (Some(RECORDS), "order".into());
        produce(&story.sandbox, &Produce { count, prefix, timeout: TIMEOUT, ..to }).unwrap();
        for (group, count) in [("early", 40), ("late", 2_100), ("done", RECORDS)] {
            let seen = story.consume("hangzhou", Some(group), Some(count));
            story.read.insert(group, seen.into_iter().filter_map(|record| record.value).collect());
        }
        assert_eq!(story.consume("shanghai", None, Some(RECORDS)).len() as u64, RECORDS, "all has crossed");
        story
    }

    pub fn consume(&self, cluster: &str, group: Option<&str>, count: Option<u64>) -> Vec<Record> {
        let group = group.map(|group| self.estate.tagged(&format!("{group}-TAG")));
        let (cluster, topic) = (cluster.to_owned(), self.topic.clone());
        let wanted = Consume { cluster, topic, count, timeout: TIMEOUT, group };
        let mut seen = Vec::new();
        consume(&self.sandbox, &wanted, |record| seen.push(record)).unwrap();
        seen
    }

    /// What leeward says of each group and partition.
    pub fn rows(&self) -> Vec<Value> {
        let told: Value = serde_json::from_str(&self.estate.ok(&["offsets", "-json"])).unwrap();
        assert_eq!(told[0]["faults"], Value::Array(Vec::new()), "{told}");
        told[0]["rows"].as_array().unwrap().clone()
    }

    pub fn rows_of(&self, rows: &[Value], group: &str) -> Vec<Value> {
        let group = self.estate.tagged(&format!("{group}-TAG"));
        rows.iter().filter(|row| row["group"] == group.as_str()).cloned().collect()
    }

    /// What the group reads on the standby from where it was set.
    pub fn goes_on(&self, group: &str) -> Vec<String> {
        let seen = self.consume("shanghai", Some(group), None);
        seen.into_iter().filter_map(|record| record.value).collect()
    }
}

pub fn number(row: &Value, field: &str) -> i64 {
    row[field].as_i64().unwrap_or_else(|| panic!("{field} in {row}"))
}

#[test]
fn groups_go_on_where_they_were_and_skip_nothing() {
    let Some(sandbox) = sandbox() else { return };
    let story = Story::begin(sandbox);
    let rows = settled(&story);
    assert!(story.rows_of(&rows, "never").is_empty(), "it has committed nothing, so nothing is said of it");
    for row in &rows {
        // Both topics began empty and nothing was lost between them: true positions are the same on both sides.
        let (position, translated) = (number(row, "position"), number(row, "translated"));
        assert!(translated <= position, "never past the true position: {row}");
        let bound = number(row, "rewinds_at_most");
        assert!(position - translated <= bound, "within the bound: {row}");
        assert!(row["exact"] == false || position == translated, "exact is exact: {row}");
    }
    assert!(
        story.estate.ok(&["offsets", "plan"]).contains("Plan: 1 to add"),
        "three groups of one replication"
    );
    let set = story.estate.ok(&["offsets", "apply", "-auto-approve"]);
    assert!(set.contains("3 groups set and read back."), "{set}");
    assert!(story.estate.ok(&["offsets", "plan"]).contains("Every group stands where it should"));
    for (group, read) in &story.read {
        skips_nothing(&story, group, read, &story.rows_of(&rows, group));
    }
}

/// The rows once the connector's position and the syncs say all that there is to say.
pub fn settled(story: &Story) -> Vec<Value> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let rows = story.rows();
        let exact = rows.iter().filter(|row| row["exact"] == true).count();
        if exact == rows.len() || Instant::now() > deadline {
            assert_eq!(
                exact,
                rows.len(),
                "without a crash every position of a plain topic is exact: {rows:#?}"
            );
            return rows;
        }
    }
}

pub fn skips_nothing(story: &Story, group: &str, read: &BTreeSet<String>, rows: &[Value]) {
    let seen = story.goes_on(group);
    let seen: BTreeSet<&String> = seen.iter().collect();
    for at in 1..=RECORDS {
        let record = format!("order-{at}");
        assert!(read.contains(&record) || seen.contains(&record), "{group} skipped {record}");
    }
    let repeated = seen.iter().filter(|record| read.contains(**record)).count();
    let foretold: i64 = rows.iter().map(|row| number(row, "repeated_at_most")).sum();
    assert!(
        i64::try_from(repeated).unwrap() <= foretold,
        "{group}: {repeated} repeated, {foretold} foretold"
    );
}

/// With the active side dead MirrorMaker's checkpoints tell where a group stood. In partitions for which there is none it must not
/// be left to its consumers' `auto.offset.reset`.
#[test]
fn what_no_checkpoint_tells_is_read_from_the_first_record() {
    let Some(sandbox) = sandbox() else { return };
    let story = Story::begin(sandbox);
    let (dir, group) = (story.sandbox.dir().to_str().unwrap(), story.estate.tagged("never-TAG"));
    let tool = ["sandbox", "--dir", dir, "kafka", "hangzhou", "kafka-consumer-groups", "--group", &group];
    let first = format!("{}:0", story.topic);
    let reset = ["--reset-offsets", "--to-offset", "500", "--topic", &first, "--execute"];
    leeward_ok(story.estate.path(), &[&tool[..], &reset].concat());
    let dead = ["-var", "hangzhou_bootstrap=[\"127.0.0.1:1\"]"];
    let told = || {
        let told = story.estate.ok(&[&["offsets", "-json"][..], &dead].concat());
        let told: Value = serde_json::from_str(&told).unwrap();
        story.rows_of(told[0]["rows"].as_array().unwrap(), "never")
    };
    let deadline = Instant::now() + TIMEOUT;
    let rows = loop {
        let rows = told();
        if !rows.is_empty() || Instant::now() > deadline {
            break rows;
        }
    };
    let known: Vec<bool> = rows.iter().map(|row| row["by_checkpoint"] == true).collect();
    assert_eq!(known, [true, false, false], "{rows:#?}");
    assert!(number(&rows[0], "translated") <= 500 && number(&rows[1], "translated") == 0, "{rows:#?}");
    let text = story.estate.ok(&[&["offsets"][..], &dead].concat());
    assert!(text.contains(": no checkpoint tells where it stood"), "{text}");
    assert!(text.contains(", from the first record in 2 partitions\n"), "{text}");
    story.estate.ok(&[&["offsets", "apply", "-auto-approve"][..], &dead].concat());
    let seen = story.goes_on("never");
    let foretold: i64 = rows.iter().map(|row| number(row, "repeated_at_most")).sum();
    let all = i64::try_from(seen.len()).unwrap();
    assert!((RECORDS as i64 - 500..=foretold).contains(&all), "{all} records, ≤ {foretold} foretold");
    story.estate.ok(&["destroy", "-auto-approve"]);
}
