//! The condition of a pair.

use super::asked::followers;
use super::{ClusterStanding, Demands, Life, Loss, Mirroring, NameStanding, Obstacle, Review, ready};
use crate::estate::{Address, Desired, Estate, Observed, Role};
use crate::offsets::Flow;
use crate::state::{LastDrill, Sighting, State};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The condition of a pair at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Condition {
    /// The pair.
    pub pair: Address,
    /// When the last answer came.
    pub at: Timestamp,
    /// Whether it is ready to fail over: nothing stands in the way of a planned failover that loses nothing.
    pub ready: bool,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// The cluster that clients write to.
    pub active: ClusterStanding,
    /// The cluster that the replication writes to.
    pub standby: ClusterStanding,
    /// Whether the active side lives.
    pub life: Life,
    /// Counts the pair's changes of role.
    pub epoch: u64,
    /// Since when the active side is active; absent if it always was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// What would be lost if the active side died now.
    pub loss: Loss,
    /// The replications.
    pub mirrorings: Vec<Mirroring>,
    /// The names that follow the pair.
    pub names: Vec<NameStanding>,
    /// Clusters that could not be fenced when their role was taken away: that blocks their return.
    pub pending_fences: Vec<Address>,
    /// What the failover policy demands.
    pub demands: Demands,
    /// What came of the last drill; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_drill: Option<LastDrill>,
    /// What a plan says of the whole estate; absent if none was made yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// What a condition is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What is declared.
    pub estate: &'a Estate,
    /// What [`crate::estate::desired`] derives from it.
    pub desired: &'a [Desired],
    /// What leeward remembers.
    pub state: &'a State,
    /// The answers to [`super::queries`], and to [`super::other_groups`] if these were asked.
    pub observed: &'a Observed,
    /// The flows of the pair's replications.
    pub flows: &'a [Flow],
    /// Where active sides were last seen to end, by pair.
    pub sightings: &'a BTreeMap<Address, Sighting>,
    /// What a plan says.
    pub review: Option<&'a Review>,
}

impl Condition {
    /// The condition of a pair; none if it is not declared.
    pub fn of(address: &Address, facts: &Facts<'_>) -> Option<Self> {
        let Facts { estate, desired, state, observed, flows, sightings, review } = *facts;
        let pair = estate.pair(address)?;
        let known = state.pairs.get(address);
        let [active, standby] =
            [Role::Active, Role::Standby].map(|role| ClusterStanding::of(estate, pair, role, observed));
        let mirrorings: Vec<Mirroring> = estate
            .replications()
            .filter(|(_, replication)| replication.pair == *address)
            .filter_map(|(at, replication)| {
                Some((replication, flows.iter().find(|flow| flow.replication == *at)?))
            })
            .map(|(replication, flow)| Mirroring::of(replication, flow, facts, sightings.get(address)))
            .collect();
        let followers = followers(estate, address);
        let names = desired.iter().filter(|desired| followers.contains(&desired.address));
        let life = Life::of(&active, &mirrorings);
        let mut condition = Self {
            pair: address.clone(),
            at: flows.iter().map(|flow| flow.observed.at).fold(observed.at, Timestamp::max),
            ready: false,
            obstacles: Vec::new(),
            life,
            active,
            standby,
            epoch: known.map_or(0, |known| known.epoch),
            since: known.and_then(|known| known.since),
            loss: Loss::of(&mirrorings, life, estate.policy_of(address).and_then(|policy| policy.rpo)),
            mirrorings,
            names: names.filter_map(|desired| NameStanding::of(desired, observed)).collect(),
            pending_fences: known.map(|known| known.pending_fences.clone()).unwrap_or_default(),
            demands: Demands::of(estate, address),
            last_drill: known.and_then(|known| known.last_drill.clone()),
            review: review.cloned(),
        };
        condition.judge();
        Some(condition)
    }

    fn judge(&mut self) {
        self.obstacles = ready::obstacles(self);
        self.ready = self.obstacles.is_empty();
    }

    /// Keeps of an earlier condition what is not known any more, with its age, and what was not asked this time.
    pub fn remember(&mut self, before: &Self) {
        if before.pair != self.pair || before.epoch != self.epoch {
            return;
        }
        for mirroring in &mut self.mirrorings {
            let same = before.mirrorings.iter().find(|other| other.replication == mirroring.replication);
            if let Some(same) = same {
                mirroring.remember(same, before.at);
            }
        }
        self.loss.records.remember(&before.loss.records, before.at);
        if self.review.is_none() {
            self.review.clone_from(&before.review);
        }
        self.judge();
    }
}
