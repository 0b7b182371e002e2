//! Seeing that all was carried.

use super::wait::{Look, ends};
use super::{Conduct, Found};
use crate::estate::{Carried, Ends, Evidence, Fault, FaultKind, Object, ObjectId, Query, Route, What};
use crate::provider::records::{Range, Scan};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long nothing may move: connectors flush how far they have come every `offset.flush.interval.ms`, 60 s unless the
/// workers say otherwise.
const PATIENCE: Duration = Duration::from_secs(150);

/// A partition that is not carried to its end, as far as the connector has committed.
struct Behind {
    topic: String,
    partition: i32,
    next: i64,
    end: i64,
}

impl Conduct<'_> {
    /// Waits until the connector has committed every partition as carried to its end, twice in a row.
    ///
    /// Behind the last record of a partition transactions leave markers that are never carried: what is left over is read,
    /// and drained if no record stands there.
    pub(super) async fn await_drained(&self, route: &Route) -> Found {
        let Some(connector) = &route.connector else { return Err(no_connector(route)) };
        let queries = queries(route, connector);
        let mut seen = 0;
        let waited = self.wait(PATIENCE, async || {
            let found = self.read(&queries).await?;
            let behind = behind(route, connector, &found);
            let behind = if behind.is_empty() { behind } else { self.with_records(route, behind).await? };
            if behind.is_empty() {
                seen += 1;
                return Ok(if seen == 2 { Look::There(()) } else { Look::NotYet("lag 0".into()) });
            }
            seen = 0;
            let lag: i64 = behind.iter().map(|behind| behind.end - behind.next).sum();
            Ok(Look::NotYet(match &behind[..] {
                [only] => format!("lag {lag} in {}-{}", only.topic, only.partition),
                _ => format!("lag {lag} in {} partitions", behind.len()),
            }))
        });
        if let Err(fault) = waited.await {
            // Nothing behind an open transaction is carried, and one that hangs stays open for ever.
            let open = self.writers(&route.source, route.topics.keys()).await.open();
            return Err(match open {
                Some(open) => {
                    fault.hint(format!("{open}: end it (kafka-transactions.sh abort), then resume the run"))
                }
                None => fault,
            });
        }
        Ok(Evidence::Seen("lag 0, seen twice".into()))
    }

    /// Waits until the connector has committed as carried all that the source held when this began. Who writes on does not
    /// keep it waiting.
    pub(super) async fn await_carried(&self, route: &Route) -> Found {
        let Some(connector) = &route.connector else { return Err(no_connector(route)) };
        let queries = queries(route, connector);
        let mut wanted: Option<BTreeMap<(String, i32), i64>> = None;
        self.wait(PATIENCE, async || {
            let found = self.read(&queries).await?;
            let mut behind = behind(route, connector, &found);
            let at = |behind: &Behind| ((behind.topic.clone(), behind.partition), behind.end);
            let wanted = wanted.get_or_insert_with(|| behind.iter().map(at).collect());
            for at in &mut behind {
                at.end = wanted.get(&(at.topic.clone(), at.partition)).copied().unwrap_or(at.next);
            }
            behind.retain(|at| at.next < at.end);
            let behind = if behind.is_empty() { behind } else { self.with_records(route, behind).await? };
            if behind.is_empty() {
                return Ok(Look::There(()));
            }
            let left: i64 = behind.iter().map(|behind| behind.end - behind.next).sum();
            Ok(Look::NotYet(format!("{left} records to carry")))
        })
        .await?;
        Ok(Evidence::Seen("all that stood there when it began is carried".into()))
    }

    /// All of them, if a record is left or a transaction open in any; else none.
    async fn with_records(&self, route: &Route, behind: Vec<Behind>) -> Result<Vec<Behind>, Fault> {
        let ranges = behind.iter().map(|at| Range::offsets(at.topic.clone(), at.partition, at.next, at.end));
        let scan = Scan::ranges(&route.source, ranges.collect());
        let mut scanning = self.world.records.scan(&scan).await?;
        // Behind the first open transaction nothing can be read yet: it is waited for, or a record would be lost with it.
        let open = |at: &Behind| {
            let extent =
                scanning.extents().iter().find(|it| it.topic == at.topic && it.partition == at.partition);
            extent.is_none_or(|extent| extent.end < at.end)
        };
        if behind.iter().any(open) {
            return Ok(behind);
        }
        // One record is enough to know, and there may be millions.
        while let Some(batch) = scanning.next().await? {
            if batch.records().next().is_some() {
                return Ok(behind);
            }
        }
        Ok(Vec::new())
    }
}

fn no_connector(route: &Route) -> Fault {
    let message = format!("no Connect cluster is attached to {}", route.target.name);
    Fault::new(FaultKind::Invalid, message)
}

fn queries(route: &Route, connector: &ObjectId) -> Vec<Query> {
    let ends = route.topics.keys().map(|topic| Query::ends(&route.source, topic));
    ends.chain(Query::carried(connector)).collect()
}

/// The partitions that hold offsets behind the connector's position.
fn behind(route: &Route, connector: &ObjectId, found: &BTreeMap<ObjectId, Object>) -> Vec<Behind> {
    let nothing = Carried::default();
    let carried = carried(connector, found).unwrap_or(&nothing);
    let mut behind = Vec::new();
    for topic in route.topics.keys() {
        let id = ObjectId::new(&route.source, What::Ends(topic.clone()));
        let Some(Ends { partitions }) = ends(found.get(&id)) else { continue };
        for (partition, ends) in (0..).zip(partitions) {
            let next = carried.next.get(topic).and_then(|topic| topic.get(&partition)).copied();
            let next = next.unwrap_or(ends.start).max(ends.start);
            if next < ends.end {
                behind.push(Behind { topic: topic.clone(), partition, next, end: ends.end });
            }
        }
    }
    behind
}

fn carried<'a>(connector: &ObjectId, found: &'a BTreeMap<ObjectId, Object>) -> Option<&'a Carried> {
    match found.get(&Query::carried(connector)?.id())? {
        Object::Carried(carried) => Some(carried),
        _ => None,
    }
}
