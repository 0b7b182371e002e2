//! Many records in one piece of memory, so that ten million small ones cost no ten million allocations.

use super::{Header, Record, Timestamp};
use std::sync::Arc;

/// Records of some partitions, in order within each partition.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The partitions that the records are of.
    partitions: Arc<Vec<(String, i32)>>,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    headers: Vec<(Span, Option<Span>)>,
    /// Partitions whose range ends with this batch.
    finished: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    length: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    partition: u32,
    offset: i64,
    timestamp: Option<Timestamp>,
    key: Option<Span>,
    value: Option<Span>,
    /// Where its headers stand among all headers.
    headers: Span,
}

impl Batch {
    /// An empty batch for records of these partitions.
    pub(super) const fn new(partitions: Arc<Vec<(String, i32)>>) -> Self {
        Self { partitions, bytes: Vec::new(), entries: Vec::new(), headers: Vec::new(), finished: Vec::new() }
    }

    /// Adds a record of the partition at `partition` in the list; headers come one at a time.
    pub(super) fn push<'a>(
        &mut self,
        partition: u32,
        offset: i64,
        timestamp: Option<Timestamp>,
        (key, value): (Option<&[u8]>, Option<&[u8]>),
        headers: impl Iterator<Item = Header<'a>>,
    ) {
        let (key, value) = (key.map(|key| self.keep(key)), value.map(|value| self.keep(value)));
        let start = self.headers.len();
        for header in headers {
            let kept = (self.keep(header.name.as_bytes()), header.value.map(|value| self.keep(value)));
            self.headers.push(kept);
        }
        let headers = Span { start, length: self.headers.len() - start };
        self.entries.push(Entry { partition, offset, timestamp, key, value, headers });
    }

    /// Notes that nothing more comes of a partition.
    pub(super) fn finish(&mut self, partition: u32) {
        self.finished.push(partition);
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        Span { start, length: bytes.len() }
    }

    fn at(&self, span: Span) -> &[u8] {
        &self.bytes[span.start..span.start + span.length]
    }

    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many bytes keys, values and headers have.
    pub const fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The records, in order within each partition.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.entries.iter().map(|entry| self.record(entry))
    }

    /// Position in the list of partitions, and offset, of each record.
    pub(super) fn offsets(&self) -> impl Iterator<Item = (u32, i64)> {
        self.entries.iter().map(|entry| (entry.partition, entry.offset))
    }

    /// Positions of the partitions of which nothing more comes.
    pub(super) fn finished(&self) -> &[u32] {
        &self.finished
    }

    fn record(&self, entry: &Entry) -> Record<'_> {
        let (topic, partition) = &self.partitions[entry.partition as usize];
        let header = |(name, value): &(Span, Option<Span>)| Header {
            // It was text when it was kept.
            name: std::str::from_utf8(self.at(*name)).unwrap_or_default(),
            value: value.map(|value| self.at(value)),
        };
        let headers = &self.headers[entry.headers.start..entry.headers.start + entry.headers.length];
        Record {
            topic,
            partition: *partition,
            offset: entry.offset,
            timestamp: entry.timestamp,
            key: entry.key.map(|key| self.at(key)),
            value: entry.value.map(|value| self.at(value)),
            headers: headers.iter().map(header).collect(),
        }
    }
}
