//! Parts 1, 5, 6, 8, 9 and 10 of the foundation in one story: the quickstart's estate, from nothing to no changes.

use super::{leeward, leeward_ok, sandbox, unique};
use leeward::sandbox::{Consume, Produce, Sandbox, consume, produce};
use regex::Regex;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The quickstart's estate in a folder of its own, with names that no other test uses.
struct Estate {
    folder: TempDir,
    topic: String,
    record: String,
    id: String,
}

impl Estate {
    fn new(sandbox: &Sandbox) -> Self {
        let id = unique("e2e");
        let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart/main.hcl");
        let text = std::fs::read_to_string(quickstart).unwrap();
        let labels = Regex::new(r"\b(hangzhou|shanghai|orders)\b").unwrap();
        let text =
            labels.replace_all(&text, format!("$1-{id}")).replace("\"kafka.$", &format!("\"kafka-{id}.$"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.hcl"), text).unwrap();
        std::fs::copy(sandbox.vars_file(), folder.path().join("estate.vars.hcl")).unwrap();
        Self {
            folder,
            topic: format!("orders-{id}"),
            record: format!("kafka-{id}.{}", sandbox.layout().zone.name),
            id,
        }
    }

    fn ok(&self, arguments: &[&str]) -> String {
        leeward_ok(self.folder.path(), arguments)
    }

    /// What a plan says, and whether it changes anything.
    fn plan(&self) -> (bool, String) {
        let output = leeward(self.folder.path(), &["plan", "-detailed-exitcode"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => (false, text),
            Some(2) => (true, text),
            code => panic!("plan ended with {code:?}:\n{text}{complaint}"),
        }
    }

    /// Plans until the change is seen: a broker answers with the old setting until it has heard from its controller.
    fn plan_with_changes(&self) -> String {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let (changes, text) = self.plan();
            if changes {
                return text;
            }
            assert!(Instant::now() < deadline, "the change by hand is not seen:\n{text}");
        }
    }

    fn assert_settled(&self) {
        let (changes, text) = self.plan();
        assert!(!changes && text.contains("No changes"), "{text}");
    }
}

#[test]
fn the_quickstart_from_nothing_to_no_changes() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let (changes, text) = estate.plan();
    assert!(changes && text.contains(&estate.topic), "{text}");
    the_readme_shows_this_plan(&text.replace(&format!("-{}", estate.id), ""));
    estate.ok(&["apply", "-auto-approve"]);
    records_cross(&sandbox, &estate.topic);
    every_authority_points_at_the_active_side(&sandbox, &estate.record);
    estate.assert_settled();
    a_change_by_hand_is_seen_and_undone(&sandbox, &estate);
    estate.ok(&["destroy", "-auto-approve"]);
    assert!(estate.plan().0);
}

/// Every line of the README's first plan stands in the real one.
fn the_readme_shows_this_plan(text: &str) {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, plan) = readme.split_once("$ leeward plan\n").unwrap();
    let (plan, _) = plan.split_once("\nPlan: ").unwrap();
    let shown: Vec<&str> =
        plan.lines().filter(|line| line.starts_with("  ") && !line.contains('…')).collect();
    assert!(shown.len() > 10, "{plan}");
    for line in shown {
        assert!(text.lines().any(|real| real == line), "the README shows {line:?}, the plan is\n{text}");
    }
}

fn records_cross(sandbox: &Sandbox, topic: &str) {
    let (topic, timeout) = (topic.to_owned(), Duration::from_secs(60));
    let to = Produce::to("hangzhou", &topic);
    produce(sandbox, &Produce { count: Some(20), prefix: "order".into(), timeout, ..to }).unwrap();
    let cluster = "shanghai".to_owned();
    let from = Consume { cluster, topic, count: Some(20), timeout, group: None };
    assert_eq!(consume(sandbox, &from, |_| ()).unwrap(), 20);
}

fn every_authority_points_at_the_active_side(sandbox: &Sandbox, record: &str) {
    for authority in sandbox.layout().zone.authorities() {
        let (host, port) = (format!("@{}", authority.ip()), authority.port().to_string());
        let answer =
            Command::new("dig").args(["+short", "-p", &port, &host, record, "CNAME"]).output().unwrap();
        let endpoint = &sandbox.cluster("hangzhou").unwrap().endpoint;
        assert_eq!(String::from_utf8_lossy(&answer.stdout), format!("{endpoint}\n"), "{authority}");
    }
}

fn a_change_by_hand_is_seen_and_undone(sandbox: &Sandbox, estate: &Estate) {
    let dir = sandbox.dir().to_str().unwrap();
    let to = ["sandbox", "--dir", dir, "kafka", "shanghai", "kafka-configs", "--alter"];
    let what = ["--entity-type", "topics", "--entity-name", &estate.topic];
    estate.ok(&[&to[..], &what, &["--add-config", "retention.ms=3600000"]].concat());
    let text = estate.plan_with_changes();
    let line = text.lines().find(|line| line.contains("retention.ms"));
    let line = line.unwrap_or_else(|| panic!("the plan does not name the setting:\n{text}"));
    assert!(line.contains("3600000") && line.contains("604800000"), "{line}");
    estate.ok(&["apply", "-auto-approve"]);
    estate.assert_settled();
}
