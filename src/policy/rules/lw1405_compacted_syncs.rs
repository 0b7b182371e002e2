//! LW1405: offset syncs that are gone when they are needed.

use crate::estate::Role;
use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::span;
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    code: "LW1405",
    title: "offset syncs can be compacted while they are needed",
    severity: Severity::Warning,
    what: "A replication keeps its offset syncs from compaction for less long than a topic that it carries keeps its \
           records (seven days, Kafka's default, where the topic says nothing).",
    why: "The syncs are the evidence by which a group's position is translated. After compaction only the newest one of a \
          partition is left, and a group that lags behind it can't be placed any better than at the topic's beginning. A \
          group may lag by as much as the topic keeps.",
    source: "OffsetSyncStore reads a compacted topic (KIP-382, KIP-716); min.compaction.lag.ms (KIP-58)",
    fix: "Take an offset_syncs_retention at least as long as the longest retention.ms.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  mirror_maker {
    offset_syncs_retention = "720h"
  }
}"#,
    check,
};

const RETENTION_BY_DEFAULT: Duration = Duration::from_secs(7 * 24 * 3600);

fn check(view: &View<'_>) -> Vec<Note> {
    view.flows.iter().filter_map(note).collect()
}

fn note(flow: &Flow<'_>) -> Option<Note> {
    let kept = flow.replication.mirror_maker.offset_syncs_retention;
    let side = flow.pair.side(Role::Active);
    let retention = |text: Option<&str>| match text.map(|text| text.trim().parse::<i64>()) {
        None => Some(RETENTION_BY_DEFAULT),
        // Kept for ever: no retention of the syncs could match that.
        Some(milliseconds) => u64::try_from(milliseconds.ok()?).ok().map(Duration::from_millis),
    };
    let declared = flow.topics.iter().filter_map(|topic| {
        Some((retention(topic.setting(side, "retention.ms"))?, topic.topic.name.as_str()))
    });
    let (longest, what) = declared.max().unwrap_or((RETENTION_BY_DEFAULT, "a topic by default"));
    if kept >= longest {
        return None;
    }
    let message = format!(
        "its offset syncs are kept for {}, and {what} keeps records for {}",
        span(kept),
        span(longest)
    );
    Some(
        Note::at(flow.declared, message)
            .help(format!("take offset_syncs_retention {} or longer", span(longest))),
    )
}
