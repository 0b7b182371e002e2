//! LW1502: writers that may write into the copy.

use crate::estate::{Access, Home, Role};
use crate::plan::Severity;
use crate::policy::grants::gives_write;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::listed;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1502",
    title: "writers may write to the standby",
    severity: Severity::Warning,
    what: "An access of a replicated pair gives WRITE on the standby: on = \"both\", which is the default, or \"standby\". \
           The replication's own user is not meant.",
    why: "Nothing else keeps clients out of a mirrored topic. One producer that still has the old address writes between \
          the copied records, where no offset can be translated any more; and in a failover these grants stay on the old \
          side, so that they fence nobody.",
    source: "MirrorMaker does not make its target read-only (KIP-382)",
    fix: "Give WRITE with on = \"active\", and READ with on = \"both\" in an access of its own.",
    example: r#"access "orders_writers" {
  pair       = pair.orders
  on         = "active" # not "both"
  principals = ["User:orders-app"]
  topics     = [topic.orders.name]
  operations = ["WRITE"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let replicated: BTreeSet<_> = view.flows.iter().map(|flow| &flow.replication.pair).collect();
    let mut notes = Vec::new();
    for (declared, access) in &view.accesses {
        let Home::Pair(pair) = &access.home else { continue };
        if replicated.contains(pair) && access.on.includes(Role::Standby) {
            let writers = writers(view, access);
            if !writers.is_empty() {
                let message = format!("{} may write to the standby of {pair}", listed(writers));
                notes.push(Note::at(declared, message).help("give WRITE with on = \"active\""));
            }
        }
    }
    notes
}

/// Principals with WRITE on topics, but for those that the clusters themselves are reached as.
fn writers<'a>(view: &View<'a>, access: &'a Access) -> BTreeSet<&'a str> {
    let own: BTreeSet<String> = (view.estate.clusters())
        .filter_map(|(_, cluster)| Some(format!("User:{}", cluster.security.sasl.as_ref()?.username)))
        .collect();
    let bindings = access
        .bindings
        .iter()
        .filter(|binding| gives_write(binding))
        .map(|binding| binding.principal.as_str());
    bindings.filter(|principal| !own.contains(*principal)).collect()
}
