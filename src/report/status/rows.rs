//! What is said of each thing, behind its name and a sign.

use super::wording::{age, figure, pulse, records};
use crate::report::figures::{counted, lasted};
use crate::state::LastDrill;
use crate::status::{ClusterStanding, Condition, Figure, Mirroring, NameStanding, Review};
use std::collections::BTreeSet;

/// How a thing is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Good,
    Bad,
    Unknown,
    Note,
}

/// One thing and what is said of it.
pub(super) struct Row {
    pub name: String,
    pub sign: Sign,
    pub text: String,
}

fn row(name: &str, sign: Sign, text: String) -> Row {
    Row { name: name.to_owned(), sign, text }
}

/// What is said of a pair.
pub(super) fn rows(condition: &Condition) -> Vec<Row> {
    let mut rows = vec![cluster(&condition.active), cluster(&condition.standby)];
    for mirroring in &condition.mirrorings {
        if condition.mirrorings.len() > 1 {
            rows.push(row("", Sign::Good, mirroring.replication.to_string()));
        }
        rows.extend(mirroring_rows(mirroring, condition));
    }
    rows.extend(condition.names.iter().map(dns));
    if !condition.pending_fences.is_empty() {
        let fences: Vec<String> = condition.pending_fences.iter().map(ToString::to_string).collect();
        rows.push(row("fences", Sign::Bad, format!("pending: {}", fences.join(", "))));
    }
    rows.extend(condition.last_drill.as_ref().map(|last| drill(last, condition)));
    rows.extend(condition.review.as_ref().map(|review| estate(review, condition)));
    rows
}

fn drill(last: &LastDrill, condition: &Condition) -> Row {
    let ago = lasted(age(last.at, condition.at));
    let foretold = last.failover.map(|seconds| format!("; a failover is foretold to take {seconds} s"));
    match (last.passed, last.reasons.first()) {
        (true, _) => {
            let text = format!("passed {ago} ago in {} s{}", last.took, foretold.unwrap_or_default());
            row("drill", Sign::Good, text)
        }
        (false, first) => {
            let why = first.map_or_else(String::new, |why| format!(": {why}"));
            row("drill", Sign::Note, format!("did not pass {ago} ago{why}"))
        }
    }
}

fn cluster(cluster: &ClusterStanding) -> Row {
    let said = match (&cluster.fault, cluster.brokers) {
        (Some(fault), _) => format!("does not answer: {fault}"),
        (None, brokers) => counted(brokers.unwrap_or_default(), "broker"),
    };
    let connects = cluster.connects.iter().map(|connect| match (&connect.fault, &connect.version) {
        (None, Some(version)) => format!("Connect {version}"),
        (fault, _) => {
            let fault = fault.as_deref().unwrap_or("it says no version");
            format!("{} does not answer: {fault}", connect.connect)
        }
    });
    let is_good = cluster.is_up() && cluster.connects.iter().all(|connect| connect.is_up());
    let text = std::iter::once(said).chain(connects).collect::<Vec<_>>().join(", ");
    row(&cluster.cluster.name, if is_good { Sign::Good } else { Sign::Bad }, text)
}

fn mirroring_rows(mirroring: &Mirroring, condition: &Condition) -> Vec<Row> {
    let mut rows = vec![connectors(mirroring, condition), heartbeat(mirroring), lag(mirroring, condition)];
    if let Some(skew) = mirroring.pulse.skew_seconds {
        let text = format!(
            "whoever writes the heartbeats is {} ahead of the clock here, at least: ages are too small by as much",
            lasted(skew)
        );
        rows.push(row("clocks", Sign::Note, text));
    }
    if mirroring.malformed > 0 {
        let records = counted(usize::try_from(mirroring.malformed).unwrap_or(usize::MAX), "record");
        rows.push(row("syncs", Sign::Note, format!("{records} of MirrorMaker's own topics can't be read")));
    }
    if let Some(unfollowed) = mirroring.unfollowed.as_ref().filter(|groups| !groups.is_empty()) {
        let text = format!("{}: they would begin anew", few(unfollowed));
        rows.push(row("not followed", Sign::Note, text));
    }
    rows
}

