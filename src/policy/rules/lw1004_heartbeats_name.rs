//! LW1004: names that the identity policy renames after all.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1004",
    title: "topic name ends with heartbeats under the identity policy",
    severity: Severity::Error,
    what: "A replication with naming = \"identity\" is asked to carry a topic whose name ends with heartbeats.",
    why: "The identity policy keeps every name but those of heartbeats, and knows these only by how they end: \
          app-heartbeats arrives as hangzhou.app-heartbeats. The topic that clients look for on the standby stays empty.",
    source: "IdentityReplicationPolicy.looksLikeHeartbeat in Kafka's connect/mirror-client (KAFKA-9726)",
    fix: "Give the topic another name, or leave it out of the replication.",
    example: r#"topic "beats" {
  pair               = pair.orders
  name               = "app-heartbeats-v1" # not app-heartbeats
  partitions         = 1
  replication_factor = 3
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let identity = view.flows.iter().filter(|flow| flow.is_identity());
    let asked = identity.flat_map(|flow| flow.asked().map(move |(at, name)| (flow, at, name)));
    asked
        .filter(|(_, _, name)| name.ends_with("heartbeats"))
        .map(|(flow, at, name)| {
            let message = format!(
                "{name} would arrive on {} as {}.{name}: the identity policy takes it for heartbeats",
                flow.target.name, flow.source.name
            );
            Note::at(at, message).help("rename it: a name must not end with heartbeats")
        })
        .collect()
}
