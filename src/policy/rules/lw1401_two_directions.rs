//! LW1401: mirroring in a circle.

use crate::estate::{Address, ConnectorState, Mirror, ObjectId, Selection, Task};
use crate::plan::{Action, Severity};
use crate::policy::carried::Carried;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1401",
    title: "two directions at once under the identity policy",
    severity: Severity::Error,
    what: "A topic is mirrored from one cluster to another and back under the identity policy: by two replications, or by \
           a replication and a running connector that someone else made.",
    why: "The identity policy has no protection against circles. Every record is copied back and forth for ever, until a \
          disk is full.",
    source: "IdentityReplicationPolicy, whose own documentation warns of it (KAFKA-9726)",
    fix: "Declare one replication for one pair: a failover turns it round. Stop the foreign connector.",
    example: r#"replication "orders" { # and none from shanghai to hangzhou
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  naming = "identity"
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = declared(view);
    notes.extend(foreign(view));
    notes
}

/// Two replications of the estate.
fn declared(view: &View<'_>) -> Vec<Note> {
    let carried = Carried::of(&view.flows);
    let mut told = BTreeSet::new();
    let mut notes = Vec::new();
    for (index, flow) in view.flows.iter().enumerate().filter(|(_, flow)| flow.is_identity()) {
        for (other, name) in carried.shared_with(index, (flow.target, flow.source)) {
            let reverse = &view.flows[other];
            if reverse.is_identity() && told.insert((index.min(other), index.max(other))) {
                let message = format!(
                    "it mirrors {name} from {} to {}, and {} mirrors it back: records would circle for ever",
                    flow.source.name, flow.target.name, reverse.declared.address
                );
                notes.push(
                    Note::at(flow.declared, message)
                        .help("declare one of the two; a failover turns it round"),
                );
            }
        }
    }
    notes
}

/// A replication of the estate and a connector of someone else's.
fn foreign(view: &View<'_>) -> Vec<Note> {
    let ended = ended(view);
    let mut notes = Vec::new();
    for (connect, _) in view.estate.connects() {
        let mirrors = view.observed.connect(connect).into_iter().flat_map(|facts| &facts.mirrors);
        for (name, mirror) in mirrors.filter(|(_, mirror)| mirror.identity && mirror.active) {
            if ended.contains(&ObjectId::connector(connect, name)) {
                continue;
            }
            let back = |flow: &&Flow<'_>| {
                flow.is_identity() && mirror.source == flow.target.name && mirror.target == flow.source.name
            };
            let reversed = view.flows.iter().filter(back);
            notes.extend(reversed.filter_map(|flow| foreign_note(flow, connect, name, mirror)));
        }
    }
    notes
}

fn foreign_note(flow: &Flow<'_>, connect: &Address, name: &str, mirror: &Mirror) -> Option<Note> {
    let theirs = Selection::of_list(&mirror.topics);
    let same_pattern = || {
        let listed: BTreeSet<&str> = mirror.topics.split(',').map(str::trim).collect();
        flow.replication.topics.iter().map(|selector| selector.0.as_str()).find(|text| listed.contains(text))
    };
    let shared = (flow.asked().map(|(_, topic)| topic).find(|topic| theirs.covers(topic)))
        .or_else(|| theirs.names().iter().map(String::as_str).find(|topic| flow.selects(topic)))
        .or_else(same_pattern)?;
    let message = format!(
        "connector {name} on {} mirrors {shared} back from {} to {}: records would circle for ever",
        connect.name, mirror.source, mirror.target
    );
    Some(Note::at(flow.declared, message).help(format!("stop or delete connector {name} first")))
}

/// Connectors that this plan deletes or stops.
fn ended<'a>(view: &View<'a>) -> BTreeSet<&'a ObjectId> {
    let ends = view.plan.steps.iter().filter_map(|step| match &step.action {
        Action::Delete { .. } => step.object.as_ref(),
        Action::Task(Task::SetConnectorState { connector, state: ConnectorState::Stopped }) => {
            Some(connector)
        }
        _ => None,
    });
    ends.collect()
}
