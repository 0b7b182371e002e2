//! What is in a tail: how many records, how large, of which time.

use super::{Contents, Course, Found, Part, TailError};
use crate::provider::records::{Progress, Range, Record, Records, Scan};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Records, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many.
    pub records: u64,
    /// Bytes of their keys, values and headers.
    pub bytes: u64,
    /// The earliest time that one carries, in milliseconds since 1970-01-01 UTC.
    pub first: Option<i64>,
    /// The latest.
    pub last: Option<i64>,
}

impl Count {
    /// Adds a record.
    pub fn add(&mut self, bytes: usize, millis: Option<i64>) {
        self.records += 1;
        self.bytes += bytes as u64;
        self.first = self.first.into_iter().chain(millis).min();
        self.last = self.last.into_iter().chain(millis).max();
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
    }
}

/// Counts the records of each part, in their order.
///
/// # Errors
/// The source stopped answering.
pub async fn count(
    records: &dyn Records,
    course: &Course,
    found: &Found,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Count>, TailError> {
    let mut counts = vec![Count::default(); found.parts.len()];
    each(records, course, &found.parts, progress, |at, record| {
        counts[at].add(record.size(), record.timestamp.map(|timestamp| timestamp.millis));
    })
    .await?;
    Ok(counts)
}

/// The contents of the parts, to be compared with what another cluster holds.
///
/// # Errors
/// The source stopped answering.
pub async fn contents(
    records: &dyn Records,
    course: &Course,
    found: &Found,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Contents, TailError> {
    let mut contents = Contents::new(found.parts.iter().map(|part| vec![part.carried_as.clone()]));
    each(records, course, &found.parts, progress, |at, record| contents.add(at, record)).await?;
    Ok(contents)
}

/// Gives each record of the parts to `see`, with the part's position in the list.
async fn each(
    records: &dyn Records,
    course: &Course,
    parts: &[Part],
    progress: &(dyn Fn(Progress) + Sync),
    mut see: impl FnMut(usize, &Record<'_>),
) -> Result<(), TailError> {
    let full = parts.iter().filter(|part| !part.is_empty());
    let ranges: Vec<Range> =
        full.map(|part| Range::offsets(&part.topic, part.partition, part.first(), part.end)).collect();
    if ranges.is_empty() {
        return Ok(());
    }
    let mut places: HashMap<&str, HashMap<i32, usize>> = HashMap::new();
    for (at, part) in parts.iter().enumerate() {
        places.entry(&part.topic).or_default().insert(part.partition, at);
    }
    let mut scanning = records.scan(&Scan::ranges(&course.source, ranges)).await?;
    while let Some(batch) = scanning.next().await? {
        for record in batch.records() {
            if let Some(at) = places.get(record.topic).and_then(|topic| topic.get(&record.partition)) {
                see(*at, &record);
            }
        }
        progress(scanning.progress());
    }
    Ok(())
}
