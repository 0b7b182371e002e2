//! LW1406: replications that nothing can run.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1406",
    title: "no Connect is attached to the standby",
    severity: Severity::Error,
    what: "A replication's standby cluster has no connect block that names it.",
    why: "The records are carried by connectors on a Connect cluster near the standby. Without one, leeward has nowhere to \
          put them, and nothing is replicated.",
    source: "A source connector writes to the cluster that its worker is attached to (KIP-382)",
    fix: "Declare a connect for the standby cluster.",
    example: r#"connect "shanghai" {
  url     = "http://connect-sh.internal:8083"
  cluster = cluster.shanghai
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let without = view.flows.iter().filter(|flow| !view.connects.contains_key(flow.target));
    without
        .map(|flow| {
            let message =
                format!("no Connect is attached to {}, its standby: nothing carries it", flow.target.name);
            Note::at(flow.declared, message).help(format!("declare a connect with cluster = {}", flow.target))
        })
        .collect()
}
