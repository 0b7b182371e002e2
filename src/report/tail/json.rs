//! A tail as JSON.

use super::{sum, time};
use crate::estate::{Address, Fault, Side};
use crate::tail::{Count, Course, Evidence, Found, Part, Presence};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// What is in a tail: what `leeward tail list -json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TailJson {
    /// The version of this format.
    pub format: u32,
    /// The pair.
    pub pair: Address,
    /// The side whose tail it is.
    pub side: Side,
    /// The pair's epoch.
    pub epoch: u64,
    /// The cluster that the records are on.
    pub source: Address,
    /// Kafka's id of it.
    pub source_id: String,
    /// The cluster that they were not carried to.
    pub target: Address,
    /// Connectors that could not say how far they have carried.
    pub silent: Vec<SilentJson>,
    /// Connectors that are not there any more.
    pub gone: Vec<String>,
    /// How many records there are.
    pub records: u64,
    /// Bytes of their keys, values and headers.
    pub bytes: u64,
    /// The earliest time that a record carries.
    pub first: Option<Timestamp>,
    /// The latest.
    pub last: Option<Timestamp>,
    /// All partitions that are carried, those too of which nothing is left.
    pub parts: Vec<PartJson>,
}

/// A connector that could not say how far it has carried.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SilentJson {
    /// Its name.
    pub connector: String,
    /// Why.
    pub fault: Fault,
}

/// The tail of a partition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartJson {
    /// The topic on the source.
    pub topic: String,
    /// Its name on the target.
    pub carried_as: String,
    /// The partition.
    pub partition: i32,
    /// The first offset that was not carried.
    pub from: i64,
    /// The first offset that is still there.
    pub start: i64,
    /// The offset behind the last record.
    pub end: i64,
    /// Offsets that were not carried and that retention has taken since.
    pub gone: i64,
    /// How `from` is known.
    pub evidence: Evidence,
    /// How many records there are.
    pub records: u64,
    /// Bytes of their keys, values and headers.
    pub bytes: u64,
    /// The earliest time that a record carries.
    pub first: Option<Timestamp>,
    /// The latest.
    pub last: Option<Timestamp>,
}

/// Which records of a tail are there already: what `leeward tail diff -json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffJson {
    /// The version of this format.
    pub format: u32,
    /// The cluster that was looked at.
    pub on: Address,
    /// How many records the tail has.
    pub records: u64,
    /// How many of them are there.
    pub present: u64,
    /// How many are not.
    pub missing: u64,
    /// By partition of the source.
    pub parts: Vec<PresenceJson>,
}

/// What is there of a partition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PresenceJson {
    /// The topic on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// How many records the tail has of it.
    pub records: u64,
    /// How many of them are there.
    pub present: u64,
    /// How many are not.
    pub missing: u64,
    /// Offsets on the source of those that are not: from, and the one behind.
    pub ranges: Vec<(i64, i64)>,
}

/// What is in a tail.
pub fn list_json(course: &Course, found: &Found, counts: &[Count]) -> TailJson {
    let total = sum(counts);
    let silent = |(connector, fault): &(String, Fault)| SilentJson {
        connector: connector.clone(),
        fault: fault.clone(),
    };
    TailJson {
        format: 1,
        pair: course.pair.clone(),
        side: course.side,
        epoch: course.epoch,
        source: course.source.clone(),
        source_id: found.source_id.clone(),
        target: course.target.clone(),
        silent: found.silent.iter().map(silent).collect(),
        gone: found.gone.clone(),
        records: total.records,
        bytes: total.bytes,
        first: total.first.and_then(time),
        last: total.last.and_then(time),
        parts: found.parts.iter().zip(counts).map(|(part, count)| part_json(part, count)).collect(),
    }
}

fn part_json(part: &Part, count: &Count) -> PartJson {
    PartJson {
        topic: part.topic.clone(),
        carried_as: part.carried_as.clone(),
        partition: part.partition,
        from: part.from,
        start: part.start,
        end: part.end,
        gone: part.gone(),
        evidence: part.evidence,
        records: count.records,
        bytes: count.bytes,
        first: count.first.and_then(time),
        last: count.last.and_then(time),
    }
}

/// Which records are there; `names` are the partitions on the source.
pub fn diff_json(on: &Address, names: &[(String, i32)], parts: &[Presence]) -> DiffJson {
    let (records, present) =
        parts.iter().fold((0, 0), |sum, part| (sum.0 + part.records, sum.1 + part.present));
    let part = |((topic, partition), part): (&(String, i32), &Presence)| PresenceJson {
        topic: topic.clone(),
        partition: *partition,
        records: part.records,
        present: part.present,
        missing: part.records - part.present,
        ranges: part.ranges(),
    };
    DiffJson {
        format: 1,
        on: on.clone(),
        records,
        present,
        missing: records - present,
        parts: names.iter().zip(parts).map(part).collect(),
    }
}
