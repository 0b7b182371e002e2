//! LW1407: replications that can't turn round.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1407",
    title: "no Connect is attached to the active side",
    severity: Severity::Warning,
    what: "A replication's active cluster has no connect block that names it.",
    why: "After a failover the flow turns round, and its connectors belong on a Connect near the cluster that is then the \
          standby: this one. Until then the heartbeats have to be written across the distance, so that a slow line looks \
          like a dead one.",
    source: "MirrorHeartbeatTask writes to the cluster of its own worker (MirrorMakerConfig, KIP-382)",
    fix: "Declare a connect for the active cluster too.",
    example: r#"connect "hangzhou" {
  url     = "http://connect-hz.internal:8083"
  cluster = cluster.hangzhou
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let without = view.flows.iter().filter(|flow| !view.connects.contains_key(flow.source));
    without
        .map(|flow| {
            let message = format!(
                "no Connect is attached to {}: the flow can't turn round after a failover",
                flow.source.name
            );
            Note::at(flow.declared, message).help(format!("declare a connect with cluster = {}", flow.source))
        })
        .collect()
}
