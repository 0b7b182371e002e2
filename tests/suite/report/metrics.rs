//! Conditions as metrics.

use super::status::stories;
use crate::servers::promtool::promtool;
use crate::status::stage::{Stage, hangzhou, now, stands};
use leeward::estate::Resource;
use leeward::report::metrics::{FAMILIES, Readings, Type, metrics};
use leeward::status::Condition;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

fn readings() -> Readings {
    let last = Some((now() - jiff::SignedDuration::from_secs(3), Duration::from_millis(250)));
    Readings { made: 12, failed: 1, last, now: now() }
}

fn text(condition: &Condition) -> String {
    metrics(std::slice::from_ref(condition), &readings())
}

async fn story(name: &str) -> Condition {
    stories().await.into_iter().find(|(known, _)| *known == name).unwrap().1
}

fn judge(text: &str) {
    let (is_content, said) = promtool(Path::new("."), &["check", "metrics"], text);
    assert!(is_content && said.is_empty(), "{said}");
}

#[tokio::test]
async fn a_pair_that_is_well() {
    insta::assert_snapshot!(text(&story("ready").await));
}

#[tokio::test]
async fn promtool_is_content_whatever_the_condition() {
    for (_, condition) in stories().await {
        judge(&text(&condition));
    }
    judge(&metrics(&[], &Readings { made: 0, failed: 2, last: None, now: now() }));
}

#[tokio::test]
async fn what_is_not_known_has_no_sample() {
    let text = text(&story("dead active side").await);
    for absent in [
        "leeward_loss_records{",
        "leeward_loss_seconds{",
        "leeward_replication_lag",
        "leeward_loss_objective_met",
    ] {
        assert!(!text.contains(absent), "{absent} in\n{text}");
    }
    for told in [
        "leeward_pair_ready{pair=\"pair.orders\"} 0",
        "leeward_pair_obstacles{pair=\"pair.orders\",kind=\"active_silent\"} 1",
        "leeward_cluster_up{cluster=\"cluster.hangzhou\"} 0",
        "leeward_heartbeat_alive{pair=\"pair.orders\",replication=\"replication.orders\"} 0",
        "leeward_heartbeat_age_seconds{pair=\"pair.orders\",replication=\"replication.orders\"} 134",
        "leeward_estate_unread_resources 3",
    ] {
        assert!(text.contains(&format!("{told}\n")), "{told} in\n{text}");
    }
}

#[tokio::test]
async fn every_metric_is_told_in_some_condition() {
    let mut told = BTreeSet::new();
    for (_, condition) in stories().await {
        let text = text(&condition);
        told.extend(
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .map(|line| line.split(['{', ' ']).next().unwrap().to_owned()),
        );
    }
    let all: BTreeSet<String> = FAMILIES.iter().map(|family| family.name.to_owned()).collect();
    assert_eq!(told, all);
}

#[test]
fn names_follow_the_conventions() {
    for family in FAMILIES {
        assert!(family.name.starts_with("leeward_") && family.help.ends_with('.'), "{family:?}");
        assert_eq!(family.name.ends_with("_total"), family.kind == Type::Counter, "{family:?}");
    }
    let names: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
    assert_eq!(names.len(), FAMILIES.len());
}

#[tokio::test]
async fn names_from_outside_can_not_break_the_text() {
    let odd = "a\"b\\c\nleeward_pair_ready 1";
    let mut stage = Stage::new().edit(|world| {
        let active = world.clusters.get_mut(&hangzhou()).unwrap();
        active.groups.insert(odd.into(), stands(&[("orders", &[5, 5])]));
    });
    let at = crate::estate::sample::address("replication.orders");
    let Resource::Replication(flow) = &mut stage.estate.resources.get_mut(&at).unwrap().resource else {
        panic!()
    };
    flow.groups.push(leeward::estate::Selector("(?s)a.*".into()));
    let text = text(&stage.condition().await);
    assert!(text.contains(r#"group="a\"b\\c\nleeward_pair_ready 1""#), "{text}");
    judge(&text);
}

#[tokio::test]
async fn a_cluster_of_two_pairs_is_told_once() {
    let one = story("ready").await;
    let mut other = one.clone();
    other.pair = crate::estate::sample::address("pair.other");
    let text = metrics(&[one, other], &readings());
    assert_eq!(text.matches("leeward_cluster_up{cluster=\"cluster.hangzhou\"}").count(), 1);
    assert_eq!(text.matches("leeward_pair_ready{").count(), 2);
    judge(&text);
}
