//! All that is read for the plan of a failover.

use super::asked::About;
use super::held::held;
use crate::cli::Failure;
use crate::cli::sighting::sighting;
use crate::cli::workspace::Workspace;
use crate::estate::{
    Address, Estate, FENCED_MESSAGE_BYTES, Naming, Object, ObjectId, Query, Reading, Replication, Role,
    TopicSetting, desired,
};
use crate::observe::{flow, prove, queries, trials};
use crate::offsets::{Certainty, Flow, Row};
use crate::plan::{Failover, Plan, Recipe};
use crate::provider::{Live, LiveRecords, Provider as _};
use crate::runbook::{Begun, Held, Sources};
use crate::state::{Sighting, State};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// How many offsets of the standby's log are read for each partition to prove an answer.
const PROVE: i64 = 10_000;
const LIMIT: &str = "max.message.bytes";

/// What is read for one pair.
pub(super) struct Part {
    pair: Address,
    recipe: Recipe,
    /// The estate before this pair moved, if it has with the run that this goes on from.
    pub before: Option<Estate>,
    /// The estate once this pair has moved, and no other.
    pub then: Estate,
    flows: Vec<(Flow, Vec<Row>)>,
    limits: BTreeMap<String, Option<String>>,
    is_written: bool,
    sighting: Option<Sighting>,
    /// What stands on the standby, if it is to be rebuilt.
    held: Option<Held>,
    /// The folder that is said to hold the records that stand there alone.
    pub exported: Option<PathBuf>,
    /// What a planned failover has done that this one goes on from.
    pub begun: Option<Begun>,
    overrides: BTreeMap<String, String>,
}

impl Part {
    pub fn new(pair: &Address, recipe: Recipe, then: Estate, overrides: BTreeMap<String, String>) -> Self {
        let (flows, limits) = (Vec::new(), BTreeMap::new());
        let (is_written, sighting) = (false, None);
        let (held, exported, begun, before) = (None, None, None, None);
        let pair = pair.clone();
        Self {
            pair,
            recipe,
            before,
            then,
            flows,
            limits,
            is_written,
            sighting,
            held,
            exported,
            begun,
            overrides,
        }
    }

    pub async fn read_flows(&mut self, world: &Live, records: &LiveRecords, now: &Estate, state: &State) {
        let now = self.before.as_ref().unwrap_or(now);
        self.flows = flows(world, records, (now, state), &self.pair, self.takes_for_dead()).await;
    }

    /// Whether the active side is taken for dead, as the run will do: where groups stood is told by checkpoints then.
    fn takes_for_dead(&self) -> bool {
        self.recipe == Recipe::Unplanned && self.before.is_none()
    }

    /// Reads what can be asked only once the flows are known.
    pub async fn look(&mut self, world: &Live, now: &Estate) {
        let now = self.before.as_ref().unwrap_or(now);
        self.limits = limits(world, now, &self.flows, &self.pair, self.recipe).await;
        self.is_written = is_written(world, &self.flows).await;
    }

    /// Reads what stands on a standby that is to be rebuilt.
    pub async fn look_at_standby(
        &mut self,
        world: &Live,
        records: &LiveRecords,
        now: &Estate,
        state: &State,
    ) -> Result<(), Failure> {
        if self.recipe == Recipe::Rebuild {
            let exported = self.exported.as_deref();
            self.held = Some(held((world, records), (now, state), &self.pair, &self.flows, exported).await?);
        }
        Ok(())
    }

    /// Notes where the active side ends, or recalls where it ended.
    pub fn sight(&mut self, workspace: &Workspace, state: &State) {
        if self.before.is_some() {
            return;
        }
        let flows: Vec<&Flow> = self.flows.iter().map(|(flow, _)| flow).collect();
        self.sighting = sighting(workspace, state, &self.pair, &flows);
    }

    pub fn sources<'a>(&'a self, about: &About<'a>) -> Sources<'a> {
        let About { now, state, asker, observed, .. } = *about;
        Sources {
            pair: &self.pair,
            recipe: self.recipe,
            now: self.before.as_ref().unwrap_or(now),
            then: &self.then,
            state,
            asker,
            observed,
            flows: &self.flows,
            limits: &self.limits,
            is_written: self.is_written,
            sighting: self.sighting.as_ref(),
            held: self.held.as_ref(),
            begun: self.begun.as_ref(),
            overrides: &self.overrides,
        }
    }
}

/// Under prefixed names clients would find other topics on the other side: what was carried is not where they look.
pub(super) fn refuse_prefixed(estate: &Estate, pair: &Address) -> Result<(), Failure> {
    let is_prefixed = |replication: &Replication| matches!(replication.naming, Naming::Prefixed { .. });
    match estate.replications_of(pair).find(|(_, replication)| is_prefixed(replication)) {
        None => Ok(()),
        Some((address, _)) => Err(Failure::new(format!(
            "{address} prefixes names: behind a failover, clients would look for topics that are called otherwise there"
        ))
        .hint("say naming = \"identity\" in its block, and let what was carried so far be carried anew")),
    }
}