/// A few names, and how many more.
fn few(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn connectors(mirroring: &Mirroring, condition: &Condition) -> Row {
    let connectors = &mirroring.connectors;
    if connectors.is_empty() {
        return row("connectors", Sign::Bad, "no Connect cluster is attached to the standby".into());
    }
    let healthy = connectors.iter().filter(|connector| connector.is_healthy()).count();
    let tasks: usize = connectors.iter().map(|connector| connector.tasks).sum();
    let unseen = connectors.iter().any(|connector| connector.fault.is_some());
    let tasks = counted(tasks, "task");
    let text = if healthy == connectors.len() {
        format!("{healthy} run, {tasks}")
    } else {
        let others = connectors.iter().filter(|connector| !connector.is_healthy()).map(|connector| {
            let state = match connector.state {
                _ if connector.fault.is_some() => "unknown".to_owned(),
                None => "missing".to_owned(),
                Some(_) if !connector.failed.is_empty() => counted(connector.failed.len(), "failed task"),
                Some(state) if connector.tasks == 0 && connector.needs_tasks => format!("{state}, no task"),
                Some(state) => state.to_string(),
            };
            format!("{} {state}", connector.part.as_str())
        });
        let others = others.collect::<Vec<_>>().join(", ");
        format!("{healthy} of {} run, {tasks}; {others}", connectors.len())
    };
    let is_well = healthy == connectors.len();
    // A status is no sign of life: it stays RUNNING when the source has died.
    let (text, unseen) = match condition.active.is_up() {
        false if is_well => {
            return row(
                "connectors",
                Sign::Unknown,
                text + ", says Connect, which does not notice a dead source",
            );
        }
        _ => (text, unseen),
    };
    let sign = match is_well {
        true => Sign::Good,
        false if unseen => Sign::Unknown,
        false => Sign::Bad,
    };
    row("connectors", sign, text)
}

fn heartbeat(mirroring: &Mirroring) -> Row {
    let sign = match mirroring.pulse.is_alive() {
        Some(true) => Sign::Good,
        Some(false) => Sign::Bad,
        None => Sign::Unknown,
    };
    row("heartbeat", sign, pulse(&mirroring.pulse))
}

fn lag(mirroring: &Mirroring, condition: &Condition) -> Row {
    let behind = mirroring.topics.iter().filter(|topic| topic.behind > 0).count();
    let of = match behind {
        0 => String::new(),
        _ if mirroring.topics.len() == 1 => String::new(),
        _ => format!(", in {behind} of {}", counted(mirroring.topics.len(), "topic")),
    };
    let text = figure(&mirroring.lag, condition.at, |count| records(*count) + &of);
    let sign = if mirroring.lag.known().is_some() { Sign::Good } else { Sign::Unknown };
    row("lag", sign, text)
}

fn dns(name: &NameStanding) -> Row {
    let list = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(", ");
    let of = format!("{} {}", name.name, name.rtype);
    if name.answers.iter().all(|answer| answer.agrees == Some(true)) {
        let at = counted(name.answers.len(), "authority").replace("authoritys", "authorities");
        let text = format!("{of} → {}, TTL {} s, seen on {at}", list(&name.wanted), name.ttl);
        return row("DNS", Sign::Good, text);
    }
    let answers = name.answers.iter().map(|answer| match &answer.values {
        Figure::Unknown { .. } => format!("{} unknown", answer.authority),
        Figure::Known(values) if values.is_empty() => format!("{} nothing", answer.authority),
        Figure::Known(values) => format!("{} {}", answer.authority, list(values)),
    });
    let answers = answers.collect::<Vec<_>>().join("; ");
    let differs = name.answers.iter().any(|answer| answer.agrees == Some(false));
    let sign = if differs { Sign::Bad } else { Sign::Unknown };
    row("DNS", sign, format!("{of} → {} is wanted; {answers}", list(&name.wanted)))
}

fn estate(review: &Review, condition: &Condition) -> Row {
    let mut parts = Vec::new();
    if review.changed.is_empty() && review.unread.is_empty() {
        parts.push("as declared".to_owned());
    }
    if !review.changed.is_empty() {
        parts.push(format!("{} not as declared (leeward plan)", counted(review.changed.len(), "resource")));
    }
    if !review.unread.is_empty() {
        parts.push(format!("{} can't be read in full", counted(review.unread.len(), "resource")));
    }
    let open = review.findings.iter().filter(|finding| finding.ignored.is_none());
    let codes: BTreeSet<&str> = open.clone().map(|finding| finding.code.as_str()).collect();
    if !codes.is_empty() {
        let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
        parts.push(format!("{} ({codes})", counted(open.count(), "finding")));
    }
    let age = age(review.at, condition.at);
    let when = if age < 5.0 { String::new() } else { format!(", {} ago", lasted(age)) };
    let sign = match () {
        () if !review.unread.is_empty() => Sign::Unknown,
        () if parts.len() == 1 && review.changed.is_empty() && review.findings.is_empty() => Sign::Good,
        () => Sign::Note,
    };
    row("estate", sign, parts.join("; ") + &when)
}
