//! LW1104: an application's groups that no replication carries.

use crate::estate::{Address, Application, FailoverPolicy, Resource};
use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "LW1104",
    title: "application's group is carried by no replication",
    severity: Severity::Warning,
    what: "A failover policy moves an application, and one of the application's groups is covered by no replication of \
           the pair.",
    why: "The application is stopped, moved and started, and starts over: its group has no position on the new side.",
    source: "MirrorCheckpointConnector: only groups that its filter covers are translated (KIP-382)",
    fix: "Add the group to the replication's groups.",
    example: r#"application "billing" {
  groups = ["billing"]
}

replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = application.billing.groups
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut flows: BTreeMap<&Address, Vec<&Flow<'_>>> = BTreeMap::new();
    for flow in &view.flows {
        flows.entry(&flow.replication.pair).or_default().push(flow);
    }
    let of_policy = |policy: &FailoverPolicy| {
        let pair = policy.pair()?;
        Some(notes(view, policy, pair, flows.get(pair)?))
    };
    view.policies().filter_map(|(_, policy)| of_policy(policy)).flatten().collect()
}

fn notes(view: &View<'_>, policy: &FailoverPolicy, pair: &Address, flows: &[&Flow<'_>]) -> Vec<Note> {
    let mut notes = Vec::new();
    for declared in policy.applications.iter().filter_map(|address| view.estate.resources.get(address)) {
        let Resource::Application(Application { groups, .. }) = &declared.resource else { continue };
        let left = groups.iter().filter(|group| !flows.iter().any(|flow| flow.groups.covers(group)));
        notes.extend(left.map(|group| {
            let message = format!("no replication of {pair} carries its group {group}");
            Note::at(declared, message).help("add it to the groups of the replication")
        }));
    }
    notes
}
