//! What is applied is seen: a plan right after an apply finds nothing to do, however many topics there are.

use super::estate::{Estate, said};
use super::sandbox;

const TOPICS: &str = r#"
variable "partitions" { type = number }
variable "retention" { type = number }

topic "many" {
  count              = 1000
  cluster            = cluster.hzTAG
  name               = "many-TAG-${count.index}"
  partitions         = var.partitions
  replication_factor = 1
  config             = { "retention.ms" = var.retention }
  on_remove          = "delete"
}
"#;

fn vars(estate: &Estate, partitions: u32, retention: u32) {
    let text = format!("partitions = {partitions}\nretention = {retention}\n");
    estate.write("many.vars.hcl", &text);
}

#[test]
fn a_thousand_topics_are_seen_at_once() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    vars(&estate, 1, 3_600_000);
    let applied = estate.apply();
    assert!(applied.contains("1000 added") || applied.contains("1,000 added"), "{applied}");

    vars(&estate, 1, 7_200_000);
    let (code, planned) = estate.plan();
    assert_eq!(code, 2, "{planned}");
    estate.apply();

    vars(&estate, 2, 7_200_000);
    estate.apply();

    let destroyed = estate.leeward(&["destroy", "-auto-approve"]);
    assert!(destroyed.status.success(), "{}", said(&destroyed));
    let (code, planned) = estate.plan();
    assert_eq!(code, 2, "all of them are gone: {planned}");
    assert!(planned.contains("1000 to add") || planned.contains("1,000 to add"), "{planned}");
}
