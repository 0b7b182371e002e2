//! Where groups would go on by time.

use super::compare::configured;
use super::flow::{each, rounds};
use crate::estate::Fault;
use crate::offsets::{Basis, Flow, Moment, Row, Teller, Timed};
use crate::provider::Provider;
use crate::provider::records::{Begin, Range, Records, Scan, Until};
use std::collections::{BTreeMap, BTreeSet};

/// So many records are looked at from the position on of a group that lags farther than may be read.
const HEAD: i64 = 100;

/// How positions are found by time.
#[derive(Debug, Clone, Copy)]
pub struct ByTime {
    /// So many milliseconds before the moment the target is asked for.
    pub margin: i64,
    /// So many offsets of the source are read for each partition, at most.
    pub most: i64,
    /// Whether a possible loss is accepted.
    pub accept_loss: bool,
}

/// Finds where each row would go on by time: the time of the oldest record that the group has not read or, if the source does
/// not answer, of its last checkpoint; and the first record on the target of that time, less a margin.
///
/// # Errors
/// A cluster stopped answering; rows that were not found until then stay as they are.
pub async fn by_time(
    world: &dyn Provider,
    records: &dyn Records,
    flow: &Flow,
    rows: &mut [Row],
    how: ByTime,
) -> Result<(), Fault> {
    let read = times(records, flow, rows, how.most).await?;
    let topics: BTreeSet<String> = flow.topics.values().cloned().collect();
    let stamped = configured(world, &flow.target, topics, "message.timestamp.type", "LogAppendTime").await;
    let mut asked = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let (Some(moment), Some(on_target)) = (moment(flow, row, &read), flow.topics.get(&row.topic)) else {
            continue;
        };
        let basis = match moment.basis {
            Basis::Unread if stamped.contains(on_target) => Basis::Partly,
            basis => basis,
        };
        asked.push((at, (on_target.clone(), row.partition), (moment.millis - how.margin).max(0), basis));
    }
    let wanted: BTreeSet<(String, i32, i64)> =
        asked.iter().map(|(_, (topic, partition), time, _)| (topic.clone(), *partition, *time)).collect();
    let found = first_of(records, flow, wanted).await?;
    for (at, (topic, partition), time, basis) in asked {
        if let (Some(answer), Some(offset)) = (&rows[at].answer, found.get(&(topic, partition, time))) {
            rows[at].timed = Some(Timed::of(answer, *offset, time, basis, how.accept_loss));
        }
    }
    Ok(())
}

/// What was read of a partition of the source: offsets with their times, in order.
#[derive(Debug, Default)]
struct Times {
    /// The last records, as many as may be read.
    tail: Vec<(i64, i64)>,
    /// Where the tail begins, and whether that is at or before all positions.
    from: i64,
    /// Behind positions before the tail, the next records.
    heads: Vec<(i64, i64)>,
}

type Read = BTreeMap<(String, i32), Times>;

/// Reads the times of what groups have not read.
async fn times(records: &dyn Records, flow: &Flow, rows: &[Row], most: i64) -> Result<Read, Fault> {
    let (mut read, mut tails, mut heads) = (Read::new(), Vec::new(), Vec::new());
    let mut positions = BTreeMap::<(String, i32), BTreeSet<i64>>::new();
    for row in rows {
        if let Some(position) = row.position.filter(|position| position.told_by == Teller::Source) {
            positions.entry((row.topic.clone(), row.partition)).or_default().insert(position.offset);
        }
    }
    for ((topic, partition), positions) in positions {
        let Some(ends) = flow.partition_ends(&flow.source, &topic, partition) else { continue };
        let first = positions.first().copied().unwrap_or(ends.end).clamp(ends.start, ends.end);
        // The last record too, for those that have read all.
        let from = first.min(ends.end - 1).max(ends.end - most.max(1)).max(ends.start);
        tails.push(Range::offsets(topic.clone(), partition, from, ends.end));
        for position in positions.range(..from) {
            let to = (position + HEAD).min(from);
            heads.push(Range::offsets(topic.clone(), partition, *position, to));
        }
        read.insert((topic, partition), Times { from, ..Times::default() });
    }
    for (ranges, is_tail) in [(tails, true), (heads, false)] {
        for round in rounds(ranges) {
            each(records, &Scan::ranges(&flow.source, round).uncommitted(), |record| {
                let times = read.get_mut(&(record.topic.to_owned(), record.partition));
                if let (Some(times), Some(timestamp)) = (times, record.timestamp) {
                    let list = if is_tail { &mut times.tail } else { &mut times.heads };
                    list.push((record.offset, timestamp.millis));
                }
            })
            .await?;
        }
    }
    Ok(read)
}

/// The time of the oldest record that a group has not read, as far as it was looked at.
fn moment(flow: &Flow, row: &Row, read: &Read) -> Option<Moment> {
    let position = row.position?;
    if let Teller::Checkpoint(at) = position.told_by {
        return at.map(|millis| Moment { millis, basis: Basis::Checkpoint });
    }
    let times = read.get(&(row.topic.clone(), row.partition))?;
    let start = flow.partition_ends(&flow.source, &row.topic, row.partition)?.start;
    let unread = |(offset, _): &&(i64, i64)| *offset >= position.offset;
    let head = times.heads.iter().filter(|(offset, _)| *offset < position.offset + HEAD);
    let oldest = times.tail.iter().chain(head).filter(unread).map(|(_, millis)| *millis).min();
    // Whoever has read all goes on at the last record's time.
    let millis = oldest.or_else(|| times.tail.last().map(|(_, millis)| *millis))?;
    // What retention took before the group read it can have been older.
    let whole = position.offset >= times.from && position.offset >= start;
    Some(Moment { millis, basis: if whole { Basis::Unread } else { Basis::Partly } })
}

/// The first offset on the target of each time or later; the end where there is none.
async fn first_of(
    records: &dyn Records,
    flow: &Flow,
    wanted: BTreeSet<(String, i32, i64)>,
) -> Result<BTreeMap<(String, i32, i64), i64>, Fault> {
    let range = |(topic, partition, time): (String, i32, i64)| Range {
        topic,
        partition: Some(partition),
        from: Begin::Time(time),
        to: Until::Before(0),
    };
    let mut found = BTreeMap::new();
    for round in rounds(wanted.into_iter().map(range).collect()) {
        let times: BTreeMap<(String, Option<i32>), Begin> =
            round.iter().map(|range| ((range.topic.clone(), range.partition), range.from)).collect();
        let scan = Scan::ranges(&flow.target, round).uncommitted();
        for extent in records.scan(&scan).await?.extents() {
            if let Some(Begin::Time(time)) = times.get(&(extent.topic.clone(), Some(extent.partition))) {
                found.insert((extent.topic.clone(), extent.partition, *time), extent.from);
            }
        }
    }
    Ok(found)
}
