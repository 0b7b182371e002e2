//! Producing: idempotent, or in transactions.

use super::context::Context;
use super::offsets::{blocking, consumer};
use super::{NewRecord, Placed, Positions, Producer, client, fault};
use crate::estate::{Cluster, Fault, FaultKind};
use futures::future::{BoxFuture, FutureExt as _};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{DeliveryResult, Header as RdHeader, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext, Offset, TopicPartitionList};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// A transaction may stay open for so long; whoever reads committed records waits for it if we die.
const TRANSACTION: Duration = Duration::from_secs(60);
/// So many kilobytes wait to be sent.
const QUEUE_KB: u32 = 64 * 1024;

/// A ticket's lower bits tell a call's records apart, its upper ones the calls.
const CALL: u32 = usize::BITS / 2;

/// A producer of one cluster.
pub(super) struct LiveProducer {
    name: String,
    settings: ClientConfig,
    timeout: Duration,
    producer: Arc<ThreadedProducer<Deliveries>>,
    transactional: bool,
    /// Whether a transaction has begun.
    open: bool,
    _end: End,
}

/// Lets go of a producer in the background. rdkafka joins the thread that polls, which looks up ten times a second, and nobody
/// has to wait for that.
struct End(Option<Arc<ThreadedProducer<Deliveries>>>);

impl Drop for End {
    fn drop(&mut self) {
        let producer = self.0.take();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn_blocking(move || drop(producer));
        }
    }
}

/// Connects, and takes the transactional id over from whoever had it.
pub(super) async fn producer(
    name: &str,
    cluster: &Cluster,
    transactional_id: Option<&str>,
) -> Result<LiveProducer, Fault> {
    let settings = client::settings(cluster);
    let mut config = settings.clone();
    let timeout = cluster.timeout.max(Duration::from_secs(1));
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "2")
        .set("compression.type", "lz4")
        .set("queue.buffering.max.kbytes", QUEUE_KB.to_string())
        .set("message.timeout.ms", timeout.as_millis().to_string());
    if let Some(id) = transactional_id {
        let open_for = TRANSACTION.max(timeout * 2);
        config.set("transactional.id", id).set("transaction.timeout.ms", open_for.as_millis().to_string());
    }
    let (context, transactional) = (Deliveries::new(name), transactional_id.is_some());
    let made = move || {
        let producer: ThreadedProducer<Deliveries> = config
            .create_with_context(context)
            .map_err(|error| fault::of(&Context::default(), "make a producer", &error))?;
        let producer = Arc::new(producer);
        reach(&producer, timeout)?;
        if transactional {
            let context = &producer.context().connection;
            let doing = "begin to write in transactions";
            patiently(timeout, |left| producer.init_transactions(left))
                .map_err(|error| fault::of(context, doing, &error))?;
        }
        Ok(producer)
    };
    let producer = blocking(made).await?;
    let (name, _end) = (name.to_owned(), End(Some(Arc::clone(&producer))));
    Ok(LiveProducer { name, settings, timeout, producer, transactional, open: false, _end })
}

/// Waits until the cluster answers at all, so that a dead one is told within its timeout.
fn reach(producer: &ThreadedProducer<Deliveries>, timeout: Duration) -> Result<(), Fault> {
    let deadline = Instant::now() + timeout;
    let mut patience = Duration::from_secs(1).min(timeout);
    loop {
        if producer.client().fetch_cluster_id(patience).is_some() {
            return Ok(());
        }
        let context = &producer.context().connection;
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || context.refusal().is_some() || context.is_down() {
            return Err(fault::of(context, "reach it", &KafkaError::Global(Code::OperationTimedOut)));
        }
        patience = (patience * 2).min(left);
    }
}

/// Repeats a call of the transactional interface while librdkafka says that it may be repeated.
fn patiently(timeout: Duration, call: impl Fn(Duration) -> Result<(), KafkaError>) -> Result<(), KafkaError> {
    let deadline = Instant::now() + timeout;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match call(left) {
            Err(KafkaError::Transaction(error)) if error.is_retriable() && !left.is_zero() => {
                tracing::debug!(%error, "a transaction's step is repeated");
            }
            other => return other,
        }
    }
}

