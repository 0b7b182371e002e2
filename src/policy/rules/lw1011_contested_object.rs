//! LW1011: two blocks for one thing.

use crate::estate::{Address, contested};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1011",
    title: "two blocks stand for the same thing",
    severity: Severity::Error,
    what: "Two blocks declare the same topic on the same cluster, the same record of a zone, or replications between the \
           same clusters whose connectors have the same names: those of two modules, or of two keys of for_each.",
    why: "Only one of them can have its way. leeward takes the one whose address comes first, and what the other one says \
          would silently not be done.",
    source: "leeward: an object in the world belongs to one resource of the state",
    fix: "Take one of them out, or give the replication's block another label: connectors are called by it.",
    example: r#"replication "payments" { # not a second one called orders
  pair   = pair.orders
  topics = ["payments\\..*"]
  groups = ["settlement"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut told: BTreeSet<(Address, Address)> = BTreeSet::new();
    let mut notes = Vec::new();
    for object in contested(view.estate) {
        let message =
            format!("{} is {} already; what this block says of it is lost", object.id, object.first);
        if let Some(declared) = view.estate.resources.get(&object.other)
            && told.insert((object.first, object.other))
        {
            notes.push(Note::at(declared, message).help("take one of the two out, or rename it"));
        }
    }
    notes
}
