//! What exists already is owned from an apply on: as it is, or changed to what is declared.

use super::estate::{Estate, lines};
use super::hand::{Hand, alias, point};
use super::sandbox;

#[test]
fn what_exists_already_is_adopted_and_changed_where_it_differs() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let hand = Hand::on(&sandbox, "hangzhou");
    let [same, other] = ["same-TAG", "other-TAG"].map(|name| estate.tagged(name));
    hand.make_topic(&same, 2, &[("retention.ms", "3600000"), ("max.message.bytes", "5000")]);
    hand.make_topic(&other, 2, &[("retention.ms", "1000")]);
    let name = estate.tagged("adopted-TAG.example.test.");
    point(&sandbox, &name, "elsewhere.example.test.");
    estate.write(
        "main.hcl",
        r#"
topic "all" {
  for_each           = toset(["same", "other"])
  cluster            = cluster.hzTAG
  name               = "${each.key}-TAG"
  partitions         = 3 - (each.key == "same" ? 1 : 0)
  replication_factor = 1
  config             = { "retention.ms" = 3600000 }
  on_remove          = "delete"
}

dns_record "name" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "adopted-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 9
  values = [pair.main.active.endpoint]
}
"#,
    );
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    let head = plan.split("Findings").next().unwrap();
    insta::assert_snapshot!(estate.untagged(head), @r#"
    leeward will change 3 things on 1 cluster and 1 DNS service. Active side: main → primary (hzTAG).

      = topic.all["other"] (other-TAG) on hzTAG
          # it exists already, and leeward does not own it yet
          partitions            2 → 3   # records with a key go to other partitions from here on
          config.retention.ms   1000 (1s) → 3600000 (1h)

      = topic.all["same"] (same-TAG) on hzTAG
          # it exists already, and leeward does not own it yet; it is as declared

      = dns_record.name  adopted-TAG.example.test. CNAME
          # it exists already, and leeward does not own it yet
          values   elsewhere.example.test. → kafka-hangzhou.example.test.
    "#);
    estate.apply();
    assert_eq!(hand.partitions(&other), Some(3));
    assert_eq!(hand.setting(&other, "retention.ms"), "3600000");
    // What is not declared is nobody's business.
    assert_eq!(hand.setting(&same, "max.message.bytes"), "5000");
    assert_eq!(alias(&sandbox, &name), ["kafka-hangzhou.example.test."]);
    let owned = estate.ok(&["state", "list"]);
    assert_eq!(lines(&owned, "topic.all"), "topic.all[\"other\"]\ntopic.all[\"same\"]");
    estate.ok(&["destroy", "-auto-approve"]);
    assert_eq!(hand.partitions(&same), None);
}
