//! Producing numbered records: some, or without an end; in transactions, with keys that come again.

use super::RecordError;
use super::fault::failure;
use super::pace::Pace;
use super::topic::{partitions, settings};
use crate::sandbox::layout::{Cluster, Layout};
use crate::sandbox::stand::Sandbox;
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What to produce.
#[derive(Debug, Clone)]
pub struct Produce {
    /// The cluster's name.
    pub cluster: String,
    /// The topic, which has to be there.
    pub topic: String,
    /// How many records; without it there is no end.
    pub count: Option<u64>,
    /// The number of the first one.
    pub first: u64,
    /// What every value begins with: the values are `PREFIX-1`, `PREFIX-2`, …, the keys their numbers.
    pub prefix: String,
    /// Lets keys come again after so many records.
    pub keys: Option<u64>,
    /// How many records a second; without it as fast as they are taken.
    pub rate: Option<f64>,
    /// Writes in transactions.
    pub transactions: Option<Transactions>,
    /// How long a record, or the end of a transaction, may take to be acknowledged.
    pub timeout: Duration,
}

/// How records are put into transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transactions {
    /// So many records in each.
    pub records: u64,
    /// Every so many-th is aborted, its records written.
    pub abort_every: Option<u64>,
}

/// A record that the cluster has acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub number: u64,
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
}

/// What was produced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Produced {
    /// How many records the cluster has acknowledged.
    pub acknowledged: u64,
    /// How many transactions were committed.
    pub committed: u64,
    /// How many transactions were aborted; readers of committed records don't see what they hold.
    pub aborted: u64,
}

impl Produce {
    /// One record to a topic.
    pub fn to(cluster: impl Into<String>, topic: impl Into<String>) -> Self {
        Self {
            cluster: cluster.into(),
            topic: topic.into(),
            count: Some(1),
            first: 1,
            prefix: "record".into(),
            keys: None,
            rate: None,
            transactions: None,
            timeout: Duration::from_secs(10),
        }
    }

    fn key(&self, number: u64) -> u64 {
        self.keys.filter(|keys| *keys > 0).map_or(number, |keys| number.saturating_sub(1) % keys + 1)
    }
}

/// Produces records and returns when the cluster has acknowledged all of them.
///
/// # Errors
/// The cluster refuses a record or does not answer in time.
pub fn produce(sandbox: &Sandbox, produce: &Produce) -> Result<Produced, RecordError> {
    stream(sandbox, produce, &|| true, |_| ())
}

/// Produces records as long as `goes_on` says so and gives each to `see` once it is acknowledged; returns when all are.
///
/// # Errors
/// The cluster refuses a record or does not answer in time. A transaction that can't be committed is aborted instead.
pub fn stream(
    sandbox: &Sandbox,
    produce: &Produce,
    goes_on: &dyn Fn() -> bool,
    mut see: impl FnMut(Written),
) -> Result<Produced, RecordError> {
    let cluster = sandbox.cluster(&produce.cluster).map_err(Box::new)?;
    let mut stream = Stream::open(sandbox.layout(), cluster, produce)?;
    let mut pace = Pace::new(produce.rate);
    let numbers = (produce.first..).take_while(|number| {
        produce.count.is_none_or(|count| number - produce.first < count) && pace.wait(goes_on)
    });
    let mut last = None;
    for number in numbers {
        stream.send(number)?;
        last = Some(number);
        if produce
            .transactions
            .is_some_and(|of| (number + 1 - produce.first).is_multiple_of(of.records.max(1)))
        {
            stream.end_transaction()?;
        }
        stream.taken().into_iter().for_each(&mut see);
    }
    stream.end_transaction()?;
    stream.flush()?;
    stream.taken().into_iter().for_each(&mut see);
    let sent = last.map_or(0, |last| last + 1 - produce.first);
    stream.outcome(sent)
}

/// Records under way to a topic.
struct Stream<'a> {
    cluster: &'a Cluster,
    produce: &'a Produce,
    producer: ThreadedProducer<Deliveries>,
    is_open: bool,
    produced: Produced,
}

