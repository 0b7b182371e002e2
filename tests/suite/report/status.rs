//! The condition of a pair as people see it: one golden for each way in which it can be.

use super::fits::faults;
use crate::estate::sample::address;
use crate::status::stage::{Stage, dead, hangzhou, now, record_set, shanghai, stands};
use leeward::estate::{ConnectorState, FailedTask, Fault, FaultKind};
use leeward::plan::{Finding, Severity};
use leeward::report::schema::schema;
use leeward::report::status::{document, line, text_in};
use leeward::state::LastDrill;
use leeward::status::{Condition, Review};
use std::collections::BTreeMap;
use std::collections::BTreeSet;

fn review() -> Review {
    Review { at: now(), changed: BTreeSet::new(), unread: BTreeSet::new(), findings: Vec::new() }
}

fn well() -> Stage {
    let mut stage = Stage::new();
    stage.review = Some(review());
    stage.edit(|world| {
        let standby = world.clusters.get_mut(&shanghai()).unwrap();
        standby
            .groups
            .insert("billing".into(), stands(&[("orders", &[1_000, 1_000]), ("payments.card", &[1_000])]));
    })
}

/// Not long ago, MirrorMaker has noted where both groups stand.
fn noted(stage: Stage) -> Stage {
    stage.crossed("billing", "orders", &[1_000, 912]).crossed("billing", "payments.card", &[1_000]).crossed(
        "fulfilment",
        "orders",
        &[900, 900],
    )
}

fn lagging() -> Stage {
    let mut stage = well()
        .end(&hangzhou(), "orders", 0, 2_204)
        .end(&hangzhou(), "orders", 1, 1_003)
        .committed("orders", &[1_000, 951])
        .beat(Some(4_200));
    let finding = Finding {
        code: "LW1204".into(),
        severity: Severity::Warning,
        address: Some(address("dns_record.bootstrap")),
        position: None,
        message: "TTL 3600 s is longer than failover_policy.orders rto 5m".into(),
        help: None,
        ignored: None,
    };
    let changed = BTreeSet::from([address("topic.orders")]);
    stage.review = Some(Review { changed, findings: vec![finding], ..review() });
    stage
}

fn dead_active() -> Stage {
    let unread = ["topic.orders", "topic.payments", "replication.orders"].map(address).into();
    let mut stage = well().beat(Some(134_000)).checkpoint("billing", "orders", 1_000, 990);
    stage.review = Some(Review { unread, ..review() });
    stage.cut("cluster.hangzhou", dead("hangzhou"))
}

fn gone_connect() -> Stage {
    let message = "no worker can be reached: http://connect-sh:8083 (Connection refused (os error 111))";
    well().cut("connect.shanghai", Fault::new(FaultKind::Unreachable, message))
}

fn failed_task() -> Stage {
    well().beat(Some(45_000)).end(&hangzhou(), "orders", 0, 1_204).connector("source", |connector| {
        let trace = "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]";
        connector.failed = vec![FailedTask { id: 0, trace: trace.into() }];
    })
}

fn differing(observed: &mut leeward::estate::Observed) {
    let set = record_set(observed);
    set.seen[0].values = Some(BTreeSet::from(["kafka-old.example.com.".to_owned()]));
    (set.seen[1].values, set.seen[1].fault) =
        (None, Some("ns2.example.com:53 does not answer (3 tries, 6 s)".into()));
}

fn uncovered() -> Stage {
    let mut stage = well().edit(|world| {
        world.clusters.get_mut(&shanghai()).unwrap().topics.remove("payments.card");
        let active = world.clusters.get_mut(&hangzhou()).unwrap();
        active.groups.insert("connect-s3-sink".into(), stands(&[("orders", &[5])]));
    });
    stage.whole = true;
    stage
}

