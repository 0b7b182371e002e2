//! Records in and out, so that nobody needs Kafka's own tools to see something move.

use super::layout::{Cluster, Layout};
use super::probe::client;
use super::stand::{Error, Sandbox};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, DefaultConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, DeliveryResult, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{ClientConfig, ClientContext, Offset, TopicPartitionList};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What to produce.
#[derive(Debug, Clone)]
pub struct Produce {
    /// The cluster's name.
    pub cluster: String,
    /// The topic, which has to be there.
    pub topic: String,
    /// How many records.
    pub count: u64,
    /// What every value begins with: the values are `PREFIX-1`, `PREFIX-2`, …, the keys their numbers.
    pub prefix: String,
    /// How long all of it may take.
    pub timeout: Duration,
}

/// What to consume.
#[derive(Debug, Clone)]
pub struct Consume {
    /// The cluster's name.
    pub cluster: String,
    /// The topic, which has to be there.
    pub topic: String,
    /// How many records to wait for; without it, those that are there now.
    pub count: Option<u64>,
    /// How long to wait.
    pub timeout: Duration,
    /// The group to read and commit as; without it the topic is read from its start and no group is left behind.
    pub group: Option<String>,
}

/// A record that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its key, as far as it is text.
    pub key: Option<String>,
    /// Its value, as far as it is text; `None` for a tombstone.
    pub value: Option<String>,
}

/// Why records could not be produced or consumed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The sandbox does not have the cluster.
    #[error(transparent)]
    Sandbox(#[from] Box<Error>),
    /// The cluster does not have the topic.
    #[error("there is no topic {topic:?} on {cluster}")]
    NoTopic {
        /// The topic.
        topic: String,
        /// The cluster's name.
        cluster: String,
    },
    /// The cluster does not answer, or refuses.
    #[error("{cluster} (bootstrap {bootstrap}): {source}")]
    Kafka {
        /// The cluster's name.
        cluster: String,
        /// Where it listens.
        bootstrap: String,
        /// What the client says.
        source: Box<KafkaError>,
    },
    /// Fewer records than were asked for.
    #[error("{done} of {wanted} records within {} s", .timeout.as_secs_f64())]
    Short {
        /// How many there were.
        done: u64,
        /// How many were wanted.
        wanted: u64,
        /// How long was waited.
        timeout: Duration,
    },
}

/// Produces records and returns when the cluster has acknowledged all of them.
pub fn produce(sandbox: &Sandbox, produce: &Produce) -> Result<(), RecordError> {
    let cluster = sandbox.cluster(&produce.cluster).map_err(Box::new)?;
    let failed = |source| failure(cluster, source);
    let mut config = config(sandbox.layout(), cluster);
    config
        .set("enable.idempotence", "true")
        .set("linger.ms", "5")
        .set("message.timeout.ms", produce.timeout.as_millis().to_string());
    let producer: BaseProducer<Deliveries> =
        config.create_with_context(Deliveries::default()).map_err(failed)?;
    partitions(producer.client(), cluster, &produce.topic, produce.timeout)?;
    let deadline = Instant::now() + produce.timeout;
    for number in 1..=produce.count {
        let (key, value) = (number.to_string(), format!("{}-{number}", produce.prefix));
        let mut record = BaseRecord::to(&produce.topic).key(&key).payload(&value);
        while let Err((error, back)) = producer.send(record) {
            let is_full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
            if !is_full || Instant::now() >= deadline {
                return Err(failed(error));
            }
            producer.poll(Duration::from_millis(10));
            record = back;
        }
        producer.poll(Duration::ZERO);
    }
    let flushed = producer.flush(produce.timeout);
    match producer.context().outcome() {
        (_, Some(error)) => Err(failed(error)),
        (done, None) if done < produce.count => {
            Err(RecordError::Short { done, wanted: produce.count, timeout: produce.timeout })
        }
        _ => flushed.map_err(failed),
    }
}

