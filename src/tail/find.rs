//! Where a pair's tail begins and ends.

use super::{Course, TailError, position};
use crate::estate::{Carried, Fault, Object, Query, Reading, What};
use crate::provider::Provider;
use crate::provider::records::{Range, Records, Scan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tail: what stands on the source and was not carried.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its partitions, in the order of topic and number; those without anything left are among them.
    pub parts: Vec<Part>,
    /// Kafka's id of the source cluster.
    pub source_id: String,
    /// Why a connector could not say how far it has carried, if one could not.
    pub silent: Vec<(String, Fault)>,
    /// Connectors that are not there any more, with their positions.
    pub gone: Vec<String>,
}

/// The tail of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The topic on the source.
    pub topic: String,
    /// Its name on the target.
    pub carried_as: String,
    /// The partition.
    pub partition: i32,
    /// The first record that is still there.
    pub start: i64,
    /// Behind the last record that readers of committed records can see, or where records of the target begin that were mirrored
    /// back.
    pub end: i64,
    /// The first record that was not carried; it may be gone, if it stands before `start`.
    pub from: i64,
    /// How `from` is known.
    pub evidence: Evidence,
}

/// How a tail's beginning is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The connector committed it to Connect. A worker that was killed may have carried a little more.
    Connector,
    /// The connector answers and has committed nothing for the partition: it never carried anything of it.
    NeverCarried,
    /// Connect does not answer, or knows the connector no more: found in what the target holds.
    Target,
    /// Not known yet.
    Unknown,
}

impl Part {
    /// The first offset that can still be read.
    pub fn first(&self) -> i64 {
        self.from.clamp(self.start, self.end)
    }

    /// Offsets that were not carried and that retention has taken away since.
    pub fn gone(&self) -> i64 {
        (self.start - self.from).max(0)
    }

    /// Whether nothing can be left.
    pub fn is_empty(&self) -> bool {
        self.first() >= self.end
    }
}

/// Finds the tail of a course. It lives on the source alone: without that nothing can be found.
///
/// # Errors
/// The source does not answer; or Connect and the target do not, so that nobody knows what was carried.
pub async fn find(world: &dyn Provider, records: &dyn Records, course: &Course) -> Result<Found, TailError> {
    let mut queries = vec![Query::Cluster { cluster: course.source.clone(), topics: true, groups: false }];
    let connectors: Vec<(String, Query)> = course.flows.iter().filter_map(carried_query).collect();
    queries.extend(connectors.iter().map(|(_, query)| query.clone()));
    let mut readings = world.read(&queries).await.into_iter();
    let (source_id, topics) = match readings.next() {
        Some(Reading::Present(Object::Cluster(facts))) => {
            (facts.cluster_id, facts.topics.unwrap_or_default())
        }
        Some(Reading::Unreachable(fault)) => return Err(fault.into()),
        _ => Default::default(),
    };
    let mut found = Found { parts: Vec::new(), source_id, silent: Vec::new(), gone: Vec::new() };
    let mut carried = BTreeMap::new();
    for ((connector, _), reading) in connectors.into_iter().zip(readings) {
        match reading {
            Reading::Present(Object::Carried(position)) => drop(carried.insert(connector, position)),
            Reading::Unreachable(fault) => found.silent.push((connector, fault)),
            Reading::Present(_) | Reading::Absent => found.gone.push(connector),
        }
    }
    found.parts = parts(records, course, topics.iter().map(String::as_str), &carried).await?;
    position::from_target(records, course, &mut found.parts).await?;
    Ok(found)
}

fn carried_query(flow: &super::Flow) -> Option<(String, Query)> {
    let id = flow.connector.as_ref()?;
    let What::Connector(name) = &id.what else { return None };
    Some((name.clone(), Query::Carried { connect: id.place.clone(), connector: name.clone() }))
}

async fn parts(
    records: &dyn Records,
    course: &Course,
    topics: impl Iterator<Item = &str>,
    carried: &BTreeMap<String, Carried>,
) -> Result<Vec<Part>, TailError> {
    let wanted: Vec<Range> =
        topics.filter(|topic| course.flow_of(topic).is_some()).map(Range::nothing).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let scanning = records.scan(&Scan::ranges(&course.source, wanted)).await?;
    let mut parts = Vec::with_capacity(scanning.extents().len());
    for extent in scanning.extents() {
        let Some(flow) = course.flow_of(&extent.topic) else { continue };
        let name = carried_query(flow).map(|(name, _)| name);
        let position = name.and_then(|name| carried.get(&name));
        let next = position.map(|carried| carried.next.get(&extent.topic)?.get(&extent.partition).copied());
        let (from, evidence) = match next {
            Some(Some(next)) => (next, Evidence::Connector),
            Some(None) => (extent.start, Evidence::NeverCarried),
            None => (extent.start, Evidence::Unknown),
        };
        let mirrored = flow.mirrored_from.get(&(extent.topic.clone(), extent.partition)).copied();
        parts.push(Part {
            topic: extent.topic.clone(),
            carried_as: flow.naming.on_standby(&course.source.name, &extent.topic),
            partition: extent.partition,
            start: extent.start,
            end: mirrored.map_or(extent.end, |from| extent.end.min(from.max(extent.start))),
            from,
            evidence,
        });
    }
    parts.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    Ok(parts)
}
