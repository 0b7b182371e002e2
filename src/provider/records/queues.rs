//! Reading: one consumer, one queue a partition.
//!
//! rdkafka says of the end of a partition its number and not its topic (`KafkaError::PartitionEOF`), so each partition
//! has a queue of its own: what comes out of it needs no topic. A queue that gets something to read says so through a
//! channel, so that thousands of empty ones cost nothing.

use super::context::Context;
use super::offsets::{blocking, consumer, extents};
use super::scanning::partitions;
use super::{
    Batch, Extent, Header, Isolation, Partition, Scan, Scanning, Timestamp, TimestampKind, client, fault,
};
use crate::estate::{Cluster, Fault};
use futures::stream;
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// So many partitions are read at once.
const AT_ONCE: usize = 32;
/// So much is read ahead, over all partitions that are read at once. librdkafka keeps half a kilobyte beside each record,
/// which it does not count: of tiny records this is a tenth of what they take.
const AHEAD_KB: usize = 16 * 1024;
const AHEAD_RECORDS: usize = 40_000;
/// A batch is handed on when it has so many records, or so many bytes.
const BATCH_RECORDS: usize = 4_096;
const BATCH_BYTES: usize = 1024 * 1024;
/// So many batches wait for whoever takes them.
const BATCHES: usize = 4;
/// How often the reader looks whether anything still comes.
const TICK: Duration = Duration::from_millis(100);

type Reader = Arc<BaseConsumer<Context>>;

/// What the reading thread says: a batch, or that everything was read. A thread that just ends has broken.
type Said = Result<Option<Batch>, Fault>;

/// Finds out what there is to read and begins to read it.
pub(super) async fn begin(cluster: &Cluster, scan: &Scan) -> Result<Scanning, Fault> {
    let (name, timeout) = (scan.cluster.name.clone(), cluster.timeout);
    let (settings, asked) = (client::settings(cluster), scan.clone());
    let find = move || {
        let first = consumer(&name, &reader_settings(&settings, asked.isolation, 1))?;
        let (extents, missing) = extents(&first, &asked, timeout)?;
        let full = extents.iter().filter(|extent| extent.from < extent.to).count();
        // What is read ahead is set when a consumer is made, so many partitions want another one.
        let reader = if full > 4 {
            consumer(&name, &reader_settings(&settings, asked.isolation, full.min(AT_ONCE)))?
        } else {
            first
        };
        Ok((Arc::new(reader), extents, missing))
    };
    let (reader, extents, missing) = blocking(find).await?;
    let (said, hears) = mpsc::channel(BATCHES);
    let reading = Reading::new(reader, extents.clone(), timeout, said);
    tokio::task::spawn_blocking(move || reading.run());
    Ok(Scanning::new(extents, missing, Box::pin(stream::unfold(Some(hears), hear))))
}

/// The next batch; after an end or a fault there is none.
async fn hear(
    hears: Option<mpsc::Receiver<Said>>,
) -> Option<(Result<Batch, Fault>, Option<mpsc::Receiver<Said>>)> {
    let mut hears = hears?;
    match hears.recv().await {
        Some(Ok(Some(batch))) => Some((Ok(batch), Some(hears))),
        Some(Ok(None)) => None,
        Some(Err(fault)) => Some((Err(fault), None)),
        None => Some((Err(fault::broken("librdkafka", "its thread broke while reading records")), None)),
    }
}

fn reader_settings(settings: &ClientConfig, isolation: Isolation, partitions: usize) -> ClientConfig {
    let mut config = settings.clone();
    let ahead = AHEAD_KB / partitions / 2;
    let records = (AHEAD_RECORDS / partitions).max(1_000);
    config
        // No group is joined and nothing is committed; librdkafka wants a name to assign partitions at all.
        .set("group.id", "leeward")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "error")
        .set("check.crcs", "true")
        .set(
            "isolation.level",
            match isolation {
                Isolation::Committed => "read_committed",
                Isolation::Uncommitted => "read_uncommitted",
            },
        )
        .set("queued.min.messages", records.to_string())
        .set("queued.max.messages.kbytes", ahead.to_string())
        .set("fetch.message.max.bytes", (ahead * 1024).min(2 * 1024 * 1024).to_string())
        // By default a reader that was ahead pauses for a second.
        .set("fetch.queue.backoff.ms", "2")
        // The end of a partition is told by an empty answer, which a broker gives after this time.
        .set("fetch.wait.max.ms", "10");
    config
}

