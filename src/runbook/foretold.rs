//! What a failover loses and repeats, as things stand when it is planned.

use super::Sources;
use crate::estate::{Fault, GroupSet};
use crate::offsets::{Flow, Known, Seen, by_group};
use crate::plan::{Loss, Recipe};
use std::collections::{BTreeMap, BTreeSet};

/// What each group would read again.
pub(super) fn groups(sources: &Sources<'_>) -> Vec<GroupSet> {
    let mut told = Vec::new();
    if sources.recipe.restores_standby() {
        return told;
    }
    for (flow, rows) in sources.flows {
        if let Some(set) = sources.begun.and_then(|begun| begun.groups(&flow.replication)) {
            told.extend(set.iter().cloned());
            continue;
        }
        told.extend(by_group(rows).into_iter().map(|(group, rows)| flow.group_set(group, &rows, None)));
    }
    told
}

/// The groups of which nobody says where they would go on: the active side is silent, no checkpoint of theirs has crossed, and they
/// stood nowhere on the other side when it was active.
pub(super) fn unknown_groups<'a>(sources: &Sources<'a>) -> BTreeSet<&'a str> {
    let mut unknown = BTreeSet::new();
    for (flow, rows) in sources.flows.iter().filter(|_| sources.recipe == Recipe::Unplanned) {
        let known: BTreeSet<&str> =
            rows.iter().filter(|row| row.answer.is_some()).map(|row| row.group.as_str()).collect();
        let silent = |group: &&str| !known.contains(group) && flow.group(&flow.source, group).is_err();
        unknown.extend(flow.groups.iter().map(String::as_str).filter(silent));
    }
    unknown
}

/// What would be lost: nothing where all is drained before, else what was written and is not known to be carried.
pub(super) fn loss(sources: &Sources<'_>) -> Loss {
    if sources.recipe != Recipe::Unplanned || sources.has_moved() {
        return Loss::Nothing;
    }
    let now = sources.observed.at;
    let heartbeat = last_heartbeat(sources);
    let epoch = sources.state.epoch(sources.pair);
    let of_run = sources.begun.and_then(|begun| begun.sighting(epoch, sources.sighting));
    let Some(sighting) = of_run.as_ref().or(sources.sighting) else {
        return Loss::Unknown { heartbeat_age: heartbeat_age(sources) };
    };
    let (at, ends) = (sighting.at, &sighting.ends);
    let is_drained = |flow: &Flow| sources.begun.is_some_and(|begun| begun.is_drained(flow));
    let flows = sources.flows.iter().filter(|(flow, _)| !is_drained(flow));
    let records = flows.map(|(flow, _)| behind(flow, ends)).sum();
    let millis = heartbeat.map(|heartbeat| (at.as_millisecond() - heartbeat).max(0)).filter(|_| records > 0);
    Loss::Seen { records, millis, age: (now.as_second() - at.as_second()).max(0) }
}

/// How long ago the last heartbeat was sent that has crossed, in milliseconds.
pub(super) fn heartbeat_age(sources: &Sources<'_>) -> Option<i64> {
    last_heartbeat(sources).map(|at| sources.observed.at.as_millisecond() - at)
}

fn last_heartbeat(sources: &Sources<'_>) -> Option<i64> {
    sources.flows.iter().filter_map(|(flow, _)| heartbeat(&flow.heartbeat)).max()
}

fn heartbeat(known: &Known<Option<Seen<crate::offsets::Heartbeat>>>) -> Option<i64> {
    let seen: Result<_, &Fault> = known.as_ref();
    seen.ok()?.as_ref().map(|seen| seen.record.timestamp)
}

fn behind(flow: &Flow, ends: &BTreeMap<String, Vec<i64>>) -> i64 {
    let known = ends.iter().filter(|(topic, _)| flow.topics.contains_key(*topic));
    let of_topic = |(topic, ends): (&String, &Vec<i64>)| -> i64 {
        (0..).zip(ends).map(|(partition, end)| behind_end(flow, topic, partition, *end)).sum()
    };
    known.map(of_topic).sum()
}

/// How many offsets of a partition lie between what is known to be carried and this end: by what the connector has
/// committed, or by what the syncs tell.
pub(super) fn behind_end(flow: &Flow, topic: &str, partition: i32, end: i64) -> i64 {
    let first = flow.starts.get(&(topic.to_owned(), partition)).map_or(0, |start| start.source.start);
    (end - flow.carried_for_certain(topic, partition).unwrap_or(first)).max(0)
}
