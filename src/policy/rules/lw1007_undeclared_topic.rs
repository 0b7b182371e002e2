//! LW1007: topics that only a pattern brings in.

use crate::estate::is_internal;
use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::{counted, listed};

pub(super) static RULE: Rule = Rule {
    code: "LW1007",
    title: "topic is covered by a pattern but not declared",
    severity: Severity::Info,
    what: "On the active side there are topics that a pattern of a replication covers and no topic block declares.",
    why: "MirrorMaker carries them and makes them on the standby by its own rules: with its own replication factor, \
          without min.insync.replicas, and with settings copied every ten minutes. They survive a failover, but with \
          acks=all possibly on one replica. leeward neither compares them nor sees when they are deleted.",
    source: "MirrorSourceConnector.computeAndCreateTopicPartitions; DefaultConfigPropertyFilter",
    fix: "Declare the topics that matter; module protected-topic-set makes many of them from one map.",
    example: r#"topic "payments" {
  for_each           = toset(["payments.card", "payments.sepa"])
  pair               = pair.orders
  name               = each.key
  partitions         = 12
  replication_factor = 3
  config             = { "min.insync.replicas" = 2 }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.flows
        .iter()
        .filter(|flow| flow.included.has_patterns())
        .filter_map(|flow| note(view, flow))
        .collect()
}

fn note(view: &View<'_>, flow: &Flow<'_>) -> Option<Note> {
    let excluded = flow.engine_excludes_topics();
    let declared = view.topics.get(&flow.replication.pair);
    let found: Vec<&str> = (view.topic_names(flow.source)?.iter().map(String::as_str))
        .filter(|name| flow.included.covers_by_pattern(name) && !flow.excluded.covers(name))
        .filter(|name| !is_internal(name) && !excluded.covers(name) && !name.ends_with("heartbeats"))
        .filter(|name| declared.is_none_or(|declared| !declared.contains_key(name)))
        .collect();
    if found.is_empty() {
        return None;
    }
    let (topics, names) = (counted(found.len(), "topic"), listed(found));
    let message = format!("{topics} on {} by pattern only: {names}", flow.source.name);
    Some(Note::at(flow.declared, message).help("declare those whose durability on the standby matters"))
}
