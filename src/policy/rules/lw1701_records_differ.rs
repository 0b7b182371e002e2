//! LW1701: a record on the standby is not the one of the active side.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1701",
    title: "a record on the standby is not the one of the active side",
    severity: Severity::Error,
    what: "Translating where groups stand, leeward reads records of both sides. One on the standby stands where another one should, or has no original.",
    why: "Somebody else writes to the mirrored topic, or something changes records on their way. Offsets of the two sides can't be told from one another then, and a group that was set by them may skip records.",
    source: "MirrorSourceTask writes each record as it read it (KIP-382)",
    fix: "Find out who writes there: both records are shown by offset, time, sizes and digest, and with -show-payload as they are. If the connector has transforms, leeward does not compare.",
    example: r#"access "orders_writers" {
  pair       = pair.orders
  principals = ["User:orders-app"]
  topics     = ["orders"]
  operations = ["WRITE"]
  on         = "active" # nobody but the mirror writes on the standby
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
