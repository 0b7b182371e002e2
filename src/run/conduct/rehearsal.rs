//! What only a drill does: writing records of its own, and seeing that they and a group's position cross whole.

use super::wait::Look;
use super::{Conduct, Found};
use crate::estate::{Address, Evidence, Fault, FaultKind, Group, Route};
use crate::offsets::Certainty;
use crate::provider::records::{NewRecord, Scan};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A task of a connector takes seconds to start, on a busy Connect cluster many.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a topic that was just made may be without a leader that answers.
const LED: Duration = Duration::from_secs(15);

/// A record as it has to arrive. Its time is left out: a topic may have the broker's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Option<Vec<u8>>)>,
}

type Log = BTreeMap<i32, Vec<(i64, Held)>>;

impl Conduct<'_> {
    /// Writes the numbered records that a topic does not hold yet.
    pub(super) async fn write_numbered(
        &self,
        cluster: &Address,
        topic: &str,
        partitions: i32,
        each: i64,
    ) -> Found {
        // A topic that every broker shows may have no leader yet that answers.
        let there = self.wait(LED, async || self.log(cluster, topic).await.map(Look::There)).await?;
        let known = |partition: &i32| there.get(partition).map_or(0, Vec::len);
        let missing = (0..partitions).flat_map(|partition| {
            let first = i64::try_from(known(&partition)).unwrap_or(i64::MAX);
            (first..each).map(move |number| (partition, format!("{partition}-{number}")))
        });
        let missing: Vec<(i32, String)> = missing.collect();
        let records: Vec<NewRecord<'_>> = (missing.iter())
            .map(|(partition, text)| {
                let text = Some(text.as_bytes());
                NewRecord::new(topic, text, text).partition(*partition).header("leeward", Some(b"drill"))
            })
            .collect();
        if !records.is_empty() {
            self.world.records.producer(cluster, None).await?.send(&records).await?;
        }
        Ok(Evidence::Seen(format!("{} records", i64::from(partitions) * each)))
    }

    /// Waits until both logs hold the same.
    pub(super) async fn await_copies(&self, route: &Route) -> Found {
        let count = self
            .wait(PATIENCE, async || {
                let (mut wanted, mut arrived) = (0, 0);
                for (on_source, on_target) in &route.topics {
                    let source = contents(self.log(&route.source, on_source).await?);
                    let target = contents(self.log(&route.target, on_target).await?);
                    wanted += source.values().map(Vec::len).sum::<usize>();
                    arrived += target.values().map(Vec::len).sum::<usize>();
                    let differs = |(partition, held): (&i32, &Vec<Held>)| {
                        source.get(partition).is_none_or(|source| !source.starts_with(held))
                    };
                    if target.iter().any(differs) {
                        let target = &route.target.name;
                        return Ok(Look::NotYet(format!("other records stand in {on_target} on {target}")));
                    }
                }
                Ok(if arrived == wanted {
                    Look::There(arrived)
                } else {
                    Look::NotYet(format!("{arrived} of {wanted} records have arrived"))
                })
            })
            .await?;
        Ok(Evidence::Seen(format!("{count} records, the same keys, values and headers in the same order")))
    }

    /// Reads on from where groups were set, and compares with what they had not read on the source.
    pub(super) async fn read_on(&self, route: &Route) -> Found {
        let flow = self.proven(route, false).await?;
        let rows = flow.rows(Certainty::Proven);
        let answers = rows.iter().filter_map(|row| row.answer.as_ref());
        let foretold: i64 = answers.map(|answer| answer.duplicates.at_most).sum();
        let (mut read, mut left_out, mut repeated) = (0, 0, 0);
        for (on_source, on_target) in &route.topics {
            let source = self.log(&route.source, on_source).await?;
            let target = self.log(&route.target, on_target).await?;
            for group in &route.groups {
                let owed = beyond(&source, on_source, flow.group(&route.source, group)?);
                let given = beyond(&target, on_target, flow.group(&route.target, group)?);
                read += given.len();
                left_out += owed.difference(&given).count();
                repeated += i64::try_from(given.difference(&owed).count()).unwrap_or(i64::MAX);
            }
        }
        let told = format!("{read} records, {left_out} left out, {repeated} read again, {foretold} foretold");
        if left_out > 0 || repeated > foretold {
            let message = format!("a group that goes on on {} reads wrongly: {told}", route.target.name);
            return Err(Fault::new(FaultKind::Conflict, message));
        }
        Ok(Evidence::Seen(told))
    }

    /// All that a topic holds.
    async fn log(&self, cluster: &Address, topic: &str) -> Result<Log, Fault> {
        let mut log = Log::new();
        let mut scanning = self.world.records.scan(&Scan::topics(cluster, [topic])).await?;
        scanning
            .each(|record| {
                let bytes = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
                let headers = record.headers.iter().map(|it| (it.name.to_owned(), bytes(it.value)));
                let held =
                    Held { key: bytes(record.key), value: bytes(record.value), headers: headers.collect() };
                log.entry(record.partition).or_default().push((record.offset, held));
            })
            .await?;
        Ok(log)
    }
}

fn contents(log: Log) -> BTreeMap<i32, Vec<Held>> {
    log.into_iter()
        .map(|(partition, held)| (partition, held.into_iter().map(|(_, held)| held).collect()))
        .collect()
}

/// What a group has still to read: of a partition that it has no position in, all.
fn beyond<'a>(log: &'a Log, topic: &str, group: Option<&Group>) -> BTreeSet<(i32, &'a Held)> {
    let of_partition = |(partition, held): (&i32, &'a Vec<(i64, Held)>)| {
        let partition = *partition;
        let next = group.and_then(|group| group.position(topic, partition)).unwrap_or(0);
        held.iter().filter(move |(offset, _)| *offset >= next).map(move |(_, held)| (partition, held))
    };
    log.iter().flat_map(of_partition).collect()
}
