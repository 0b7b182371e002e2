//! What a cluster says of its partitions before anything is read: which there are, and where their logs stand.

use super::context::Context;
use super::{Extent, Partition, Scan, Unsettled, client, fault};
use crate::estate::{Cluster, Fault};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The first try to reach a cluster; it shows why, if nobody answers.
const FIRST_TRY: Duration = Duration::from_secs(1);
const LISTING: &str = "find where its logs begin and end";
/// So many events of a connection are heard at once.
const EVENTS: usize = 64;
/// From here on all topics are asked for at once: librdkafka asks for either one or all.
const TOPICS_ONE_BY_ONE: usize = 16;

/// A consumer with these settings; it belongs to no group, whatever its `group.id` says.
pub(super) fn consumer(name: &str, config: &ClientConfig) -> Result<BaseConsumer<Context>, Fault> {
    let context = Context::new(name);
    config
        .create_with_context(Context::new(name))
        .map_err(|error| fault::of(&context, "make a consumer", &error))
}

/// The extents of a scan, and the topics and partitions that are not there.
pub(super) fn extents(
    consumer: &BaseConsumer<Context>,
    scan: &Scan,
    timeout: Duration,
) -> Result<(Vec<Extent>, BTreeSet<String>), Fault> {
    let topics: BTreeSet<&str> = scan.ranges.iter().map(|range| range.topic.as_str()).collect();
    let there = partitions(consumer, &topics, timeout)?;
    let mut missing = BTreeSet::new();
    let mut wanted = Vec::new();
    for range in &scan.ranges {
        let count = there.get(&range.topic).copied().unwrap_or_default();
        match range.partition {
            None if count == 0 => drop(missing.insert(range.topic.clone())),
            Some(partition) if !(0..count).contains(&partition) => {
                missing.insert(format!("{}-{partition}", range.topic));
            }
            Some(partition) => wanted.push((range, partition)),
            None => wanted.extend((0..count).map(|partition| (range, partition))),
        }
    }
    if wanted.is_empty() {
        return Ok((Vec::new(), missing));
    }
    let mut list = TopicPartitionList::with_capacity(wanted.len());
    for (range, partition) in &wanted {
        list.add_partition(&range.topic, *partition);
    }
    let starts = listed(consumer, all(&list, Offset::Beginning, consumer)?, timeout)?;
    let ends = listed(consumer, all(&list, Offset::End, consumer)?, timeout)?;
    let timed = timed(consumer, &wanted, timeout)?;
    let mut extents = Vec::with_capacity(wanted.len());
    for (at, (range, partition)) in wanted.into_iter().enumerate() {
        // A start that moved between the two questions may have passed the end.
        let log = (starts[at].min(ends[at]), ends[at]);
        extents.push(range.extent((range.topic.clone(), partition), log, timed[at]));
    }
    Ok((extents, missing))
}

/// How many partitions each topic has; one that is not there has none.
fn partitions(
    consumer: &BaseConsumer<Context>,
    topics: &BTreeSet<&str>,
    timeout: Duration,
) -> Result<BTreeMap<String, i32>, Fault> {
    let asked: Vec<Option<&str>> = if topics.len() > TOPICS_ONE_BY_ONE {
        vec![None]
    } else {
        topics.iter().map(|topic| Some(*topic)).collect()
    };
    let mut there = BTreeMap::new();
    for topic in asked {
        let metadata = reached(consumer, timeout, |patience| consumer.fetch_metadata(topic, patience))?;
        for found in metadata.topics().iter().filter(|found| topics.contains(found.name())) {
            if let Some(code) = found.error().map(Code::from) {
                match code {
                    Code::UnknownTopic | Code::UnknownTopicOrPartition => continue,
                    // Leaders are being elected: the partitions are there all the same.
                    Code::LeaderNotAvailable => {}
                    _ => {
                        let error = KafkaError::MetadataFetch(code);
                        return Err(fault::of(
                            consumer.context(),
                            &format!("describe {}", found.name()),
                            &error,
                        ));
                    }
                }
            }
            let count = i32::try_from(found.partitions().len()).unwrap_or(i32::MAX);
            there.insert(found.name().to_owned(), count);
        }
    }
    Ok(there)
}

/// Asks until an answer comes, the cluster refuses us, all its brokers refuse to talk, or time is over.
fn reached<T>(
    consumer: &BaseConsumer<Context>,
    timeout: Duration,
    ask: impl Fn(Duration) -> Result<T, KafkaError>,
) -> Result<T, Fault> {
    let deadline = Instant::now() + timeout;
    let mut patience = FIRST_TRY.min(timeout);
    loop {
        let error = match ask(patience) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        // Errors of connections lie in the queue until somebody polls it.
        heed(consumer);
        let context = consumer.context();
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || context.refusal().is_some() || context.is_down() {
            return Err(fault::of(context, "reach it", &error));
        }
        patience = (patience * 2).min(left);
    }
}

