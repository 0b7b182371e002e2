//! What stands on both sides when everything has crossed.

use super::kind::{KEYS, Kind};
use super::load::Places;
use leeward::sandbox::Sandbox;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

/// By partition, offsets and numbers of records, in order.
pub type Log = BTreeMap<i32, Vec<(i64, u64)>>;

/// A topic as readers of committed records see it.
pub fn read(sandbox: &Sandbox, cluster: &str, topic: &str) -> Log {
    all(sandbox, cluster, topic, None)
}

/// What a group reads from where it stands to the end.
pub fn consumed(sandbox: &Sandbox, cluster: &str, topic: &str, group: &str) -> Log {
    all(sandbox, cluster, topic, Some(group))
}

fn all(sandbox: &Sandbox, cluster: &str, topic: &str, group: Option<&str>) -> Log {
    let bootstrap = sandbox.cluster(cluster).unwrap().bootstrap().join(",");
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", group.unwrap_or("none"))
        .set("enable.partition.eof", "true")
        .set("enable.auto.commit", "false")
        // Partitions that were added since a group was set are new to it.
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).unwrap();
    let partitions = metadata.topics()[0].partitions().iter().map(|partition| partition.id());
    let mut left: BTreeSet<i32> = partitions.collect();
    if group.is_some() {
        consumer.subscribe(&[topic]).unwrap();
    } else {
        let mut list = TopicPartitionList::new();
        left.iter().for_each(|at| list.add_partition_offset(topic, *at, Offset::Beginning).unwrap());
        consumer.assign(&list).unwrap();
    }
    let mut log = Log::new();
    let deadline = Instant::now() + PATIENCE;
    while !left.is_empty() {
        assert!(Instant::now() < deadline, "{topic} on {cluster} is read, but for {left:?}");
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                let value = std::str::from_utf8(message.payload().unwrap()).unwrap();
                let number = value.strip_prefix("n-").unwrap().parse().unwrap();
                log.entry(message.partition()).or_default().push((message.offset(), number));
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => drop(left.remove(&partition)),
            Some(Err(error)) => panic!("{topic} on {cluster}: {error}"),
            None => {}
        }
    }
    log
}

/// A topic on both sides.
pub struct Topic {
    /// Where each record stands on the source, as far as it was acknowledged or is still there.
    pub places: Places,
    /// By partition, what readers of the source are owed: offsets and numbers, in order. Of a compacted topic only the last
    /// record of each key.
    pub owed: Log,
    /// What stands on the standby.
    pub standby: Log,
}

/// All topics, and what groups have read.
pub struct Logs {
    pub topics: BTreeMap<Kind, Topic>,
    /// By group that was set, what it read.
    pub consumed: HashMap<String, Log>,
}

impl Logs {
    pub fn new(
        mut places: BTreeMap<Kind, Places>,
        source: BTreeMap<Kind, Log>,
        mut standby: BTreeMap<Kind, Log>,
        consumed: HashMap<String, Log>,
    ) -> Self {
        let topic = |(kind, log): (Kind, Log)| {
            let mut places = places.remove(&kind).unwrap();
            for (partition, records) in &log {
                places.extend(records.iter().map(|(offset, number)| (*number, (*partition, *offset))));
            }
            let owed = if kind == Kind::Compacted { last_of_each_key(log) } else { log };
            (kind, Topic { places, owed, standby: standby.remove(&kind).unwrap() })
        };
        Self { topics: source.into_iter().map(topic).collect(), consumed }
    }

    /// How many records of aborted transactions stand on the standby.
    pub fn aborted(&self) -> usize {
        let topic = &self.topics[&Kind::Transactional];
        let owed: HashSet<u64> = topic.owed.values().flatten().map(|(_, number)| *number).collect();
        topic.standby.values().flatten().filter(|(_, number)| !owed.contains(number)).count()
    }
}

fn last_of_each_key(log: Log) -> Log {
    let key = |number: u64| (number - 1) % KEYS;
    let last = |(partition, records): (i32, Vec<(i64, u64)>)| {
        let by_key: BTreeMap<u64, (i64, u64)> =
            records.into_iter().map(|record| (key(record.1), record)).collect();
        let records: BTreeSet<(i64, u64)> = by_key.into_values().collect();
        (partition, records.into_iter().collect())
    };
    log.into_iter().map(last).collect()
}
