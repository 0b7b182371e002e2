//! What somebody changed by hand is shown and put right.

use super::estate::{Estate, lines};
use super::hand::{Hand, alias, point, until};
use super::sandbox;

const TOPICS: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 2
  replication_factor = 1
  config             = { "retention.ms" = 3600000 }
  on_remove          = "delete"
}
"#;

const FLOW: &str = r#"
replication "flow-TAG" {
  pair   = pair.main
  topics = [topic.orders.name]
  groups = ["billing-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
  }
}
"#;

const RECORD: &str = r#"
dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "drift-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}
"#;

#[test]
fn a_setting_and_a_name_that_were_changed_are_put_right() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &[TOPICS, RECORD].concat());
    estate.apply();
    let hand = Hand::on(&sandbox, "shanghai");
    let (topic, name) = (estate.tagged("orders-TAG"), estate.tagged("drift-TAG.example.test."));
    hand.set(&topic, "retention.ms", "1000");
    point(&sandbox, &name, "elsewhere.example.test.");
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    insta::assert_snapshot!(estate.untagged(&lines(&plan, " → ")), @"
    leeward will change 2 things on 1 cluster and 1 DNS service. Active side: main → primary (hzTAG).
    config.retention.ms   1000 (1s) → 3600000 (1h)
    values   elsewhere.example.test. → kafka-hangzhou.example.test.
    ttl      9 (9s) → 5 (5s)
    → declare a replication for the pair
    → declare a failover_policy for it
    ");
    insta::assert_snapshot!(lines(&plan, "Plan:").split("   ").next().unwrap(), @"Plan: 0 to add, 2 to change, 0 to destroy.");
    estate.apply();
    assert_eq!(hand.setting(&topic, "retention.ms"), "3600000");
    until("the name", || alias(&sandbox, &name), |seen| *seen == ["kafka-hangzhou.example.test."]);
    estate.ok(&["destroy", "-auto-approve"]);
}

/// A topic that is gone is made again; one that was made anew is told from the one that leeward made.
#[test]
fn a_topic_that_was_deleted_or_made_anew_is_told() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    estate.apply();
    let topic = estate.tagged("orders-TAG");
    let (primary, standby) = (Hand::on(&sandbox, "hangzhou"), Hand::on(&sandbox, "shanghai"));
    standby.delete_topic(&topic);
    primary.delete_topic(&topic);
    primary.make_topic(&topic, 2, &[("retention.ms", "3600000")]);
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    insta::assert_snapshot!(estate.untagged(&lines(&plan, "# ")), @"
    # it was deleted outside of leeward
    # someone deleted it and made it anew: what it held before is gone; it is as declared
    ");
    insta::assert_snapshot!(lines(&plan, "Plan:").split("   ").next().unwrap(), @"Plan: 1 to add, 0 to change, 0 to destroy, 1 to adopt.");
    estate.apply();
    assert_eq!(standby.partitions(&topic), Some(2));
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn connectors_that_were_paused_deleted_or_changed_are_put_right() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &[TOPICS, FLOW].concat());
    estate.apply();
    let hand = Hand::on(&sandbox, "shanghai");
    let name = |part: &str| estate.tagged(&format!("flow-TAG-hzTAG-shTAG-{part}"));
    hand.connector("PUT", &name("source"), "/pause");
    hand.connector("DELETE", &name("checkpoint"), "");
    until("paused", || hand.states(&name("source")), |seen| seen.iter().all(|state| state == "PAUSED"));
    until("deleted", || hand.states(&name("checkpoint")), Vec::is_empty);
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    insta::assert_snapshot!(estate.untagged(&lines(&plan, "→")), @"
    leeward will change 1 thing on 1 Connect cluster. Active side: main → primary (hzTAG).
    state   paused → running
    → declare a failover_policy for it
    ");
    let checkpoint = estate.untagged(&name("checkpoint"));
    insta::assert_snapshot!(lines(&estate.untagged(&plan), &checkpoint), @"connector flow-TAG-hzTAG-shTAG-checkpoint on shTAG (standby)");
    estate.apply();
    for part in ["source", "checkpoint"] {
        until(
            part,
            || hand.states(&name(part)),
            |seen| !seen.is_empty() && seen.iter().all(|s| s == "RUNNING"),
        );
    }
    estate.ok(&["destroy", "-auto-approve"]);
    assert!(hand.states(&name("source")).is_empty());
}
