//! What stands on a standby that is to be rebuilt.

use crate::cli::Failure;
use crate::estate::{Address, Estate, Fault, FaultKind, Object, Query, Reading, Role};
use crate::offsets::{Flow, Row};
use crate::provider::{Live, LiveRecords, Provider as _};
use crate::runbook::{Exported, Held, HeldTail, HeldTopic};
use crate::state::State;
use crate::tail::{Course, Export, Found, Part, TailError, count, find};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Reads what stands on the standby of a pair.
///
/// # Errors
/// The folder that is said to hold its tail holds no whole export.
pub(super) async fn held(
    (world, records): (&Live, &LiveRecords),
    (now, state): (&Estate, &State),
    pair: &Address,
    flows: &[(Flow, Vec<Row>)],
    exported: Option<&Path>,
) -> Result<Held, Failure> {
    let export = match exported.map(Export::open).transpose() {
        Ok(export) => export,
        Err(error) => {
            let failure = Failure::new(&error);
            return Err(error.hint().map_or(failure, |hint| Failure::new(&error).hint(hint)));
        }
    };
    let tail = tail(world, records, (now, state), pair, export.as_ref()).await;
    let tail = tail.map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        Fault::new(FaultKind::Unreachable, error.to_string()).hint(hint)
    });
    Ok(Held { topics: topics(world, now, pair, flows).await, tail })
}

async fn topics(
    world: &Live,
    now: &Estate,
    pair: &Address,
    flows: &[(Flow, Vec<Row>)],
) -> BTreeMap<String, HeldTopic> {
    let Some(standby) = now.pair(pair).map(|pair| pair.with_role(Role::Standby)) else {
        return BTreeMap::new();
    };
    let names: BTreeSet<&String> = flows.iter().flat_map(|(flow, _)| flow.topics.values()).collect();
    let query = |name: &&String| Query::Topic {
        cluster: standby.clone(),
        name: (*name).clone(),
        keys: Arc::default(),
    };
    let asked: Vec<Query> = names.iter().map(query).collect();
    let readings = world.read(&asked).await;
    let mut topics = BTreeMap::new();
    for (name, reading) in names.into_iter().zip(readings) {
        if let Reading::Present(Object::Topic(topic)) = reading {
            let ends = flows.iter().find_map(|(flow, _)| flow.ends(standby, name).ok().flatten());
            let ends = ends.map(|ends| ends.partitions.clone());
            topics.insert(name.clone(), HeldTopic { topic, ends });
        }
    }
    topics
}

/// What the standby took while it was active, and never handed on.
async fn tail(
    world: &Live,
    records: &LiveRecords,
    (now, state): (&Estate, &State),
    pair: &Address,
    export: Option<&Export>,
) -> Result<HeldTail, TailError> {
    let side = now.pair(pair).map(|pair| pair.active.other());
    let course = Course::of(now, state, pair, side)?;
    let found = find(world, records, &course).await?;
    let counts = count(records, &course, &found, &|_| ()).await?;
    let exported = export.map(|export| holding(export, &course, &found, &counts));
    Ok(HeldTail { records: counts.iter().map(|count| count.records).sum(), exported })
}

/// Whether an export holds all of a tail.
fn holding(export: &Export, course: &Course, found: &Found, counts: &[crate::tail::Count]) -> Exported {
    let (folder, of) = (export.folder().display().to_string(), export.manifest());
    if (&of.pair, of.side, &of.source_id) != (&course.pair, course.side, &found.source_id) {
        let why = format!("{folder} is of another tail: {}, {}", of.pair, of.side);
        return Exported::NotWhole { why };
    }
    let holds = |part: &Part| {
        of.parts.iter().any(|held| {
            let is_it = held.topic == part.topic && held.partition == part.partition;
            is_it && held.first() <= part.first() && held.to >= part.end
        })
    };
    let full = found.parts.iter().zip(counts).filter(|(_, count)| count.records > 0);
    match full.map(|(part, _)| part).find(|part| !holds(part)) {
        None => Exported::Whole { folder },
        Some(part) => {
            let why = format!("{folder} does not hold all of {}-{}", part.topic, part.partition);
            Exported::NotWhole { why }
        }
    }
}
