//! The alerts and the dashboard: Prometheus' judge is content, and they use what the exporter tells.

use crate::servers::promtool::promtool;
use leeward::report::metrics::FAMILIES;
use leeward::status::ObstacleKind;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/monitoring")
}

fn file(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn told() -> BTreeSet<&'static str> {
    FAMILIES.iter().map(|family| family.name).collect()
}

#[test]
fn promtool_is_content_with_the_rules_and_their_tests() {
    for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]] {
        let (is_content, said) = promtool(&folder(), &arguments, "");
        assert!(is_content && said.contains("SUCCESS"), "{arguments:?}: {said}");
    }
}

#[test]
fn every_metric_that_is_used_is_told() {
    let metric = Regex::new(r"\bleeward_[a-z_]+").unwrap();
    let told = told();
    for name in ["alerts.yml", "alerts.test.yml", "dashboard.json"] {
        let text = file(name);
        let used: BTreeSet<&str> = metric.find_iter(&text).map(|found| found.as_str()).collect();
        assert!(used.len() > 5, "{name}: {used:?}");
        let unknown: Vec<&&str> = used.difference(&told).collect();
        assert!(unknown.is_empty(), "{name} uses {unknown:?}");
    }
}

#[test]
fn every_kind_of_obstacle_that_is_named_is_one() {
    let kind = Regex::new(r#"kind="([a-z_]+)""#).unwrap();
    let kinds: BTreeSet<&str> = ObstacleKind::ALL.iter().map(|kind| kind.as_str()).collect();
    for found in kind.captures_iter(&file("alerts.yml")) {
        assert!(kinds.contains(&found[1]), "{}", &found[1]);
    }
}

#[test]
fn every_alert_says_what_to_do_and_whom_to_wake() {
    let rules: Value = serde_saphyr::from_str(&file("alerts.yml")).unwrap();
    for rule in rules["groups"][0]["rules"].as_array().unwrap() {
        let name = rule["alert"].as_str().unwrap();
        assert!(name.starts_with("Leeward"), "{name}");
        assert!(matches!(rule["labels"]["severity"].as_str(), Some("critical" | "warning")), "{name}");
        assert!(rule["annotations"]["summary"].is_string(), "{name}");
    }
}

#[test]
fn the_dashboards_panels_lie_beside_each_other() {
    let dashboard: Value = serde_json::from_str(&file("dashboard.json")).unwrap();
    let mut taken = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{title}");
        let at = |field: &str| panel["gridPos"][field].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{title}");
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "{title} lies over another panel");
            }
        }
    }
}

/// The page names each metric once, and none that is not there.
#[test]
fn the_page_describes_every_metric() {
    let page = std::fs::read_to_string(folder().join("../../docs/status.md")).unwrap();
    let row = Regex::new(r"(?m)^\| `(leeward_[a-z_]+)` \|").unwrap();
    let described: Vec<&str> = row.captures_iter(&page).map(|found| found.get(1).unwrap().as_str()).collect();
    let names: BTreeSet<&str> = described.iter().copied().collect();
    assert_eq!(names.len(), described.len());
    assert_eq!(names, told());
    for kind in ObstacleKind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.as_str())), "{}", kind.as_str());
    }
}