/// What has to be asked under any of the roles, once each.
pub(super) fn both<'a>(now: &Estate, then: impl Iterator<Item = &'a Estate>, state: &State) -> Vec<Query> {
    let mut known = BTreeSet::new();
    let all = queries(now, &state.resources).into_iter();
    let of_then = |then: &Estate| {
        let mut all = queries(then, &state.resources);
        all.extend(trials(now, then));
        all
    };
    let all = all.chain(then.flat_map(of_then));
    all.filter(|query| known.insert(query.id())).collect()
}

async fn flows(
    world: &Live,
    records: &LiveRecords,
    (estate, state): (&Estate, &State),
    pair: &Address,
    source_lost: bool,
) -> Vec<(Flow, Vec<Row>)> {
    let read = estate.replications_of(pair).map(async |(address, _)| {
        let starts = state.starts.get(address).map(Vec::as_slice).unwrap_or_default();
        let mut flow = flow(world, records, estate, address, starts).await?;
        if source_lost {
            flow.lose_source();
        }
        if let Err(fault) = prove(records, &mut flow, PROVE).await {
            tracing::warn!(%fault, "the standby's records can't be read");
        }
        let rows = flow.rows(Certainty::Foreseen);
        Some((flow, rows))
    });
    futures::future::join_all(read).await.into_iter().flatten().collect()
}

/// Whether the ends of the source's logs have moved since they were read.
async fn is_written(world: &Live, flows: &[(Flow, Vec<Row>)]) -> bool {
    let (mut queries, mut before) = (Vec::new(), Vec::new());
    for (flow, _) in flows {
        for topic in flow.topics.keys() {
            if let Ok(Some(ends)) = flow.ends(&flow.source, topic) {
                queries.push(Query::ends(&flow.source, topic));
                before.push(Reading::Present(Object::Ends(ends.clone())));
            }
        }
    }
    !queries.is_empty() && world.read(&queries).await != before
}

/// `max.message.bytes` of the topics on the side that is fenced. What is declared counts more than what is there: an
/// earlier fence may have left its own.
async fn limits(
    world: &Live,
    estate: &Estate,
    flows: &[(Flow, Vec<Row>)],
    pair: &Address,
    recipe: Recipe,
) -> BTreeMap<String, Option<String>> {
    let Some(declared) = estate.pair(pair) else { return BTreeMap::new() };
    let role = if recipe.restores_standby() { Role::Standby } else { Role::Active };
    let cluster = declared.with_role(role);
    let topics: BTreeSet<&String> = flows.iter().flat_map(|(flow, _)| flow.topics.keys()).collect();
    let keys = Arc::new(BTreeSet::from([LIMIT.to_owned()]));
    let query = |name: &&String| Query::Topic {
        cluster: cluster.clone(),
        name: (*name).clone(),
        keys: Arc::clone(&keys),
    };
    let asked: Vec<Query> = topics.iter().map(query).collect();
    let readings = world.read(&asked).await;
    let wanted: BTreeMap<ObjectId, Object> =
        desired(estate).into_iter().map(|desired| (desired.id, desired.object)).collect();
    let mut limits = BTreeMap::new();
    for (name, reading) in topics.into_iter().zip(readings) {
        let own = |object: Option<&Object>| match object {
            Some(Object::Topic(topic)) => match topic.config.get(LIMIT) {
                Some(TopicSetting::Own(value)) => Some(value.clone()),
                _ => None,
            },
            _ => None,
        };
        let there = own(match &reading {
            Reading::Present(object) => Some(object),
            _ => None,
        });
        let declared = own(wanted.get(&ObjectId::topic(cluster, name)));
        limits.insert(name.clone(), declared.or(there).filter(|limit| limit != FENCED_MESSAGE_BYTES));
    }
    limits
}

/// Guards that held when a plan was saved, and stop it now.
pub(super) fn same_guards(saved: &Plan, fresh: &Plan) -> Vec<String> {
    let passed = |name: &str| saved.guards().any(|guard| guard.name == name && !guard.stops());
    let newly = fresh.guards().filter(|guard| guard.stops() && passed(&guard.name));
    let overridden =
        |name: &str| saved.guards().any(|guard| guard.name == name && guard.overridden.is_some());
    newly
        .filter(|guard| !overridden(&guard.name))
        .map(|guard| format!("{}: {}", guard.name, guard.seen))
        .collect()
}

/// What it does, for a question: `fail over to shanghai (secondary)`.
pub(super) fn deed(plan: &Plan) -> String {
    match (plan.failover.as_deref(), &plan.in_waves) {
        (Some(failover), _) if failover.recipe == Recipe::Reprotect => "let records flow back".to_owned(),
        (Some(Failover { emptied: Some(emptied), .. }), _) => {
            format!(
                "delete {} topics on {}, and carry all to it anew",
                emptied.topics.len(),
                emptied.cluster.name
            )
        }
        (Some(failover), _) => {
            format!("fail over to {} ({})", failover.to.cluster.name, failover.to.side)
        }
        (None, Some(several)) if plan.recipe() == Some(Recipe::Reprotect) => {
            format!("let the records of {} flow back", several.order())
        }
        (None, Some(several)) => format!("fail over {}", several.order()),
        (None, None) => "go on".to_owned(),
    }
}
