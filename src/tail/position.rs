//! Where the records begin that a dead Connect cluster can't say it has carried: the target holds the others.
//!
//! The last offset sync of a partition names a record and its copy. What the target holds from that copy on was carried;
//! of the source's records from there on, the last one that has a twin among them is the last that was carried. A
//! partition that has no sync is compared from its beginning. Records of one partition are carried in order, so nothing
//! behind that last twin was.
//!
//! Behind the cut-over the target holds what clients have written there: one of them may have written again what the source
//! had taken without an answer. So only what stands before it is compared.

use super::TailError;
use super::course::Course;
use super::find::{Evidence, Part};
use super::frame::digest;
use crate::offsets::{OffsetSync, syncs_topic};
use crate::provider::records::{Range, Record, Records, Scan};
use std::collections::{BTreeMap, HashSet};

/// So many records of a partition on the target are looked at: the last ones.
const LOOKED_AT: i64 = 200_000;

type Syncs = BTreeMap<(String, i32), OffsetSync>;

/// Sets the beginnings of the parts that nothing else is known of.
pub(super) async fn from_target(
    records: &dyn Records,
    course: &Course,
    parts: &mut [Part],
) -> Result<(), TailError> {
    if parts.iter().all(|part| part.evidence != Evidence::Unknown) {
        return Ok(());
    }
    let syncs = syncs(records, course).await?;
    let ends = ends(records, course, parts).await?;
    for part in parts.iter_mut().filter(|part| part.evidence == Evidence::Unknown) {
        let sync = syncs.get(&(part.topic.clone(), part.partition));
        let held = ends.get(&(part.carried_as.clone(), part.partition)).copied();
        part.from = match (sync, held) {
            // The target does not even have the partition: nothing of it was carried.
            (None, None) => part.start,
            (sync, held) => behind_last_twin(records, course, part, sync, held).await?,
        };
        part.evidence = Evidence::Target;
    }
    Ok(())
}

/// The last offset sync of each partition of the source.
async fn syncs(records: &dyn Records, course: &Course) -> Result<Syncs, TailError> {
    let topic =
        |flow: &super::Flow| syncs_topic(&flow.naming, &course.source.name, &course.target.name, true);
    let topics: std::collections::BTreeSet<String> = course.flows.iter().map(topic).collect();
    let scan = Scan::topics(&course.target, topics.iter().map(String::as_str));
    let mut syncs = Syncs::new();
    let keep = |record: &Record<'_>| {
        // What is no sync says nothing.
        if let Ok(sync) = OffsetSync::decode(record.key, record.value) {
            syncs.insert((sync.topic.clone(), sync.partition), sync);
        }
    };
    records.scan(&scan).await?.each(keep).await?;
    Ok(syncs)
}

/// Where the partitions on the target begin and end.
async fn ends(
    records: &dyn Records,
    course: &Course,
    parts: &[Part],
) -> Result<BTreeMap<(String, i32), (i64, i64)>, TailError> {
    let topics: std::collections::BTreeSet<&str> =
        parts.iter().map(|part| part.carried_as.as_str()).collect();
    let ranges = topics.into_iter().map(Range::nothing).collect();
    let scanning = records.scan(&Scan::ranges(&course.target, ranges).uncommitted()).await?;
    let extents = scanning.extents().iter();
    Ok(extents.map(|extent| ((extent.topic.clone(), extent.partition), (extent.start, extent.end))).collect())
}

async fn behind_last_twin(
    records: &dyn Records,
    course: &Course,
    part: &Part,
    sync: Option<&OffsetSync>,
    held: Option<(i64, i64)>,
) -> Result<i64, TailError> {
    // A sync says of its own record that it was carried.
    let known = sync.map_or(part.start, |sync| sync.upstream + 1).min(part.end);
    let Some((start, end)) = held else { return Ok(known) };
    let until = course.carried_until(&part.carried_as, part.partition);
    let end = until.map_or(end, |until| end.min(until));
    let first = sync.map_or(start, |sync| sync.downstream).max(end - LOOKED_AT).max(start).min(end);
    let on_target = Range::offsets(&part.carried_as, part.partition, first, end);
    let mut carried = HashSet::new();
    let scan = Scan::ranges(&course.target, vec![on_target]);
    let keep = |record: &Record<'_>| {
        carried.insert(digest(record));
    };
    records.scan(&scan).await?.each(keep).await?;
    let on_source = Range::offsets(&part.topic, part.partition, known.max(part.start), part.end);
    let mut from = known;
    let scan = Scan::ranges(&course.source, vec![on_source]);
    let see = |record: &Record<'_>| {
        if carried.contains(&digest(record)) {
            from = record.offset + 1;
        }
    };
    records.scan(&scan).await?.each(see).await?;
    Ok(from)
}
