//! A replication: its connectors, its pulse, what it still has to carry, its groups.

use super::figure::sum;
use super::{ConnectorStanding, Count, Facts, Figure, GroupStanding, Pulse, TopicLag, groups, lag};
use crate::estate::{Address, Replication};
use crate::offsets::{Certainty, Flow, Syncs};
use crate::state::Sighting;
use schemars::JsonSchema;
use serde::Serialize;

/// A replication of the pair.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mirroring {
    /// The replication.
    pub replication: Address,
    /// Its connectors; none if no Connect cluster is attached to the standby.
    pub connectors: Vec<ConnectorStanding>,
    /// The last heartbeat that crossed.
    pub pulse: Pulse,
    /// What is left to carry, over all topics.
    pub lag: Figure<Count>,
    /// What is left to carry of each topic.
    pub topics: Vec<TopicLag>,
    /// The groups that it follows.
    pub groups: Vec<GroupStanding>,
    /// Groups that read what it carries and that it does not follow: they would begin anew. None if that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfollowed: Option<Vec<String>>,
    /// Records of MirrorMaker's own topics that can't be read.
    pub malformed: u64,
}

impl Mirroring {
    pub(super) fn of(
        replication: &Replication,
        flow: &Flow,
        facts: &Facts<'_>,
        sighting: Option<&Sighting>,
    ) -> Self {
        let Facts { desired, observed, .. } = *facts;
        let own = desired.iter().filter(|desired| desired.address == flow.replication);
        let topics = lag::topics(flow, sighting);
        let rows = flow.rows(Certainty::Foreseen);
        let checkpoints = flow.checkpoints.as_ref().map_or(0, |checkpoints| checkpoints.malformed());
        Self {
            replication: flow.replication.clone(),
            connectors: own.filter_map(|desired| ConnectorStanding::of(desired, observed)).collect(),
            pulse: Pulse::of(flow, &replication.mirror_maker),
            lag: sum(topics.iter().map(|topic| &topic.records)),
            topics,
            groups: groups::standings(flow, &rows),
            unfollowed: groups::unfollowed(flow, observed),
            malformed: checkpoints + flow.syncs.as_ref().map_or(0, |syncs: &Syncs| syncs.malformed().0),
        }
    }

    pub(super) fn remember(&mut self, before: &Self, at: jiff::Timestamp) {
        self.lag.remember(&before.lag, at);
        for topic in &mut self.topics {
            if let Ok(found) = before.topics.binary_search_by(|other| other.topic.cmp(&topic.topic)) {
                topic.records.remember(&before.topics[found].records, at);
            }
        }
        if self.unfollowed.is_none() {
            self.unfollowed.clone_from(&before.unfollowed);
        }
    }
}
