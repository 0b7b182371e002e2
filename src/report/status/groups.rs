//! Groups and lagging topics, as tables.

use super::wording::{figure, number, records};
use crate::report::figures::{counted, grouped, lasted};
use crate::report::table::Columns;
use crate::status::{Condition, Figure, GroupStanding, Mirroring, TopicLag};

/// So many lines a table has before the rest is counted.
const ROWS: usize = 10;

/// The topics that lag most, or of which that is not known; nothing if a single line would say no more than the sum.
pub(super) fn topics(mirroring: &Mirroring, condition: &Condition) -> String {
    let likely = |topic: &TopicLag| topic.records.known().map_or(i64::MAX, |count| count.likely);
    let mut topics: Vec<&TopicLag> = mirroring.topics.iter().filter(|topic| likely(topic) > 0).collect();
    // Where nothing is known of any of them, the sum says why.
    let is_told = mirroring.topics.iter().all(|topic| topic.records.known().is_none());
    if topics.is_empty() || is_told || mirroring.topics.len() == 1 {
        return String::new();
    }
    topics.sort_by_key(|topic| std::cmp::Reverse(likely(topic)));
    let mut columns = Columns::new(&["TOPIC", ">PARTITIONS BEHIND", "LAG"]);
    for topic in topics.iter().take(ROWS) {
        let behind = match topic.records {
            Figure::Known(_) => format!("{} of {}", topic.behind, topic.partitions),
            Figure::Unknown { .. } => "?".into(),
        };
        let lag = figure(&topic.records, condition.at, |count| records(*count));
        columns.row([topic.topic.clone(), behind, lag]);
    }
    columns.lines(2) + &rest(topics.len(), "topic")
}

/// The groups, those first that would lose or repeat most.
pub(super) fn groups(mirroring: &Mirroring, condition: &Condition) -> String {
    let mut groups: Vec<&GroupStanding> = mirroring.groups.iter().collect();
    if groups.is_empty() {
        return String::new();
    }
    let weight = |group: &GroupStanding| {
        (group.is_covered(), std::cmp::Reverse(group.repeated.at_most.unwrap_or(i64::MAX)))
    };
    groups.sort_by_key(|group| weight(group));
    let now = format!("NOW ON {}", condition.standby.cluster.name.to_uppercase());
    let mut columns = Columns::new(&["GROUP", ">LAG", "WOULD GO ON", ">REPEATED", &now]);
    for group in groups.iter().take(ROWS) {
        columns.row([
            group.group.clone(),
            group.lag.map_or_else(|| "?".into(), number),
            evidence(group),
            repeated(group),
            there(group),
        ]);
    }
    columns.lines(2) + &rest(groups.len(), "group")
}

fn rest(all: usize, noun: &str) -> String {
    match all.saturating_sub(ROWS) {
        0 => String::new(),
        more => format!("  and {}; -json shows all\n", counted(more, &format!("more {noun}"))),
    }
}

/// Whether nothing can be said in any partition.
const fn is_unknown(group: &GroupStanding) -> bool {
    group.partitions > 0 && group.uncovered == group.partitions
}

fn evidence(group: &GroupStanding) -> String {
    if group.unknown.is_some() || is_unknown(group) {
        return "unknown".into();
    }
    if group.partitions == 0 {
        return "has no position".into();
    }
    let of = counted(group.partitions, "partition");
    let mut text = match (group.exact, group.rewinds) {
        (exact, 0) if exact == group.partitions => format!("exactly, {of}"),
        (0, rewinds) if rewinds == group.partitions => format!("set back, {of}"),
        (exact, 0) => format!("{} of {of} exactly", grouped(exact)),
        (exact, rewinds) => format!("{} of {of} exactly, {} set back", grouped(exact), grouped(rewinds)),
    };
    if group.uncovered > 0 {
        text += &format!(", {} unknown", grouped(group.uncovered));
    }
    if let Some(age) = group.checkpoint_age_seconds {
        text += &format!(", by checkpoints of {} ago", lasted(age));
    }
    text
}

/// What a group would read again.
pub(super) fn repeated(group: &GroupStanding) -> String {
    if group.unknown.is_some() || is_unknown(group) {
        return "?".into();
    }
    if group.partitions == 0 {
        return "–".into();
    }
    let doubt = if group.repeated.certain { "" } else { "*" };
    match group.repeated.at_most {
        None => format!("≥ {}{doubt}", number(group.repeated.at_least)),
        Some(most) if most == group.repeated.at_least => format!("{}{doubt}", number(most)),
        Some(most) => format!("≤ {}{doubt}", number(most)),
    }
}

/// What a group would read again if the active side died now.
pub(super) fn repeated_if_lost(group: &GroupStanding) -> String {
    if group.unknown.is_none() && group.partitions == 0 {
        return "–".into();
    }
    let doubt = if group.repeated.certain { "" } else { "*" };
    match group.repeated_if_lost {
        None => "?".into(),
        Some(0) => format!("0{doubt}"),
        Some(most) => format!("≤ {}{doubt}", number(most)),
    }
}

fn there(group: &GroupStanding) -> String {
    let mut parts = Vec::new();
    if group.members_on_standby > 0 {
        parts.push(counted(group.members_on_standby, "member"));
    }
    if group.unset > 0 {
        parts.push(format!("no position in {}", counted(group.unset, "partition")));
    }
    if group.back > 0 {
        parts.push(format!("{} back", number(group.back)));
    }
    if group.ahead > 0 {
        parts.push(format!("{} ahead", number(group.ahead)));
    }
    if parts.is_empty() && group.exact + group.rewinds > 0 {
        "as it would go on".into()
    } else {
        parts.join(", ")
    }
}