/// Lets the context hear what lies in the queue. A poll ends after a log line, too, so one answer tells nothing.
fn heed(consumer: &BaseConsumer<Context>) {
    for _ in 0..EVENTS {
        // Nothing is assigned: there are no records among the events.
        let _ = consumer.poll(Duration::ZERO);
    }
}

/// Where the ranges begin that begin at a time.
fn timed(
    consumer: &BaseConsumer<Context>,
    wanted: &[(&super::Range, i32)],
    timeout: Duration,
) -> Result<Vec<Option<i64>>, Fault> {
    let mut found = vec![None; wanted.len()];
    let mut asked = Vec::new();
    let mut list = TopicPartitionList::new();
    for (at, (range, partition)) in wanted.iter().enumerate() {
        if let super::Begin::Time(millis) = range.from {
            let added = list.add_partition_offset(&range.topic, *partition, Offset::Offset(millis.max(0)));
            added.map_err(|error| fault::of(consumer.context(), LISTING, &error))?;
            asked.push(at);
        }
    }
    if !asked.is_empty() {
        for (at, offset) in asked.into_iter().zip(listed(consumer, list, timeout)?) {
            found[at] = Some(offset).filter(|offset| *offset >= 0);
        }
    }
    Ok(found)
}

fn all(
    list: &TopicPartitionList,
    offset: Offset,
    consumer: &BaseConsumer<Context>,
) -> Result<TopicPartitionList, Fault> {
    let mut list = list.clone();
    list.set_all_offsets(offset).map_err(|error| fault::of(consumer.context(), LISTING, &error))?;
    Ok(list)
}

/// The offset behind each question (ListOffsets: -1 the end, -2 the start, else a time), in the order of the list; -1
/// where no record is of that time or later.
fn listed(
    consumer: &BaseConsumer<Context>,
    list: TopicPartitionList,
    timeout: Duration,
) -> Result<Vec<i64>, Fault> {
    let doing = LISTING;
    let listed = consumer
        .offsets_for_times(list, timeout)
        .map_err(|error| fault::of(consumer.context(), doing, &error))?;
    let mut offsets = Vec::with_capacity(listed.count());
    for element in listed.elements() {
        let doing = format!("find where {}-{} begins and ends", element.topic(), element.partition());
        element.error().map_err(|error| fault::of(consumer.context(), &doing, &error))?;
        match element.offset() {
            Offset::Offset(offset) => offsets.push(offset),
            Offset::End => offsets.push(-1),
            other => {
                let what = format!("can't {doing}: it answered {other:?}");
                return Err(fault::broken(&consumer.context().name, &what));
            }
        }
    }
    Ok(offsets)
}

/// What a group's positions are, for those partitions that have one.
pub(super) async fn positions(
    name: &str,
    cluster: &Cluster,
    group: &str,
    partitions: &[Partition],
    unsettled: Unsettled,
) -> Result<BTreeMap<Partition, i64>, Fault> {
    if partitions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut config = client::settings(cluster);
    // This is what librdkafka asks the coordinator for stable positions by.
    let isolation = match unsettled {
        Unsettled::Awaited => "read_committed",
        Unsettled::LeftOut => "read_uncommitted",
    };
    config.set("group.id", group).set("isolation.level", isolation);
    let (name, timeout, partitions) = (name.to_owned(), cluster.timeout, partitions.to_vec());
    let read = move || {
        let consumer = consumer(&name, &config)?;
        reached(&consumer, timeout, |patience| consumer.client().fetch_cluster_id(patience).ok_or(SILENCE))?;
        let mut list = TopicPartitionList::with_capacity(partitions.len());
        for (topic, partition) in &partitions {
            list.add_partition(topic, *partition);
        }
        let doing = format!("read the positions of group {}", config.get("group.id").unwrap_or_default());
        let committed = consumer
            .committed_offsets(list, timeout)
            .map_err(|error| fault::of(consumer.context(), &doing, &error))?;
        let mut positions = BTreeMap::new();
        for element in committed.elements() {
            element.error().map_err(|error| fault::of(consumer.context(), &doing, &error))?;
            if let Offset::Offset(offset) = element.offset() {
                positions.insert((element.topic().to_owned(), element.partition()), offset);
            }
        }
        Ok(positions)
    };
    blocking(read).await
}

const SILENCE: KafkaError = KafkaError::Global(Code::OperationTimedOut);

/// Runs what blocks on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(fault::broken("librdkafka", &format!("its thread broke: {error}"))))
}
