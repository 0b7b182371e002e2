//! Consuming: what is there, so many, or all that comes.

use super::RecordError;
use super::fault::{failure, is_fatal};
use super::topic::{partitions, settings};
use crate::sandbox::layout::{Cluster, Layout};
use crate::sandbox::stand::Sandbox;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, DefaultConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};

/// A follower commits so often.
const COMMITS: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(50);

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

/// Reads records, each given to `see` as it comes, and answers how many there were.
///
/// # Errors
/// The cluster does not answer, or there are fewer than were asked for.
pub fn consume(
    sandbox: &Sandbox,
    consume: &Consume,
    mut see: impl FnMut(Record),
) -> Result<u64, RecordError> {
    let reader = Reader::open(sandbox, consume)?;
    let cluster = reader.cluster;
    let mut left = partitions(reader.consumer.client(), cluster, &consume.topic, consume.timeout)?;
    let deadline = Instant::now() + consume.timeout;
    let mut seen = 0;
    while consume.count.map_or(!left.is_empty(), |count| seen < count) && Instant::now() < deadline {
        match reader.next()? {
            Next::Record(record) => {
                see(record);
                seen += 1;
            }
            Next::End(partition) => {
                left.remove(&partition);
            }
            Next::Nothing => {}
        }
    }
    if consume.group.is_some() && seen > 0 {
        reader.commit()?;
    }
    match consume.count {
        Some(wanted) if seen < wanted => {
            Err(RecordError::Short { done: seen, wanted, timeout: consume.timeout })
        }
        _ => Ok(seen),
    }
}

/// Reads records as they come for as long as `goes_on` says so, and answers how many there were. A group commits every
/// second and at the end.
///
/// # Errors
/// The cluster refuses. One that does not answer is waited for.
pub fn follow(
    sandbox: &Sandbox,
    consume: &Consume,
    goes_on: &dyn Fn() -> bool,
    mut see: impl FnMut(Record),
) -> Result<u64, RecordError> {
    let reader = Reader::open(sandbox, consume)?;
    let (mut seen, mut committed, mut last) = (0, 0, Instant::now());
    while goes_on() {
        if let Next::Record(record) = reader.next()? {
            see(record);
            seen += 1;
        }
        if consume.group.is_some() && committed < seen && last.elapsed() >= COMMITS {
            // One that fails is made good by the next.
            (committed, last) = (if reader.commit().is_ok() { seen } else { committed }, Instant::now());
        }
    }
    if consume.group.is_some() && committed < seen {
        reader.commit()?;
    }
    Ok(seen)
}

/// A topic that is read.
struct Reader<'a> {
    cluster: &'a Cluster,
    consumer: BaseConsumer,
}

/// What comes next.
enum Next {
    Record(Record),
    /// A partition was read to its end.
    End(i32),
    Nothing,
}

impl<'a> Reader<'a> {
    fn open(sandbox: &'a Sandbox, consume: &Consume) -> Result<Self, RecordError> {
        let cluster = sandbox.cluster(&consume.cluster).map_err(Box::new)?;
        Ok(Self { cluster, consumer: consumer(sandbox.layout(), cluster, consume)? })
    }

    fn next(&self) -> Result<Next, RecordError> {
        match self.consumer.poll(POLL) {
            Some(Ok(message)) => Ok(Next::Record(record(&message))),
            Some(Err(KafkaError::PartitionEOF(partition))) => Ok(Next::End(partition)),
            Some(Err(error)) if error.rdkafka_error_code().is_none_or(is_fatal) => {
                Err(failure(self.cluster, error))
            }
            Some(Err(_)) | None => Ok(Next::Nothing),
        }
    }

    fn commit(&self) -> Result<(), RecordError> {
        self.consumer.commit_consumer_state(CommitMode::Sync).map_err(|error| failure(self.cluster, error))
    }
}

fn consumer(layout: &Layout, cluster: &Cluster, consume: &Consume) -> Result<BaseConsumer, RecordError> {
    let failed = |source| failure(cluster, source);
    let mut config = settings(layout, cluster);
    config
        .set("enable.partition.eof", "true")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        // The least that a broker takes: a consumer that was killed is soon forgotten.
        .set("session.timeout.ms", "6000")
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

fn record(message: &BorrowedMessage<'_>) -> Record {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(text),
        value: message.payload().map(text),
    }
}
