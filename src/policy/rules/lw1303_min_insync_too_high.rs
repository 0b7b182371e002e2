//! LW1303: minimum in-sync replicas that leave no room for a broker to fail.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::{Placed, View};
use std::cmp::Ordering;

pub(super) static RULE: Rule = Rule {
    code: "LW1303",
    title: "min.insync.replicas leaves no room for a broker to fail",
    severity: Severity::Warning,
    what: "A topic's min.insync.replicas is as high as its replication factor, or higher.",
    why: "As high: the first broker that fails, or is restarted, stops every producer with acks=all. Higher: Kafka takes \
          the number of replicas as the minimum, so that it means the same, and is not the fence that it looks like.",
    source: "Partition.effectiveMinIsr in Kafka's core; seen on Kafka 4.3.1",
    fix: "With replication factor 3 take 2.",
    example: r#"topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3
  config             = { "min.insync.replicas" = 2 }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.placed_topics().filter_map(|topic| note(&topic)).collect()
}

fn note(topic: &Placed<'_>) -> Option<Note> {
    let minimum: i64 = topic.setting("min.insync.replicas")?.trim().parse().ok()?;
    let factor = i64::from(topic.replication_factor);
    let message = match minimum.cmp(&factor) {
        Ordering::Less => return None,
        // One replica that has to be there is all that one replica can promise; LW1304 speaks of that.
        Ordering::Equal if factor == 1 => return None,
        Ordering::Equal => format!(
            "min.insync.replicas {minimum} of {factor} replicas on {}: no broker may fail",
            topic.on()
        ),
        Ordering::Greater => {
            format!(
                "min.insync.replicas {minimum} is more than the {factor} replicas on {}: it counts as {factor}",
                topic.on()
            )
        }
    };
    Some(Note::at(topic.declared, message).help("take one less than the replication factor"))
}
