//! LW1705: a group is read with on the standby already.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1705",
    title: "a group is read with on the standby already",
    severity: Severity::Warning,
    what: "A group that a replication follows has members on the standby.",
    why: "Kafka lets nobody set the positions of a group that is in use, so that it can't be brought to where it stands on the active side. What its consumers commit on the standby is no position of the active side either.",
    source: "OffsetCommit answers UNKNOWN_MEMBER_ID while a group has members",
    fix: "Stop its consumers on the standby, or leave the group out with -group.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
