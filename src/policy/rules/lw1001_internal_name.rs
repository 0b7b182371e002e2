//! LW1001: names that MirrorMaker takes for its own.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1001",
    title: "topic name ends with .internal or -internal",
    severity: Severity::Error,
    what: "A replication is asked to carry a topic whose name ends with .internal or -internal.",
    why: "MirrorMaker takes such a topic for one of its own and never mirrors it, without a word in its log or its \
          status. The topic would stand on the standby, empty, and its records would be lost in a failover.",
    source: "ReplicationPolicy.isInternalTopic in Kafka's connect/mirror-client (KIP-382)",
    fix: "Give the topic another name, or leave it out of the replication and protect it by other means.",
    example: r#"topic "billing" {
  pair               = pair.orders
  name               = "billing-private" # not billing-internal
  partitions         = 6
  replication_factor = 3
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let asked = view.flows.iter().flat_map(|flow| flow.asked().map(move |(at, name)| (flow, at, name)));
    asked
        .filter(|(_, _, name)| name.ends_with(".internal") || name.ends_with("-internal"))
        .map(|(flow, at, name)| {
            let message =
                format!("MirrorMaker never mirrors {name}, which {} is to carry", flow.declared.address);
            Note::at(at, message).help("rename it: a name must not end with .internal or -internal")
        })
        .collect()
}
