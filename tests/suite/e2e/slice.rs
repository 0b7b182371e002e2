//! The thin slice through every layer: a pair, a topic, a flow, a name, and a record that crosses.

use super::estate::Estate;
use super::{leeward_ok, sandbox};

const ESTATE: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 2
  replication_factor = 1
  config             = { "retention.ms" = 604800000 }
}

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

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "kafka-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.main.active.endpoint]
}
"#;

#[test]
fn an_estate_becomes_real_and_a_record_crosses() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    assert!(estate.ok(&["validate"]).contains("valid"));

    let (code, planned) = estate.plan();
    assert_eq!(code, 2, "{planned}");
    for line in ["+ topic.orders", "+ replication.flow-", "+ dns_record.bootstrap"] {
        assert!(planned.contains(line), "{line} in\n{planned}");
    }
    estate.apply();

    let dir = sandbox.dir().to_str().unwrap();
    let topic = estate.tagged("orders-TAG");
    let on = |verb: &str, cluster: &str, rest: &[&str]| {
        let arguments = ["sandbox", "--dir", dir, verb, "--cluster", cluster, "--topic", &topic];
        leeward_ok(estate.path(), &[&arguments[..], rest].concat())
    };
    on("produce", "hangzhou", &["--count", "5", "--prefix", "order"]);
    let crossed = on("consume", "shanghai", &["--count", "5", "--timeout", "30s"]);
    for number in 1..=5 {
        assert!(crossed.contains(&format!("order-{number}")), "{crossed}");
    }

    let gone = estate.ok(&["destroy", "-auto-approve"]);
    assert!(gone.contains("Destroy complete"), "{gone}");
    let state: serde_json::Value = serde_json::from_str(&estate.ok(&["show", "-json"])).unwrap();
    assert_eq!(state["resources"], serde_json::json!({}));
}
