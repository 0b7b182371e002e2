//! LW1103: replications that carry no positions.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1103",
    title: "replication carries no consumer group",
    severity: Severity::Info,
    what: "A replication has no groups.",
    why: "The records cross, and no consumer's position does: after a failover every group starts at \
          auto.offset.reset.",
    source: "MirrorCheckpointConnector (KIP-382)",
    fix: "Name the groups that consume the topics. If all consumers keep their positions elsewhere, ignore this.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing", "fulfilment"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let without = view.flows.iter().filter(|flow| flow.replication.groups.is_empty());
    without
        .map(|flow| {
            let message = "it carries no consumer group: all of them would start over after a failover";
            Note::at(flow.declared, message).help("name the groups that consume its topics")
        })
        .collect()
}
