//! LW1704: two sources share one alias.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1704",
    title: "two sources share one alias",
    severity: Severity::Warning,
    what: "The topic of a replication's offset syncs holds syncs of topics that its source does not have; or another replication of the estate mirrors from another cluster of the same name into it, which is an error.",
    why: "MirrorMaker calls a cluster by its alias, and names its topics by it. Where two clusters have one alias, their syncs can't be told apart, and a group would be set by the offsets of another cluster.",
    source: "ReplicationPolicy.offsetSyncsTopic (KIP-690)",
    fix: "Give one of the clusters another name. Syncs of topics that were deleted are harmless.",
    example: r#"cluster "hangzhou" {
  bootstrap = ["hz:9092"]
  endpoint  = "kafka-hz.internal"
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
