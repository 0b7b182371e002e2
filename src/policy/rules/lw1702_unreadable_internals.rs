//! LW1702: a topic of MirrorMaker's holds records that can't be read.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1702",
    title: "a topic of MirrorMaker's holds records that can't be read",
    severity: Severity::Warning,
    what: "The topic of the offset syncs or of the checkpoints holds records that are not of MirrorMaker's format. They are counted and left out.",
    why: "Somebody else writes there. What MirrorMaker wrote is still used, so that answers stay true, but they may rewind farther than they would have to.",
    source: "OffsetSync and Checkpoint in Kafka's connect/mirror (KIP-382)",
    fix: "Find out who writes to the topic, and take the right to do so away.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
