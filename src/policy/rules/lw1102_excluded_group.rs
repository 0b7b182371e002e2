//! LW1102: groups that MirrorMaker leaves out by default.

use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1102",
    title: "group is one that MirrorMaker excludes",
    severity: Severity::Warning,
    what: "A replication is asked to carry the positions of a group that MirrorMaker leaves out: connect-*, \
           console-consumer-* or __*. It is asked by name, or a pattern covers such a group of the active side.",
    why: "The group would have no position on the standby. After a failover it starts at auto.offset.reset: from the \
          beginning, or, worse, from the end. Groups of sink connectors are called connect-NAME, so that this is \
          nearly every sink.",
    source: "DefaultGroupFilter, groups.exclude = console-consumer-.*, connect-.*, __.* (KIP-382)",
    fix: "Set groups.exclude in mirror_maker.config, or give the sink connector another group with \
          consumer.override.group.id.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing", "connect-s3-sink"]
  mirror_maker {
    config = { "groups.exclude" = "console-consumer-.*,__.*" }
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.flows.iter().flat_map(|flow| notes(view, flow)).collect()
}

fn notes(view: &View<'_>, flow: &Flow<'_>) -> Vec<Note> {
    let excluded = flow.engine_excludes_groups();
    let named = flow.groups.names().iter();
    // Console consumers that a pattern happens to cover are nobody's loss.
    let seen = view.group_names(flow.source).into_iter().flatten();
    let covered = seen.filter(|group| flow.groups.covers(group) && !group.starts_with("console-consumer-"));
    let groups: BTreeSet<&String> = named.chain(covered).filter(|group| excluded.covers(group)).collect();
    let note = |group: &String| {
        let message =
            format!("MirrorMaker excludes group {group}: it would start over on {}", flow.target.name);
        Note::at(flow.declared, message)
            .help("set groups.exclude in mirror_maker.config, or rename the group")
    };
    groups.into_iter().map(note).collect()
}
