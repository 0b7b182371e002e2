//! LW1101: group patterns that cover every group.

use crate::estate::Selector;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1101",
    title: "groups cover every consumer group",
    severity: Severity::Warning,
    what: "A replication's groups hold a pattern that covers every group: .* or the like.",
    why: "MirrorMaker reads and writes the positions of all groups then, those of tools and tests among them. Each costs \
          requests at every interval, and a group of the same name that lives on the standby for itself has its \
          position moved whenever it is empty.",
    source: "MirrorCheckpointConnector.findConsumerGroups, MirrorCheckpointTask.syncGroupOffset (KIP-545)",
    fix: "Name the groups that a failover has to move, or the prefix that they share.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing", "fulfilment-.*"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let wide =
        |selector: &&Selector| matches!(selector.0.trim(), ".*" | ".+" | "^.*$" | "^.+$" | "(.*)" | "(.+)");
    let mut notes = Vec::new();
    for flow in &view.flows {
        if let Some(selector) = flow.replication.groups.iter().find(wide) {
            let message = format!("{:?} covers every group on {}", selector.0, flow.source.name);
            notes.push(Note::at(flow.declared, message).help("name the groups that have to move"));
        }
    }
    notes
}
