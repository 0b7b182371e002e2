//! LW1601: pairs that nobody has said how to fail over.

use crate::estate::Address;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1601",
    title: "pair has no failover policy",
    severity: Severity::Info,
    what: "No failover_policy names the pair.",
    why: "How fast it has to be, what may be lost, which applications are stopped and started and who has to agree would be \
          thought of in the worst hour of the year.",
    source: "leeward: a failover takes its guards, approvals and objectives from the policy",
    fix: "Declare a failover_policy for it.",
    example: r#"failover_policy "orders" {
  pair         = pair.orders
  applications = [application.billing]
  rpo          = "30s"
  rto          = "5m"
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let named: BTreeSet<&Address> = view.policies().filter_map(|(_, policy)| policy.pair()).collect();
    let without = view.pairs().filter(|(declared, _)| !named.contains(&declared.address));
    without
        .map(|(declared, _)| {
            let message = "it has no failover policy: objectives, guards and approvals are not known";
            Note::at(declared, message).help("declare a failover_policy for it")
        })
        .collect()
}
