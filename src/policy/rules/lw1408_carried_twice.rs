//! LW1408: topics that two replications carry in one direction.

use crate::plan::Severity;
use crate::policy::carried::Carried;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1408",
    title: "two replications carry the same topic",
    severity: Severity::Error,
    what: "Two replications from one cluster to another cover the same topic.",
    why: "Every record arrives twice, and the two connectors' offset syncs contradict each other, so that no position of \
          that topic can be translated.",
    source: "MirrorSourceConnector: connectors know nothing of each other (KIP-382)",
    fix: "Take the topic out of one of them, with topics_exclude where a pattern covers it.",
    example: r#"replication "rest" {
  pair           = pair.orders
  topics         = [".*"]
  topics_exclude = [topic.orders.name] # carried by replication.orders
  groups         = ["reports"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let carried = Carried::of(&view.flows);
    let mut notes = Vec::new();
    let mut told = std::collections::BTreeSet::new();
    for (index, flow) in view.flows.iter().enumerate() {
        for (other, name) in carried.shared_with(index, (flow.source, flow.target)) {
            if !told.insert((index.min(other), index.max(other))) {
                continue;
            }
            let twin = &view.flows[other].declared.address;
            let message = format!("{twin} carries {name} as well: its records would arrive twice");
            notes.push(Note::at(flow.declared, message).help("take it out of one of the two"));
        }
    }
    notes
}
