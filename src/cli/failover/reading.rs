//! From a pair's name to the plan of its failover: all that is read for it.

use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::named::named_pair;
use crate::cli::planning::Planned;
use crate::cli::sighting::sighting;
use crate::cli::workspace::Workspace;
use crate::estate::{
    Address, Estate, FENCED_MESSAGE_BYTES, GUARDS, Naming, Object, ObjectId, Query, Reading, Replication,
    Role, TopicSetting, desired,
};
use crate::observe::{flow, observe, prove, queries};
use crate::offsets::{Certainty, Flow, Row};
use crate::plan::{Plan, Recipe};
use crate::provider::{Live, LiveRecords, Provider as _};
use crate::runbook::{Sources, failover};
use crate::state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

/// How many offsets of the standby's log are read for each partition to prove an answer.
const PROVE: i64 = 10_000;
const LIMIT: &str = "max.message.bytes";

/// What a failover is asked for.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct Asked {
    /// Goes on without a guard, with a reason that is kept; may be given several times.
    #[arg(long = "override", value_name = "NAME=REASON")]
    pub overrides: Vec<String>,
}

/// What is known once all is read.
pub(in crate::cli) struct Read {
    pub pair: Address,
    pub planned: Planned,
}

impl Asked {
    /// Guards that are overridden, with the reasons.
    fn overrides(&self) -> Result<BTreeMap<String, String>, Failure> {
        let all = || GUARDS.map(|guard| guard.name).join(", ");
        let mut overrides = BTreeMap::new();
        for text in &self.overrides {
            let Some((name, reason)) = text.split_once('=').filter(|(_, reason)| !reason.trim().is_empty())
            else {
                return Err(Failure::new(format!("-override {text} gives no reason"))
                    .hint(format!("write -override NAME=REASON; guards are {}", all())));
            };
            if !GUARDS.iter().any(|known| known.name == name) {
                return Err(
                    Failure::new(format!("there is no guard {name}")).hint(format!("guards are {}", all()))
                );
            }
            overrides.insert(name.to_owned(), reason.trim().to_owned());
        }
        Ok(overrides)
    }

    /// Reads the world and makes the plan.
    pub(in crate::cli) async fn plan(
        &self,
        workspace: &Workspace,
        configuration: &Configuration,
        pair: Option<&str>,
        recipe: Recipe,
    ) -> Result<Read, Failure> {
        let overrides = self.overrides()?;
        let state = workspace.load_state().await?;
        let now = configuration.load(state.actives())?.estate;
        let pair = named_pair(&now, pair)?;
        let then = match recipe {
            Recipe::Planned | Recipe::Unplanned | Recipe::Drill => {
                let mut actives = state.actives();
                let side = now.pair(&pair).map(|pair| pair.active).unwrap_or_default();
                actives.insert(pair.clone(), side.other());
                configuration.load(actives)?.estate
            }
            Recipe::Reprotect => now.clone(),
        };
        refuse_prefixed(&now, &pair)?;
        let started = Instant::now();
        let (world, records) = (Live::new(&now), LiveRecords::new(&now));
        let asked = both(&now, &then, &state);
        let (observed, flows) =
            futures::join!(observe(&world, &asked), flows(&world, &records, &now, &state, &pair));
        let limits = limits(&world, &now, &flows, &pair, recipe).await;
        let is_written = is_written(&world, &flows).await;
        let sources: Vec<&Flow> = flows.iter().map(|(flow, _)| flow).collect();
        let sighting = sighting(workspace, &state, &pair, &sources);
        let sources = Sources {
            pair: &pair,
            recipe,
            now: &now,
            then: &then,
            state: &state,
            observed: &observed,
            flows: &flows,
            limits: &limits,
            is_written,
            sighting: sighting.as_ref(),
            overrides: &overrides,
        };
        let plan = failover(&sources)?;
        let read = Some(started.elapsed());
        Ok(Read { pair, planned: Planned { observed, state, plan, world, records, read } })
    }
}

/// Under prefixed names clients would find other topics on the other side: what was carried is not where they look.
fn refuse_prefixed(estate: &Estate, pair: &Address) -> Result<(), Failure> {
    let is_prefixed = |replication: &Replication| matches!(replication.naming, Naming::Prefixed { .. });
    match estate.replications_of(pair).find(|(_, replication)| is_prefixed(replication)) {
        None => Ok(()),
        Some((address, _)) => Err(Failure::new(format!(
            "{address} prefixes names: behind a failover, clients would look for topics that are called otherwise there"
        ))
        .hint("say naming = \"identity\" in its block, and let what was carried so far be carried anew")),
    }
}

/// What has to be asked under either roles, once each.
fn both(now: &Estate, then: &Estate, state: &State) -> Vec<Query> {
    let mut known = BTreeSet::new();
    let all = queries(now, &state.resources).into_iter().chain(queries(then, &state.resources));
    all.filter(|query| known.insert(query.id())).collect()
}

async fn flows(
    world: &Live,
    records: &LiveRecords,
    estate: &Estate,
    state: &State,
    pair: &Address,
) -> Vec<(Flow, Vec<Row>)> {
    let read = estate.replications_of(pair).map(async |(address, _)| {
        let starts = state.starts.get(address).map(Vec::as_slice).unwrap_or_default();
        let mut flow = flow(world, records, estate, address, starts).await?;
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
    let role = if recipe == Recipe::Reprotect { Role::Standby } else { Role::Active };
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
    let (Some(saved), Some(fresh)) = (&saved.failover, &fresh.failover) else { return Vec::new() };
    let held = |name: &str| saved.guards.iter().any(|guard| guard.name == name && !guard.stops());
    let newly = fresh.guards.iter().filter(|guard| guard.stops() && held(&guard.name));
    let overridden =
        |name: &str| saved.guards.iter().any(|guard| guard.name == name && guard.overridden.is_some());
    newly
        .filter(|guard| !overridden(&guard.name))
        .map(|guard| format!("{}: {}", guard.name, guard.seen))
        .collect()
}

/// Which side it is about, for a question.
pub(super) fn target(plan: &Plan) -> String {
    plan.failover
        .as_ref()
        .map_or_else(String::new, |failover| format!("{} ({})", failover.to.cluster.name, failover.to.side))
}
