//! LW1003: names that MirrorMaker takes for Kafka's.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1003",
    title: "topic name begins with __ or a dot",
    severity: Severity::Error,
    what: "A replication is asked to carry a topic whose name begins with __ or with a dot.",
    why: "MirrorMaker takes such a topic for one of Kafka's own, as __consumer_offsets is, and never mirrors it. The \
          topic would stand on the standby, empty.",
    source: "ReplicationPolicy.isInternalTopic in Kafka's connect/mirror-client (KIP-382)",
    fix: "Give the topic another name, or leave it out of the replication.",
    example: r#"topic "audit" {
  pair               = pair.orders
  name               = "audit" # not __audit
  partitions         = 1
  replication_factor = 3
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let asked = view.flows.iter().flat_map(|flow| flow.asked().map(move |(at, name)| (flow, at, name)));
    asked
        .filter(|(_, _, name)| name.starts_with("__") || name.starts_with('.'))
        .map(|(flow, at, name)| {
            let message =
                format!("MirrorMaker never mirrors {name}, which {} is to carry", flow.declared.address);
            Note::at(at, message).help("rename it: a name must not begin with __ or a dot")
        })
        .collect()
}
