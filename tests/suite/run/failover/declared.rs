//! The estate of these stories, under either roles and with any fence.

use super::super::sample::address;
use leeward::config::{Inputs, load};
use leeward::estate::{Estate, Side};
use std::collections::BTreeMap;

const ESTATE: &str = r#"
cluster "hangzhou" {
  bootstrap = ["hz:9092"]
  endpoint  = "hz.example.com."
}
cluster "shanghai" {
  bootstrap = ["sh:9092"]
  endpoint  = "sh.example.com."
}
connect "hangzhou" {
  url     = "http://hz:8083"
  cluster = cluster.hangzhou
}
connect "shanghai" {
  url     = "http://sh:8083"
  cluster = cluster.shanghai
}
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
  endpoints { path = "brokers.env" }
}
dns "main" {
  authorities = ["192.0.2.1:53", "192.0.2.2:53"]
  rfc2136 {
    server     = "192.0.2.1:53"
    key_name   = "leeward."
    key_secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="
  }
}
topic "orders" {
  pair               = pair.orders
  partitions         = 2
  replication_factor = 3
}
topic "payments" {
  pair               = pair.orders
  partitions         = 1
  replication_factor = 3
  config             = { "max.message.bytes" = 2000000 }
}
access "writers" {
  pair       = pair.orders
  principals = ["User:billing"]
  topics     = ["orders", "payments"]
  operations = ["WRITE"]
  on         = "active"
}
access "readers" {
  pair       = pair.orders
  principals = ["User:billing"]
  topics     = ["orders", "payments"]
  operations = ["READ"]
  on         = "both"
}
replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name, topic.payments.name]
  groups = ["billing", "archive"]
  naming = "identity"
}
dns_record "bootstrap" {
  dns    = dns.main
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNAME"
  ttl    = 30
  values = [pair.orders.active.endpoint]
}
application "billing" {
  groups = ["billing"]
  stop  { exec = ["stop"] }
  start { exec = ["start"] }
  drill { exec = ["drill"] }
}
fence "main" {
  pair = pair.orders
  FENCE
}
failover_policy "orders" {
  pair         = pair.orders
  applications = [application.billing]
  fence        = fence.main
  approve "cutover" {}
}
"#;

/// How the old side is kept from taking writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Access,
    MaxMessageBytes,
    Hook,
    None,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Access, Self::MaxMessageBytes, Self::Hook, Self::None];

    const fn text(self) -> &'static str {
        match self {
            Self::Access => "method = \"access\"",
            Self::MaxMessageBytes => "method = \"max_message_bytes\"",
            Self::Hook => "exec = [\"fence\"]",
            Self::None => "method = \"none\"",
        }
    }
}

/// The estate with this fence, while this side is active.
pub fn declared(fence: Kind, active: Side) -> Estate {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.hcl"), ESTATE.replace("FENCE", fence.text())).unwrap();
    let actives = BTreeMap::from([(address("pair.orders"), active)]);
    load(folder.path(), &Inputs { actives, ..Inputs::default() }).unwrap().estate
}
