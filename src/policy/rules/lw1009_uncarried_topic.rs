//! LW1009: topics of a pair that stay behind.

use crate::estate::Address;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::{counted, listed};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1009",
    title: "topic of a pair is carried by no replication",
    severity: Severity::Warning,
    what: "A topic is declared for a pair, and no replication of that pair covers it.",
    why: "It stands on both sides, so that everything looks protected, and its records stay on one. After a failover \
          clients find it empty.",
    source: "leeward: a topic of a pair is made on both clusters whether or not it is mirrored",
    fix: "Add it to a replication, or declare it for one cluster instead of the pair.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name, topic.refunds.name]
  groups = ["billing"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let replicated: BTreeSet<&Address> = view.flows.iter().map(|flow| &flow.replication.pair).collect();
    let carried: BTreeSet<&Address> =
        view.flows.iter().flat_map(|flow| flow.topics.iter().map(|topic| &topic.declared.address)).collect();
    let mut notes = Vec::new();
    for (address, topics) in &view.topics {
        let left = || topics.values().filter(|topic| !carried.contains(&topic.declared.address));
        if replicated.contains(address) {
            notes.extend(left().map(|topic| {
                let message = format!("no replication of {address} carries {}", topic.topic.name);
                Note::at(topic.declared, message).help("add it to the topics of a replication")
            }));
        } else if let Some(pair) = view.estate.resources.get(*address) {
            let names = listed(topics.keys().copied());
            let message = format!("nothing replicates its {}: {names}", counted(topics.len(), "topic"));
            notes.push(Note::at(pair, message).help("declare a replication for the pair"));
        }
    }
    notes
}
