//! LW1706: a side does not answer.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1706",
    title: "a side does not answer",
    severity: Severity::Warning,
    what: "One side of a pair can't be read while positions of groups are translated. Of the standby that is an error.",
    why: "With the active side silent, where groups stand is known from MirrorMaker's last checkpoints only, and nothing can be compared. With the standby silent nothing can be said at all.",
    source: "MirrorCheckpointTask writes a checkpoint only every emit.checkpoints.interval.seconds (KIP-382)",
    fix: "See that the cluster answers, and ask again; with the active side lost, go on with what the standby holds.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
