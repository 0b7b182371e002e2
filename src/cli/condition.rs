//! Readings of pairs' conditions: what `status` and `exporter` have in common.

use super::Failure;
use super::configuration::Configuration;
use super::flags::duration;
use super::named::named;
use super::sighting::sighting;
use super::workspace::Workspace;
use crate::estate::{Address, Desired, Estate, Kind, ObjectId, Observed, Query, Resource, Side, desired};
use crate::observe::{self, flow, observe};
use crate::offsets::Flow;
use crate::plan::{Options, plan};
use crate::policy::check;
use crate::provider::{Live, LiveRecords};
use crate::state::{Sighting, State};
use crate::status::{Condition, Facts, Review, other_groups, queries};
use futures::future::join_all;
use std::collections::BTreeMap;
use std::time::Duration;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// What changes from moment to moment. The rest is kept from the reading before.
    Moment,
    /// Besides, all that a plan needs, and the groups that nobody follows.
    Whole,
}

/// Reads the conditions of pairs, again and again.
pub(super) struct Reader {
    readings: Readings,
    /// The pairs, as they were typed; all if none was.
    pairs: Vec<String>,
    stage: Option<Stage>,
    before: Vec<Condition>,
}

/// What is declared, as long as no pair changes its roles.
struct Stage {
    actives: BTreeMap<Address, Side>,
    estate: Estate,
    desired: Vec<Desired>,
    pairs: Vec<Address>,
}

/// The ways to the world, opened anew for each reading: a client whose cluster dies under it keeps hoping until its timeout
/// ends, and one that is fresh is refused at once.
struct Ways {
    world: Live,
    records: LiveRecords,
}

/// How a reading is made.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Readings {
    /// How long a cluster, a Connect cluster or a DNS server may take to answer one request; what they declare, if that is less.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    configuration: Configuration,
}

impl Reader {
    pub const fn new(readings: Readings, pairs: Vec<String>) -> Self {
        Self { readings, pairs, stage: None, before: Vec::new() }
    }

    /// Reads the pairs now. What is not known any more keeps what it was in the readings before.
    pub async fn read(&mut self, depth: Depth) -> Result<Vec<Condition>, Failure> {
        let workspace = Workspace::open()?;
        let state = workspace.load_state().await?;
        // The estate says other things once a pair has changed its roles.
        let stage = match self.stage.take().filter(|stage| stage.actives == state.actives()) {
            Some(stage) => stage,
            None => self.set(&state)?,
        };
        let mut conditions = stage.read(&workspace, &state, depth).await;
        self.stage = Some(stage);
        for condition in &mut conditions {
            if let Some(before) = self.before.iter().find(|before| before.pair == condition.pair) {
                condition.remember(before);
            }
        }
        self.before.clone_from(&conditions);
        Ok(conditions)
    }

    fn set(&self, state: &State) -> Result<Stage, Failure> {
        let mut estate = self.readings.configuration.load(state.actives())?.estate;
        hasten(&mut estate, self.readings.timeout);
        let pairs: Vec<Address> = if self.pairs.is_empty() {
            estate.of_kind(Kind::Pair).map(|declared| declared.address.clone()).collect()
        } else {
            self.pairs.iter().map(|name| named(&estate, Kind::Pair, name)).collect::<Result<_, _>>()?
        };
        if pairs.is_empty() {
            return Err(Failure::new("the estate declares no pair"));
        }
        Ok(Stage { actives: state.actives(), desired: desired(&estate), estate, pairs })
    }
}

/// A reading is to be made while somebody waits for it, also of what is dead.
fn hasten(estate: &mut Estate, most: Duration) {
    for declared in estate.resources.values_mut() {
        let timeout = match &mut declared.resource {
            Resource::Cluster(cluster) => &mut cluster.timeout,
            Resource::Connect(connect) => &mut connect.timeout,
            Resource::Dns(dns) => &mut dns.timeout,
            _ => continue,
        };
        *timeout = (*timeout).min(most);
    }
}

impl Stage {
    async fn read(&self, workspace: &Workspace, state: &State, depth: Depth) -> Vec<Condition> {
        let ways = Ways { world: Live::new(&self.estate), records: LiveRecords::new(&self.estate) };
        let (mut observed, (flows, groups)) =
            futures::join!(self.observe(&ways, state, depth), self.flows(&ways, state, depth));
        let review = (depth == Depth::Whole).then(|| self.review(state, &observed)).flatten();
        observed.readings.extend(groups.readings);
        let facts = Facts {
            estate: &self.estate,
            desired: &self.desired,
            state,
            observed: &observed,
            flows: &flows,
            sightings: &self.sightings(workspace, state, &flows),
            review: review.as_ref(),
        };
        self.pairs.iter().filter_map(|pair| Condition::of(pair, &facts)).collect()
    }

    /// Where each pair's active side ends, or was last seen to end.
    fn sightings(&self, workspace: &Workspace, state: &State, flows: &[Flow]) -> BTreeMap<Address, Sighting> {
        let seen = self.pairs.iter().filter_map(|pair| {
            let flows: Vec<&Flow> = flows.iter().filter(|flow| flow.pair == *pair).collect();
            Some((pair.clone(), sighting(workspace, state, pair, &flows)?))
        });
        seen.collect()
    }

    /// Places, connectors and names, with all that a plan needs if it is wanted.
    async fn observe(&self, ways: &Ways, state: &State, depth: Depth) -> Observed {
        let mut asked: BTreeMap<ObjectId, Query> = BTreeMap::new();
        for pair in &self.pairs {
            asked.extend(queries(&self.estate, pair, &self.desired));
        }
        if depth == Depth::Whole {
            // Those of a plan ask for more of the same object, and win.
            let of_plan = observe::queries(&self.estate, &state.resources);
            asked.extend(of_plan.into_iter().map(|query| (query.id(), query)));
        }
        let asked: Vec<Query> = asked.into_values().collect();
        observe(&ways.world, &asked).await
    }

    /// The flows of the pairs' replications, and the groups that none of them follows if these are wanted.
    async fn flows(&self, ways: &Ways, state: &State, depth: Depth) -> (Vec<Flow>, Observed) {
        let wanted = self.estate.replications().filter(|(_, known)| self.pairs.contains(&known.pair));
        let read = wanted.map(|(address, _)| {
            let starts = state.starts.get(address).map(Vec::as_slice).unwrap_or_default();
            flow(&ways.world, &ways.records, &self.estate, address, starts)
        });
        let flows: Vec<Flow> = join_all(read).await.into_iter().flatten().collect();
        let others: Vec<Query> = match depth {
            Depth::Moment => Vec::new(),
            Depth::Whole => flows.iter().flat_map(other_groups).collect(),
        };
        let groups =
            if others.is_empty() { Observed::default() } else { observe(&ways.world, &others).await };
        (flows, groups)
    }

    fn review(&self, state: &State, observed: &Observed) -> Option<Review> {
        match plan(&self.estate, observed, state, &Options::default()) {
            Ok(mut plan) => {
                let findings = check(&plan, &self.estate, observed);
                plan.set_findings(findings);
                Some(Review::of(&plan, observed.at))
            }
            Err(error) => {
                tracing::warn!(%error, "no plan can be made");
                None
            }
        }
    }
}
