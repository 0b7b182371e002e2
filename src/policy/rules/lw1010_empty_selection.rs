//! LW1010: replications that carry nothing.

use crate::estate::is_internal;
use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1010",
    title: "replication covers no topic at all",
    severity: Severity::Warning,
    what: "A replication's selectors cover neither a declared topic of its pair nor a topic that is on the active side.",
    why: "The connector would carry nothing but heartbeats. Connect shows it as RUNNING all the same.",
    source: "MirrorSourceConnector.shouldReplicateTopic: a filter that matches nothing is no error",
    fix: "Correct the selectors. A pattern is matched against the whole name, so payments covers payments only.",
    example: r#"replication "payments" {
  pair   = pair.orders
  topics = ["payments\\..*"]
  groups = ["settlement"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let empty = view.flows.iter().filter(|flow| covers_nothing(view, flow));
    empty
        .map(|flow| {
            let message = format!("it covers no topic, declared or on {}", flow.source.name);
            Note::at(flow.declared, message).help("correct its topics: a pattern has to match the whole name")
        })
        .collect()
}

/// Whether it is known to cover nothing: a pattern that can't be read may cover anything, and so may any pattern on a
/// cluster that could not be read.
fn covers_nothing(view: &View<'_>, flow: &Flow<'_>) -> bool {
    if flow.asked().next().is_some() || !flow.included.unreadable().is_empty() {
        return false;
    }
    match view.topic_names(flow.source) {
        Some(names) => !names.iter().any(|name| flow.selects(name) && !is_internal(name)),
        None => !flow.included.has_patterns(),
    }
}
