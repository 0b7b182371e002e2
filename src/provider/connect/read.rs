//! Connectors and the Connect cluster itself, in bulk: one request for all connectors.

use super::body::{Expanded, Offsets, Part, Status, Worker};
use super::client::Client;
use super::fault::RestFault;
use super::vault::Vault;
use crate::estate::{
    Carried, ConnectFacts, Connector, ConnectorState, FailedTask, Fault, FaultKind, Mirror, Object, Query,
    Reading, SecretRef, Setting,
};
use futures::future::{join, join_all};
use std::collections::{BTreeMap, BTreeSet};

type Connectors = BTreeMap<String, Expanded>;

/// Answers each query, in order.
pub(super) async fn read(client: &Client, queries: &[&Query]) -> Vec<Reading> {
    let (carried, rest): (Vec<usize>, Vec<usize>) =
        (0..queries.len()).partition(|at| matches!(queries[*at], Query::Carried { .. }));
    let of_rest: Vec<&Query> = rest.iter().map(|at| queries[*at]).collect();
    let of_carried = join_all(carried.iter().map(|at| position(client, queries[*at])));
    let (readings, positions) = join(read_connectors(client, &of_rest), of_carried).await;
    let mut answers: Vec<(usize, Reading)> =
        rest.into_iter().zip(readings).chain(carried.into_iter().zip(positions)).collect();
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, reading)| reading).collect()
}

/// All that one request about all connectors answers.
async fn read_connectors(client: &Client, queries: &[&Query]) -> Vec<Reading> {
    if queries.is_empty() {
        return Vec::new();
    }
    let wants_facts = queries.iter().any(|query| matches!(query, Query::Connect { .. }));
    let facts = async { if wants_facts { Some(facts(client).await) } else { None } };
    let (connectors, facts) = join(connectors(client, queries), facts).await;
    queries.iter().map(|query| reading(client.vault(), query, &connectors, facts.as_ref())).collect()
}

/// How far a connector has carried: a request a connector, since Connect has no other (KIP-875).
async fn position(client: &Client, query: &Query) -> Reading {
    let Query::Carried { connector, .. } = query else { return Reading::Absent };
    match client.offsets(connector).await {
        Ok(offsets) => Reading::Present(Object::Carried(carried(offsets))),
        Err(RestFault::NotFound { .. }) => Reading::Absent,
        Err(fault) => Reading::Unreachable(fault.into()),
    }
}

fn carried(offsets: Offsets) -> Carried {
    let mut carried = Carried::default();
    for entry in offsets.offsets {
        if let Some(last) = entry.offset {
            let partitions = carried.next.entry(entry.partition.topic).or_default();
            partitions.insert(entry.partition.partition, last.offset + 1);
        }
    }
    carried
}

/// All connectors, by name. One without a status yet is left out of the bulk answer (seen on 4.3, just after it
/// was made), so what is asked for and missing there is looked for among the names before it counts as absent.
async fn connectors(client: &Client, queries: &[&Query]) -> Result<Connectors, RestFault> {
    let mut connectors = client.connectors().await?;
    let asked = queries.iter().filter_map(|query| match query {
        Query::Connector { name, .. } => Some(name),
        _ => None,
    });
    let missing: Vec<&String> = asked.filter(|name| !connectors.contains_key(*name)).collect();
    if missing.is_empty() {
        return Ok(connectors);
    }
    let names = client.names().await?;
    for name in missing.into_iter().filter(|name| names.contains(*name)) {
        if let Some(connector) = client.connector(name).await? {
            connectors.insert(name.clone(), connector);
        }
    }
    Ok(connectors)
}

/// What the workers and the plugins say, without the mirrors. The cluster is as old as its oldest worker.
async fn facts(client: &Client) -> Result<ConnectFacts, Fault> {
    let (workers, plugins) = join(client.workers(), client.plugins()).await;
    let plugins = plugins?;
    let workers: Vec<Worker> = workers.into_iter().filter_map(Result::ok).collect();
    let ids: BTreeSet<&str> = workers.iter().map(|worker| worker.kafka_cluster_id.as_str()).collect();
    if ids.len() > 1 {
        let ids = ids.into_iter().collect::<Vec<_>>().join(", ");
        let message = format!("the workers are attached to different Kafka clusters: {ids}");
        return Err(Fault::new(FaultKind::Conflict, message)
            .hint("the urls of a connect block have to be workers of one Connect cluster"));
    }
    let oldest = workers.into_iter().min_by_key(|worker| numbers(&worker.version));
    let oldest = oldest.ok_or_else(|| {
        Fault::new(FaultKind::Internal, "a worker lists its plugins and does not say what it is")
    })?;
    Ok(ConnectFacts {
        version: oldest.version,
        kafka_cluster_id: oldest.kafka_cluster_id,
        plugins: plugins.into_iter().map(|p| (p.class, p.version.unwrap_or_default())).collect(),
        mirrors: BTreeMap::new(),
    })
}

