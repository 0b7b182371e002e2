//! Where active sides end: as they say now or, if they are silent, as they were last seen.

use super::workspace::Workspace;
use crate::estate::{Address, Fault};
use crate::offsets::Flow;
use crate::state::{Sighting, State};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Where the active side of a pair with these flows ends: as it says now, which is noted, or as it was last seen.
pub(super) fn sighting(
    workspace: &Workspace,
    state: &State,
    pair: &Address,
    flows: &[&Flow],
) -> Option<Sighting> {
    let epoch = state.epoch(pair);
    let Some((at, ends)) = seen(flows) else { return workspace.sightings().last(pair, epoch) };
    let sighting = Sighting { at, epoch, ends };
    if let Err(error) = workspace.sightings().note(pair, sighting.clone()) {
        tracing::warn!(%error, "where the active side ends can't be noted");
    }
    Some(sighting)
}

/// The ends of all topics of all flows, if the source answers.
fn seen(flows: &[&Flow]) -> Option<(Timestamp, BTreeMap<String, Vec<i64>>)> {
    let mut ends = BTreeMap::new();
    for flow in flows {
        for topic in flow.topics.keys() {
            let of_topic: Result<_, Fault> = flow.ends(&flow.source, topic);
            if let Some(there) = of_topic.ok()? {
                ends.insert(topic.clone(), there.partitions.iter().map(|at| at.end).collect());
            }
        }
    }
    let at = flows.iter().map(|flow| flow.observed.at).min()?;
    Some((at, ends))
}