/// The thread that reads.
struct Reading {
    reader: Reader,
    extents: Vec<Extent>,
    partitions: Arc<Vec<Partition>>,
    patience: Duration,
    said: mpsc::Sender<Said>,
    batch: Batch,
    /// When something came last.
    heard: Instant,
}

/// Why reading ended before its end.
enum Stop {
    /// Nobody takes the records any more.
    Unwanted,
    /// The cluster refuses, or is silent.
    Fault(Fault),
}

/// The queues of the partitions that are read at once.
struct Queues {
    queues: Vec<(u32, PartitionQueue<Context>)>,
    done: Vec<bool>,
    left: usize,
    filled: Receiver<usize>,
}

impl Reading {
    fn new(reader: Reader, extents: Vec<Extent>, patience: Duration, said: mpsc::Sender<Said>) -> Self {
        let partitions = partitions(&extents);
        let batch = Batch::new(Arc::clone(&partitions));
        Self { reader, extents, partitions, patience, said, batch, heard: Instant::now() }
    }

    fn run(mut self) {
        let end = match self.all() {
            Ok(()) => Ok(None),
            Err(Stop::Fault(fault)) => Err(fault),
            Err(Stop::Unwanted) => return,
        };
        // Whoever does not listen any more does not need the end.
        let _ = self.said.blocking_send(end);
    }

    fn all(&mut self) -> Result<(), Stop> {
        let full = |at: &u32| {
            let extent = &self.extents[*at as usize];
            extent.from < extent.to
        };
        let indices = 0..u32::try_from(self.extents.len()).unwrap_or(u32::MAX);
        let wanted: Vec<u32> = indices.filter(full).collect();
        for some in wanted.chunks(AT_ONCE) {
            self.read(some)?;
        }
        self.hand_on()
    }

    /// Reads some partitions to the ends of their ranges.
    fn read(&mut self, some: &[u32]) -> Result<(), Stop> {
        let (fills, filled) = channel();
        let mut queues = Queues {
            queues: Vec::with_capacity(some.len()),
            done: vec![false; some.len()],
            left: some.len(),
            filled,
        };
        // Queues are split before anything is assigned: nothing comes through the common one then.
        for (nth, at) in some.iter().enumerate() {
            let queue = self.queue(*at, nth, &fills)?;
            queues.queues.push((*at, queue));
        }
        self.assign(some)?;
        self.heard = Instant::now();
        while queues.left > 0 {
            if let Some(nth) = self.filled(&queues)? {
                self.drain(&mut queues, nth)?;
            }
            self.troubles()?;
            if self.heard.elapsed() > self.patience {
                return Err(self.silence(&queues));
            }
        }
        Ok(())
    }

    fn queue(&self, at: u32, nth: usize, fills: &Sender<usize>) -> Result<PartitionQueue<Context>, Stop> {
        let extent = &self.extents[at as usize];
        let queue = self.reader.split_partition_queue(&extent.topic, extent.partition);
        let mut queue = queue.ok_or_else(|| self.broken("a partition has no queue"))?;
        let fills = fills.clone();
        // A reader that is gone needs no more calls.
        queue.set_nonempty_callback(move || {
            let _ = fills.send(nth);
        });
        Ok(queue)
    }

    fn assign(&self, some: &[u32]) -> Result<(), Stop> {
        let mut list = TopicPartitionList::with_capacity(some.len());
        let failed = |error| Stop::Fault(fault::of(self.reader.context(), "read its records", &error));
        for at in some {
            let extent = &self.extents[*at as usize];
            let from = Offset::Offset(extent.from);
            list.add_partition_offset(&extent.topic, extent.partition, from).map_err(failed)?;
        }
        self.reader.assign(&list).map_err(failed)
    }

    /// The next queue that has something, if one gets something within a tick. Before it waits, it hands on what it has.
    fn filled(&mut self, queues: &Queues) -> Result<Option<usize>, Stop> {
        if let Ok(nth) = queues.filled.try_recv() {
            return Ok(Some(nth));
        }
        self.hand_on()?;
        match queues.filled.recv_timeout(TICK) {
            Ok(nth) => Ok(Some(nth)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.broken("no queue speaks any more")),
        }
    }