/// Reads records, each given to `see` as it comes, and answers how many there were.
pub fn consume(
    sandbox: &Sandbox,
    consume: &Consume,
    mut see: impl FnMut(Record),
) -> Result<u64, RecordError> {
    let cluster = sandbox.cluster(&consume.cluster).map_err(Box::new)?;
    let failed = |source| failure(cluster, source);
    let consumer = consumer(sandbox.layout(), cluster, consume)?;
    let mut left = partitions(consumer.client(), cluster, &consume.topic, consume.timeout)?;
    let deadline = Instant::now() + consume.timeout;
    let mut seen = 0;
    while consume.count.map_or(!left.is_empty(), |count| seen < count) && Instant::now() < deadline {
        match consumer.poll(Duration::from_millis(50)) {
            Some(Ok(message)) => {
                see(record(&message));
                seen += 1;
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                left.remove(&partition);
            }
            Some(Err(error)) if error.rdkafka_error_code().is_none_or(is_fatal) => return Err(failed(error)),
            Some(Err(_)) | None => {}
        }
    }
    if consume.group.is_some() && seen > 0 {
        consumer.commit_consumer_state(CommitMode::Sync).map_err(failed)?;
    }
    match consume.count {
        Some(wanted) if seen < wanted => {
            Err(RecordError::Short { done: seen, wanted, timeout: consume.timeout })
        }
        _ => Ok(seen),
    }
}

fn consumer(layout: &Layout, cluster: &Cluster, consume: &Consume) -> Result<BaseConsumer, RecordError> {
    let failed = |source| failure(cluster, source);
    let mut config = config(layout, cluster);
    config
        .set("enable.partition.eof", "true")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("group.id", consume.group.as_deref().unwrap_or("unused"));
    let consumer: BaseConsumer = config.create_with_context(DefaultConsumerContext).map_err(failed)?;
    if consume.group.is_some() {
        consumer.subscribe(&[&consume.topic]).map_err(failed)?;
        return Ok(consumer);
    }
    let mut all = TopicPartitionList::new();
    for partition in partitions(consumer.client(), cluster, &consume.topic, consume.timeout)? {
        all.add_partition_offset(&consume.topic, partition, Offset::Beginning).map_err(failed)?;
    }
    consumer.assign(&all).map_err(failed)?;
    Ok(consumer)
}

/// How long a topic may take to be known to the brokers after the controller has made it.
const KNOWN_WITHIN: Duration = Duration::from_secs(3);

/// The topic's partitions.
fn partitions<C: ClientContext>(
    client: &rdkafka::client::Client<C>,
    cluster: &Cluster,
    topic: &str,
    timeout: Duration,
) -> Result<HashSet<i32>, RecordError> {
    let deadline = Instant::now() + KNOWN_WITHIN.min(timeout);
    loop {
        let metadata =
            client.fetch_metadata(Some(topic), timeout).map_err(|source| failure(cluster, source))?;
        let found = metadata.topics().first().filter(|found| found.error().is_none());
        let partitions: HashSet<i32> =
            found.into_iter().flat_map(|topic| topic.partitions()).map(|partition| partition.id()).collect();
        if !partitions.is_empty() {
            return Ok(partitions);
        }
        if Instant::now() >= deadline {
            return Err(RecordError::NoTopic { topic: topic.into(), cluster: cluster.name.clone() });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn config(layout: &Layout, cluster: &Cluster) -> ClientConfig {
    client(layout, layout.sasl.as_ref().map(|sasl| &sasl.admin), &cluster.bootstrap().join(","))
}

fn failure(cluster: &Cluster, source: KafkaError) -> RecordError {
    RecordError::Kafka {
        cluster: cluster.name.clone(),
        bootstrap: cluster.bootstrap().join(","),
        source: Box::new(source),
    }
}

/// What waiting longer does not mend; broken connections are the client's own business.
fn is_fatal(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode::{Authentication, Fatal, GroupAuthorizationFailed, TopicAuthorizationFailed};
    matches!(code, Authentication | Fatal | GroupAuthorizationFailed | TopicAuthorizationFailed)
}

fn record(message: &BorrowedMessage<'_>) -> Record {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(text),
        value: message.payload().map(text),
    }
}

/// Counts what the cluster acknowledged and keeps the first refusal.
#[derive(Default)]
struct Deliveries {
    outcome: Mutex<(u64, Option<KafkaError>)>,
}

impl Deliveries {
    fn outcome(&self) -> (u64, Option<KafkaError>) {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(_) => outcome.0 += 1,
            Err((error, _)) => {
                outcome.1.get_or_insert_with(|| error.clone());
            }
        }
    }
}