/// Every way in which a pair can be, by name.
pub async fn stories() -> Vec<(&'static str, Condition)> {
    let stopped =
        well().end(&hangzhou(), "orders", 0, 1_250).beat(Some(9_000)).connector("source", |connector| {
            (connector.state, connector.tasks) = (ConnectorState::Stopped, 0);
        });
    let idle = well().connector("source", |connector| connector.tasks = 0);
    let mut fenced = well();
    let pair = fenced.state.pairs.get_mut(&address("pair.orders")).unwrap();
    pair.pending_fences = vec![hangzhou()];
    let mut remembered = dead_active().condition().await;
    let mut before = lagging().beat(Some(800)).condition().await;
    before.at = now() - jiff::SignedDuration::from_secs(135);
    remembered.remember(&before);
    vec![
        ("ready", noted(well()).condition().await),
        ("lagging", noted(lagging()).condition().await),
        ("dead active side", dead_active().condition().await),
        ("dead active side that was watched", remembered),
        ("heard of lately", well().cut("cluster.hangzhou", dead("hangzhou")).condition().await),
        ("dead standby", well().cut("cluster.shanghai", dead("shanghai")).condition().await),
        ("connect gone", gone_connect().condition().await),
        ("stopped connector", stopped.condition().await),
        ("idle connector", idle.condition().await),
        ("failed task", failed_task().condition().await),
        ("no heartbeats", well().beat(None).condition().await),
        ("heartbeats that ceased", well().beat(Some(600_000)).condition().await),
        ("differing names", well().condition_of(differing).await),
        ("uncovered groups", uncovered().condition().await),
        ("clock skew", well().beat(Some(-2_100)).condition().await),
        ("pending fence", fenced.condition().await),
    ]
}

#[tokio::test]
async fn each_way_has_its_screen() {
    for (name, condition) in stories().await {
        let screen = anstream::adapter::strip_str(&text_in(&[condition], 120)).to_string();
        insta::assert_snapshot!(name.replace(' ', "_"), screen);
    }
}

#[tokio::test]
async fn no_line_but_a_tables_is_wider_than_the_screen() {
    for (name, condition) in stories().await {
        let screen = anstream::adapter::strip_str(&text_in(&[condition], 80)).to_string();
        // A table is as wide as it is.
        let is_table =
            |line: &str| ["  billing", "  fulfil", "  GROUP"].iter().any(|begin| line.starts_with(begin));
        for line in screen.lines().filter(|line| !is_table(line)) {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
}

#[tokio::test]
async fn a_log_gets_a_line_for_each_reading() {
    let lines: Vec<String> = stories().await.iter().map(|(_, condition)| line(condition)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn the_json_fits_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(&schema("status").unwrap()).unwrap();
    for (name, condition) in stories().await {
        let conditions = [condition];
        let document = serde_json::to_value(document(&conditions)).unwrap();
        assert_eq!(faults(&schema, &document), Vec::<String>::new(), "{name}");
        assert_eq!(document["ready"], conditions[0].ready);
    }
}

#[tokio::test]
async fn the_json_of_a_dead_side_says_why_and_not_zero() {
    let conditions = [dead_active().condition().await];
    insta::assert_snapshot!(serde_json::to_string_pretty(&document(&conditions)).unwrap());
}

#[tokio::test]
async fn the_last_drill_is_told() {
    let told = async |passed: bool, failover, reasons: &[&str]| {
        let mut stage = well();
        let last = LastDrill {
            at: now() - jiff::SignedDuration::from_hours(26),
            took: 34,
            passed,
            run: "7f3a".into(),
            failover,
            reasons: reasons.iter().map(ToString::to_string).collect(),
            replications: BTreeMap::new(),
        };
        stage.state.pairs.entry(address("pair.orders")).or_default().last_drill = Some(last);
        let condition = stage.condition().await;
        let schema = serde_json::from_str(&schema("status").unwrap()).unwrap();
        let document = serde_json::to_value(document(std::slice::from_ref(&condition))).unwrap();
        assert_eq!(faults(&schema, &document), Vec::<String>::new());
        let text = anstream::adapter::strip_str(&text_in(&[condition], 120)).to_string();
        text.lines().find(|line| line.contains("drill")).unwrap().trim().to_owned()
    };
    let passed = told(true, Some(9), &[]).await;
    assert!(passed.starts_with("drill") && passed.contains("✓ passed"), "{passed}");
    assert!(passed.ends_with("ago in 34 s; a failover is foretold to take 9 s"), "{passed}");
    let failed = told(false, None, &["connector gone", "another"]).await;
    assert!(failed.contains("! did not pass") && failed.ends_with("ago: connector gone"), "{failed}");
}