impl Producer for LiveProducer {
    fn send<'a>(&'a mut self, records: &'a [NewRecord<'a>]) -> BoxFuture<'a, Result<Vec<Placed>, Fault>> {
        async move {
            if self.transactional && !self.open {
                self.producer.begin_transaction().map_err(|error| self.of("begin a transaction", &error))?;
                self.open = true;
            }
            let call = self.producer.context().expect(records.len());
            for (nth, record) in records.iter().enumerate() {
                self.enqueue(call | nth, record).await?;
            }
            self.delivered(records).await
        }
        .boxed()
    }

    fn commit<'a>(&'a mut self, positions: Option<&'a Positions>) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            if !self.open {
                return Ok(());
            }
            let (producer, timeout) = (Arc::clone(&self.producer), self.timeout);
            let noted =
                positions.map(|positions| (positions.clone(), self.settings.clone(), self.name.clone()));
            let committed = blocking(move || commit(&producer, noted, timeout)).await;
            self.open = false;
            committed
        }
        .boxed()
    }

    fn abort<'a>(&'a mut self) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            if !self.open {
                return Ok(());
            }
            self.open = false;
            let (producer, timeout) = (Arc::clone(&self.producer), self.timeout);
            blocking(move || abort(&producer, timeout)).await
        }
        .boxed()
    }
}

impl LiveProducer {
    fn of(&self, doing: &str, error: &KafkaError) -> Fault {
        fault::of(&self.producer.context().connection, doing, error)
    }

    /// Puts a record into the queue; waits for room.
    async fn enqueue(&self, ticket: usize, record: &NewRecord<'_>) -> Result<(), Fault> {
        let mut waiting = base_record(ticket, record);
        loop {
            let moved = self.producer.context().moved.notified();
            match self.producer.send(waiting) {
                Ok(()) => return Ok(()),
                Err((error, back)) if error.rdkafka_error_code() == Some(Code::QueueFull) => {
                    waiting = back;
                    // The queue moves as long as records are delivered or time out.
                    let _ = tokio::time::timeout(self.timeout, moved).await;
                }
                Err((error, _)) => return Err(self.of(&format!("write to {}", record.topic), &error)),
            }
        }
    }

