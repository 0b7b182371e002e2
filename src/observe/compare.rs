//! Reads the source beside the target, to see that their records are the same.

use super::flow::{ROUNDS, digest, each, rounds, untimed};
use super::observe;
use crate::estate::{Address, Fault, Object, ObjectId, Query, Reading, Setting};
use crate::offsets::{Difference, Flow, Mismatch, Original, Originals, Passed, Payload, Shown};
use crate::provider::Provider;
use crate::provider::records::{Range, Record, Records, Scan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many differing records are read again, to be shown.
const SHOWN: usize = 10;

/// Reads of the source where its records can prove more than the target alone, and a sample of where all is proven: at most
/// `most` offsets a partition, in one pass for all groups. The target has to be read before ([`super::prove`]). What a record
/// says is kept of those that differ, and only if `payload` asks for it.
///
/// # Errors
/// One of the clusters stopped answering; what was read until then is kept.
pub async fn compare(
    world: &dyn Provider,
    records: &dyn Records,
    flow: &mut Flow,
    most: i64,
    payload: bool,
) -> Result<(), Fault> {
    if flow.silence(&flow.source).is_some() {
        return Ok(());
    }
    flow.compared.altered = is_altered(flow);
    pass(records, flow, most).await?;
    let wanted = flow.twins(most);
    if wanted.is_empty() {
        return Ok(());
    }
    let topics: BTreeSet<String> = wanted.keys().map(|(topic, _)| topic.clone()).collect();
    flow.compared.compacted = configured(world, &flow.source, topics, "cleanup.policy", "compact").await;
    flow.compared.checked = wanted.len();
    let ranges = wanted.into_iter().flat_map(|((topic, partition), ranges)| {
        ranges.into_iter().map(move |range| Range::offsets(topic.clone(), partition, range.start, range.end))
    });
    for round in rounds(ranges.collect()) {
        let originals = originals(records, &flow.source, round).await?;
        for (at, read) in originals {
            flow.compared.originals.entry(at).or_default().push(read);
        }
    }
    let differences = flow.differences();
    flow.compared.mismatches = mismatches(records, flow, &differences, payload).await?;
    Ok(())
}

/// The topics of a cluster whose setting holds a word, or of which that is not known.
pub(super) async fn configured(
    world: &dyn Provider,
    cluster: &Address,
    mut topics: BTreeSet<String>,
    key: &str,
    word: &str,
) -> BTreeSet<String> {
    let keys = Arc::new(BTreeSet::from([key.to_owned()]));
    let query = |name: &String| Query::Topic {
        cluster: cluster.clone(),
        name: name.clone(),
        keys: Arc::clone(&keys),
    };
    let queries: Vec<Query> = topics.iter().map(query).collect();
    let found = observe(world, &queries).await;
    topics.retain(|name| match found.reading(&ObjectId::topic(cluster, name.as_str())) {
        Some(Reading::Present(Object::Topic(topic))) => {
            topic.config.get(key).is_none_or(|setting| setting.value().contains(word))
        }
        _ => true,
    });
    topics
}

/// Reads the records that the connector has passed, where they can show that no task came further: committed ones alone, since
/// a mirror may leave out others. As far back as the standby is read in all its rounds: where compaction has left few records,
/// many offsets cost little.
async fn pass(records: &dyn Records, flow: &mut Flow, most: i64) -> Result<(), Fault> {
    let wanted = if flow.compared.altered {
        BTreeMap::new()
    } else {
        flow.passable(most.saturating_mul(ROUNDS as i64))
    };
    if wanted.is_empty() {
        return Ok(());
    }
    let range = |((topic, partition), range): (&(String, i32), &std::ops::Range<i64>)| {
        Range::offsets(topic.clone(), *partition, range.start, range.end)
    };
    let scan = Scan::ranges(&flow.source, wanted.iter().map(range).collect());
    let mut passed: BTreeMap<(String, i32), Passed> = wanted
        .into_iter()
        .map(|(at, range)| (at, Passed { position: range.end, offsets: Vec::new() }))
        .collect();
    each(records, &scan, |record| {
        if let Some(passed) = passed.get_mut(&(record.topic.to_owned(), record.partition)) {
            passed.offsets.push(record.offset);
        }
    })
    .await?;
    flow.compared.passed = passed;
    Ok(())
}

/// Whether the connector is told to change or to drop records: by Connect's `transforms`, or by going on where one can't be
/// carried (`errors.tolerance`), or by beginning behind what is there.
fn is_altered(flow: &Flow) -> bool {
    let reading = flow.connector.as_ref().and_then(|connector| flow.observed.reading(connector));
    let Some(Object::Connector(connector)) = reading.and_then(Reading::object) else { return false };
    let is_set = |key: &str, to: fn(&str) -> bool| match connector.config.get(key) {
        Some(Setting::Plain(value)) => to(value.trim()),
        Some(Setting::Secret(_) | Setting::OtherSecret) => true,
        None => false,
    };
    is_set("transforms", |transforms| !transforms.is_empty())
        || is_set("errors.tolerance", |value| value == "all")
        || is_set("source.consumer.auto.offset.reset", |value| value != "earliest")
}

type ByPartition = BTreeMap<(String, i32), Originals>;

/// Reads ranges of the source, committed or not: a mirror may carry either. Of a range whose beginning is gone nothing is kept.
async fn originals(
    records: &dyn Records,
    source: &Address,
    ranges: Vec<Range>,
) -> Result<ByPartition, Fault> {
    let asked = ranges.clone();
    let scan = Scan::ranges(source, ranges).uncommitted();
    let mut scanning = records.scan(&scan).await?;
    let mut read = ByPartition::new();
    for extent in scanning.extents() {
        let begins = |range: &&Range| {
            range.topic == extent.topic
                && range.partition == Some(extent.partition)
                && range.from == crate::provider::records::Begin::At(extent.from)
        };
        if asked.iter().any(|range| begins(&range)) {
            let whole = extent.to == extent.end;
            let originals = Originals { from: extent.from, to: extent.to, whole, entries: Vec::new() };
            read.insert((extent.topic.clone(), extent.partition), originals);
        }
    }
    scanning
        .each(|record| {
            if let Some(originals) = read.get_mut(&(record.topic.to_owned(), record.partition)) {
                let (timed, untimed) = (timed(record), untimed(record));
                originals.entries.push(Original { offset: record.offset, timed, untimed });
            }
        })
        .await?;
    Ok(read)
}

/// With its time, whoever gave it: the mirror takes it along.
fn timed(record: &Record<'_>) -> crate::offsets::Digest {
    digest(record, record.timestamp.map_or(-1, |timestamp| timestamp.millis))
}

/// The records of differences, as they may be shown.
async fn mismatches(
    records: &dyn Records,
    flow: &Flow,
    differences: &[Difference],
    payload: bool,
) -> Result<Vec<Mismatch>, Fault> {
    let shown = &differences[..differences.len().min(SHOWN)];
    let on_target = |difference: &Difference| {
        let name = flow.topics.get(&difference.topic)?.clone();
        Some((name, difference.partition, difference.target.offset))
    };
    let on_source =
        |difference: &Difference| Some((difference.topic.clone(), difference.partition, difference.source?));
    let target = looked_up(records, &flow.target, shown.iter().filter_map(on_target), payload).await?;
    let source = looked_up(records, &flow.source, shown.iter().filter_map(on_source), payload).await?;
    let found = |looked: &BTreeMap<(String, i32), Shown>, at: Option<(String, i32, i64)>| {
        let (topic, partition, offset) = at?;
        Some(looked.get(&(topic, partition)).cloned().unwrap_or(Shown::at(offset)))
    };
    let mismatch = |difference: &Difference| Mismatch {
        topic: difference.topic.clone(),
        partition: difference.partition,
        target: found(&target, on_target(difference)).unwrap_or(Shown::at(difference.target.offset)),
        source: found(&source, on_source(difference)),
    };
    Ok(differences.iter().map(mismatch).collect())
}

/// One record of each partition, as it may be shown.
async fn looked_up(
    records: &dyn Records,
    cluster: &Address,
    wanted: impl Iterator<Item = (String, i32, i64)>,
    payload: bool,
) -> Result<BTreeMap<(String, i32), Shown>, Fault> {
    let ranges: Vec<Range> = wanted
        .map(|(topic, partition, offset)| Range::offsets(topic, partition, offset, offset + 1))
        .collect();
    let mut found = BTreeMap::new();
    if !ranges.is_empty() {
        each(records, &Scan::ranges(cluster, ranges).uncommitted(), |record| {
            found.insert((record.topic.to_owned(), record.partition), shown(record, payload));
        })
        .await?;
    }
    Ok(found)
}

fn shown(record: &Record<'_>, payload: bool) -> Shown {
    let bytes = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
    let header =
        |header: &crate::provider::records::Header<'_>| (header.name.to_owned(), bytes(header.value));
    Shown {
        offset: record.offset,
        time: record.timestamp.map(|timestamp| timestamp.millis),
        key: record.key.map(<[u8]>::len),
        value: record.value.map(<[u8]>::len),
        headers: record.headers.len(),
        digest: Some(timed(record)),
        payload: payload.then(|| Payload {
            key: bytes(record.key),
            value: bytes(record.value),
            headers: record.headers.iter().map(header).collect(),
        }),
    }
}