/// `3.7.1` as numbers, so that 3.10 is newer than 3.9; what is no number (`-ccs`) is left out.
fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

fn reading(
    vault: &Vault,
    query: &Query,
    connectors: &Result<Connectors, RestFault>,
    facts: Option<&Result<ConnectFacts, Fault>>,
) -> Reading {
    let unreachable = |fault: &RestFault| Reading::Unreachable(fault.clone().into());
    match (query, connectors, facts) {
        (Query::Connect { .. }, _, Some(Err(fault))) => Reading::Unreachable(fault.clone()),
        (Query::Connector { .. }, Err(fault), _) => unreachable(fault),
        (Query::Connector { name, secrets, .. }, Ok(connectors), _) => {
            let connector = connectors.get(name).and_then(|expanded| connector(vault, expanded, secrets));
            connector.map_or(Reading::Absent, |connector| Reading::Present(Object::Connector(connector)))
        }
        (Query::Connect { .. }, Err(fault), _) => unreachable(fault),
        (Query::Connect { .. }, Ok(connectors), Some(Ok(facts))) => {
            let mirrors = connectors.iter().filter_map(|(name, c)| Some((name.clone(), mirror(c)?)));
            Reading::Present(Object::Connect(ConnectFacts { mirrors: mirrors.collect(), ..facts.clone() }))
        }
        _ => {
            let message = format!("a Connect cluster holds connectors, and {} is none", query.id().what);
            Reading::Unreachable(Fault::new(FaultKind::Invalid, message))
        }
    }
}

/// What may be kept of a connector; none if the worker knows its name only.
pub(super) fn connector(
    vault: &Vault,
    expanded: &Expanded,
    secrets: &[(String, SecretRef)],
) -> Option<Connector> {
    let info = expanded.info.as_ref()?;
    let setting = |(key, value): (&String, &Option<String>)| {
        let wanted = secrets.iter().find(|(secret, _)| secret == key).map(|(_, reference)| reference);
        let value = value.as_deref()?;
        (key != "name").then(|| (key.clone(), vault.observed(key, value, wanted)))
    };
    let config: BTreeMap<String, Setting> = info.config.iter().filter_map(setting).collect();
    let status = expanded.status.as_ref();
    Some(Connector {
        config,
        state: state(status),
        tasks: status.map_or(0, |status| status.tasks.len()),
        failed: status.map(|status| failed(vault, status)).unwrap_or_default(),
    })
}

/// A connector that was made stopped has no status until it has run once.
pub(super) fn state(status: Option<&Status>) -> ConnectorState {
    match status.map(|status| status.connector.state.as_str()) {
        None | Some("STOPPED") => ConnectorState::Stopped,
        Some("RUNNING") => ConnectorState::Running,
        Some("PAUSED") => ConnectorState::Paused,
        Some("FAILED") => ConnectorState::Failed,
        Some(_) => ConnectorState::Unassigned,
    }
}

/// The tasks that failed, each with the first line of its trace.
pub(super) fn failed(vault: &Vault, status: &Status) -> Vec<FailedTask> {
    let is_failed = |part: &Part| part.state == "FAILED";
    let failed = status.tasks.iter().filter(|task| is_failed(&task.part));
    failed.map(|task| FailedTask { id: task.id, trace: first_line(vault, &task.part) }).collect()
}

/// The first line of a trace, which names the exception and its message.
pub(super) fn first_line(vault: &Vault, part: &Part) -> String {
    let line = part.trace.as_deref().and_then(|trace| trace.lines().next()).unwrap_or_default().trim();
    if line.is_empty() { "Connect gives no trace".to_owned() } else { vault.scrub(line) }
}

/// What a connector is as a mirror, if it is one.
fn mirror(expanded: &Expanded) -> Option<Mirror> {
    let config = &expanded.info.as_ref()?.config;
    let text = |key: &str| config.get(key).cloned().flatten().unwrap_or_default();
    text("connector.class").ends_with("MirrorSourceConnector").then(|| Mirror {
        source: text("source.cluster.alias"),
        target: text("target.cluster.alias"),
        topics: text("topics"),
        identity: text("replication.policy.class").ends_with("IdentityReplicationPolicy"),
        active: state(expanded.status.as_ref()) != ConnectorState::Stopped,
    })
}