    /// Waits until each record is acknowledged or refused.
    async fn delivered(&self, records: &[NewRecord<'_>]) -> Result<Vec<Placed>, Fault> {
        let deliveries = self.producer.context();
        loop {
            let moved = deliveries.moved.notified();
            if let Some(placed) = deliveries.take() {
                let mut whole = Vec::with_capacity(placed.len());
                for (record, placed) in records.iter().zip(placed) {
                    let doing = || format!("write to {}", record.topic);
                    whole.push(placed.map_err(|error| self.of(&doing(), &error))?);
                }
                return Ok(whole);
            }
            // librdkafka answers for every record within message.timeout.ms.
            let _ = tokio::time::timeout(self.timeout, moved).await;
        }
    }
}

/// A step of a transaction that failed, and what librdkafka wants to be done about it.
struct Broken {
    fault: Fault,
    /// The transaction has to be aborted before another one can begin.
    must_abort: bool,
    /// Nobody can say whether the coordinator has done it.
    is_open: bool,
}

impl Broken {
    fn of(connection: &Context, doing: &str, error: &KafkaError) -> Self {
        let (must_abort, is_open) = match error {
            KafkaError::Transaction(error) => (error.txn_requires_abort(), error.is_retriable()),
            _ => (false, false),
        };
        Self { fault: fault::of(connection, doing, error), must_abort, is_open }
    }
}

impl From<Fault> for Broken {
    /// A step that failed before the transaction was touched.
    fn from(fault: Fault) -> Self {
        Self { fault, must_abort: true, is_open: false }
    }
}

fn commit(
    producer: &ThreadedProducer<Deliveries>,
    noted: Option<(Positions, ClientConfig, String)>,
    timeout: Duration,
) -> Result<(), Fault> {
    let connection = &producer.context().connection;
    let committed = noted
        .map_or(Ok(()), |(positions, settings, name)| note(producer, &positions, settings, &name, timeout))
        .and_then(|()| {
            patiently(timeout, |left| producer.commit_transaction(left))
                .map_err(|error| Broken::of(connection, "commit a transaction", &error))
        });
    let Err(Broken { fault, must_abort, is_open }) = committed else { return Ok(()) };
    if must_abort {
        abort(producer, timeout)?;
    } else if is_open {
        return Err(Fault { kind: FaultKind::Timeout, ..fault });
    }
    Err(fault)
}

/// Adds a group's positions to the transaction.
fn note(
    producer: &ThreadedProducer<Deliveries>,
    positions: &Positions,
    mut settings: ClientConfig,
    name: &str,
    timeout: Duration,
) -> Result<(), Broken> {
    let connection = &producer.context().connection;
    let doing = format!("note the positions of group {}", positions.group);
    let failed = |error: KafkaError| Broken::of(connection, &doing, &error);
    settings.set("group.id", &positions.group);
    let consumer = consumer(name, &settings)?;
    let group = consumer.group_metadata();
    let group = group.ok_or_else(|| fault::broken(name, "a consumer has no group"))?;
    let mut list = TopicPartitionList::with_capacity(positions.next.len());
    for ((topic, partition), next) in &positions.next {
        list.add_partition_offset(topic, *partition, Offset::Offset(*next)).map_err(failed)?;
    }
    patiently(timeout, |left| producer.send_offsets_to_transaction(&list, &group, left)).map_err(failed)
}

fn abort(producer: &ThreadedProducer<Deliveries>, timeout: Duration) -> Result<(), Fault> {
    producer.purge(PurgeConfig::default().queue().inflight());
    patiently(timeout, |left| producer.abort_transaction(left))
        .map_err(|error| fault::of(&producer.context().connection, "abort a transaction", &error))
}

fn base_record<'a>(ticket: usize, record: &NewRecord<'a>) -> BaseRecord<'a, [u8], [u8], usize> {
    let mut base = BaseRecord::with_opaque_to(record.topic, ticket);
    base.key = record.key;
    base.payload = record.value;
    base.partition = record.partition;
    base.timestamp = record.timestamp;
    if !record.headers.is_empty() {
        let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
        for header in &record.headers {
            headers = headers.insert(RdHeader { key: header.name, value: header.value });
        }
        base.headers = Some(headers);
    }
    base
}

/// What became of the records of one call.
struct Deliveries {
    connection: Context,
    slots: Mutex<Slots>,
    /// Woken by every delivery that somebody may wait for.
    moved: Notify,
}

#[derive(Default)]
struct Slots {
    /// Counts calls, so that what comes late of a call that failed is not taken for the next one's.
    call: usize,
    results: Vec<Option<Result<Placed, KafkaError>>>,
    left: usize,
}

impl Deliveries {
    fn new(name: &str) -> Self {
        Self { connection: Context::new(name), slots: Mutex::default(), moved: Notify::new() }
    }

    /// Begins a call: the answer is the upper half of its records' tickets.
    fn expect(&self, records: usize) -> usize {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let call = slots.call.wrapping_add(1 << CALL);
        *slots = Slots { call, results: vec![None; records], left: records };
        call
    }

    /// All results, once all are there.
    fn take(&self) -> Option<Vec<Result<Placed, KafkaError>>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        (slots.left == 0).then(|| std::mem::take(&mut slots.results).into_iter().flatten().collect())
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.connection.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.connection.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: usize) {
        let placed = match result {
            Ok(message) => Ok(Placed { partition: message.partition(), offset: message.offset() }),
            Err((error, _)) => Err(error.clone()),
        };
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if ticket >> CALL != slots.call >> CALL {
            return;
        }
        if let Some(slot @ None) = slots.results.get_mut(ticket & ((1 << CALL) - 1)) {
            *slot = Some(placed);
            slots.left -= 1;
        }
        // Waiting for room is worth a look now and then, waiting for the end at the end.
        if slots.left == 0 || slots.left.is_multiple_of(64) {
            self.moved.notify_waiters();
        }
    }
}