impl<'a> Stream<'a> {
    fn open(layout: &Layout, cluster: &'a Cluster, produce: &'a Produce) -> Result<Self, RecordError> {
        let mut config = settings(layout, cluster);
        let timeout = produce.timeout.as_millis().to_string();
        config
            .set("enable.idempotence", "true")
            .set("linger.ms", "5")
            // Partitions that are added are written to within a second.
            .set("topic.metadata.refresh.interval.ms", "1000")
            .set("message.timeout.ms", &timeout);
        if produce.transactions.is_some() {
            let id = format!("sandbox-{}-{}", produce.topic, uuid::Uuid::new_v4().simple());
            config.set("transactional.id", id).set("transaction.timeout.ms", &timeout);
        }
        let failed = |source| failure(cluster, source);
        let producer: ThreadedProducer<Deliveries> =
            config.create_with_context(Deliveries::default()).map_err(failed)?;
        partitions(producer.client(), cluster, &produce.topic, produce.timeout)?;
        if produce.transactions.is_some() {
            producer.init_transactions(produce.timeout).map_err(failed)?;
        }
        Ok(Self { cluster, produce, producer, is_open: false, produced: Produced::default() })
    }

    fn failed(&self, source: KafkaError) -> RecordError {
        failure(self.cluster, source)
    }

    fn send(&mut self, number: u64) -> Result<(), RecordError> {
        if self.produce.transactions.is_some() && !self.is_open {
            self.producer.begin_transaction().map_err(|error| self.failed(error))?;
            self.is_open = true;
        }
        let (key, value) =
            (self.produce.key(number).to_string(), format!("{}-{number}", self.produce.prefix));
        let opaque = usize::try_from(number).unwrap_or(usize::MAX);
        let mut record = BaseRecord::with_opaque_to(&self.produce.topic, opaque).key(&key).payload(&value);
        let deadline = Instant::now() + self.produce.timeout;
        while let Err((error, back)) = self.producer.send(record) {
            let is_full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
            if self.is_open && !is_full {
                // The transaction has failed; its end says so, and takes it back.
                return Ok(());
            }
            if !is_full || Instant::now() >= deadline {
                return Err(self.failed(error));
            }
            std::thread::sleep(Duration::from_millis(5));
            record = back;
        }
        Ok(())
    }

    /// Commits the open transaction, or aborts it if that is its turn.
    fn end_transaction(&mut self) -> Result<(), RecordError> {
        if !std::mem::take(&mut self.is_open) {
            return Ok(());
        }
        let nth = self.produced.committed + self.produced.aborted + 1;
        let every = self.produce.transactions.and_then(|of| of.abort_every).filter(|every| *every > 0);
        let mut aborts = every.is_some_and(|every| nth.is_multiple_of(every));
        if aborts {
            // What still waits to be sent would never be written.
            self.flush()?;
        }
        let deadline = Instant::now() + self.produce.timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let ended = match aborts {
                true => self.producer.abort_transaction(left),
                false => self.producer.commit_transaction(left),
            };
            match ended {
                Ok(()) => break,
                Err(KafkaError::Transaction(error)) if error.is_retriable() && !left.is_zero() => {}
                Err(KafkaError::Transaction(error)) if error.txn_requires_abort() && !aborts => aborts = true,
                Err(error) => return Err(self.failed(error)),
            }
        }
        let ended = if aborts { &mut self.produced.aborted } else { &mut self.produced.committed };
        *ended += 1;
        Ok(())
    }

    fn flush(&self) -> Result<(), RecordError> {
        self.producer.flush(self.produce.timeout).map_err(|error| self.failed(error))
    }

    /// What was acknowledged since this was asked last.
    fn taken(&mut self) -> Vec<Written> {
        let written = std::mem::take(&mut self.producer.context().lock().0);
        self.produced.acknowledged += written.len() as u64;
        written
    }

    fn outcome(&self, sent: u64) -> Result<Produced, RecordError> {
        let refused = self.producer.context().lock().1.take();
        match refused {
            // Records of a transaction that was taken back are nobody's loss.
            Some(error) if self.produce.transactions.is_none() => Err(self.failed(error)),
            _ if self.produced.acknowledged < sent && self.produce.transactions.is_none() => {
                let (done, timeout) = (self.produced.acknowledged, self.produce.timeout);
                Err(RecordError::Short { done, wanted: sent, timeout })
            }
            _ => Ok(self.produced),
        }
    }
}

/// Keeps what the cluster acknowledged, and the first refusal.
#[derive(Default)]
struct Deliveries {
    outcome: Mutex<(Vec<Written>, Option<KafkaError>)>,
}

impl Deliveries {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Vec<Written>, Option<KafkaError>)> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, number: usize) {
        let mut outcome = self.lock();
        match result {
            Ok(message) => {
                let (partition, offset) = (message.partition(), message.offset());
                outcome.0.push(Written { number: number as u64, partition, offset });
            }
            Err((error, _)) => {
                outcome.1.get_or_insert_with(|| error.clone());
            }
        }
    }
}