    /// Takes all that a queue has, up to the end of its range.
    fn drain(&mut self, queues: &mut Queues, nth: usize) -> Result<(), Stop> {
        let (at, queue) = &queues.queues[nth];
        let to = self.extents[*at as usize].to;
        while !queues.done[nth] {
            let ended = match queue.poll(Duration::ZERO) {
                None => return Ok(()),
                Some(Ok(message)) => {
                    if message.offset() < to {
                        push(&mut self.batch, *at, &message);
                    }
                    message.offset() + 1 >= to
                }
                Some(Err(KafkaError::PartitionEOF(_))) => true,
                Some(Err(error)) => {
                    self.judge(&error, *at)?;
                    false
                }
            };
            self.heard = Instant::now();
            if ended {
                queues.done[nth] = true;
                queues.left -= 1;
                self.batch.finish(*at);
                self.pause(*at, queues.left);
            }
            if self.batch.len() >= BATCH_RECORDS || self.batch.bytes() >= BATCH_BYTES {
                self.hand_on()?;
            }
        }
        Ok(())
    }

    /// Stops fetching a partition that goes on growing, while others are still read.
    fn pause(&self, at: u32, left: usize) {
        if left > 0 {
            let mut list = TopicPartitionList::new();
            list.add_partition(&self.extents[at as usize].topic, self.extents[at as usize].partition);
            if let Err(error) = self.reader.pause(&list) {
                tracing::debug!(%error, "a partition that was read goes on being fetched");
            }
        }
    }

    /// Whether an error of a partition is one that reading can't go on after.
    fn judge(&self, error: &KafkaError, at: u32) -> Result<(), Stop> {
        let extent = &self.extents[at as usize];
        match error.rdkafka_error_code() {
            Some(Code::BrokerTransportFailure | Code::AllBrokersDown | Code::OperationTimedOut) => Ok(()),
            _ => {
                let doing = format!("read {}-{}", extent.topic, extent.partition);
                Err(Stop::Fault(fault::of(self.reader.context(), &doing, error)))
            }
        }
    }

    /// Looks into the common queue, where errors of connections are.
    fn troubles(&self) -> Result<(), Stop> {
        while let Some(trouble) = self.reader.poll(Duration::ZERO) {
            let Err(error) = trouble else { continue };
            let context = self.reader.context();
            let is_ours = error.rdkafka_error_code() == Some(Code::TopicAuthorizationFailed);
            if is_ours || context.refusal().is_some() {
                return Err(Stop::Fault(fault::of(context, "read its records", &error)));
            }
        }
        Ok(())
    }

    fn silence(&self, queues: &Queues) -> Stop {
        let waiting = queues.queues.iter().zip(&queues.done).filter(|(_, done)| !**done);
        let names: Vec<String> = waiting.take(4).map(|((at, _), _)| self.name(*at)).collect();
        let doing = format!("read {}", names.join(", "));
        Stop::Fault(fault::silent(self.reader.context(), &doing, self.patience))
    }

    fn name(&self, at: u32) -> String {
        format!("{}-{}", self.extents[at as usize].topic, self.extents[at as usize].partition)
    }

    fn broken(&self, what: &str) -> Stop {
        Stop::Fault(fault::broken(&self.reader.context().name, what))
    }

    /// Hands on what was read; waits until there is room. That wait is not the cluster's silence.
    fn hand_on(&mut self) -> Result<(), Stop> {
        if self.batch.is_empty() && self.batch.finished().is_empty() {
            return if self.said.is_closed() { Err(Stop::Unwanted) } else { Ok(()) };
        }
        let batch = std::mem::replace(&mut self.batch, Batch::new(Arc::clone(&self.partitions)));
        self.said.blocking_send(Ok(Some(batch))).map_err(|_| Stop::Unwanted)?;
        self.heard = Instant::now();
        Ok(())
    }
}

fn push(batch: &mut Batch, at: u32, message: &BorrowedMessage<'_>) {
    let timestamp = match message.timestamp() {
        rdkafka::Timestamp::NotAvailable => None,
        rdkafka::Timestamp::CreateTime(millis) => Some(Timestamp { millis, kind: TimestampKind::Create }),
        rdkafka::Timestamp::LogAppendTime(millis) => Some(Timestamp { millis, kind: TimestampKind::Append }),
    };
    let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
    let headers = headers.map(|header| Header { name: header.key, value: header.value });
    batch.push(at, message.offset(), timestamp, (message.key(), message.payload()), headers);
}
