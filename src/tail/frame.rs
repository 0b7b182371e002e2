//! A record as bytes: big-endian integers, lengths before what they measure, -1 for null. docs/tail.md is its reference.

use crate::offsets::Digest;
use crate::provider::records::{Header, Record, Timestamp, TimestampKind};

/// The header that marks a replayed record: the export's id, and where the record stood, `ID/topic-3@42`.
pub const MARK: &str = "leeward.tail";

/// The export that a record was replayed from, and its offset on the source; none if it was not.
pub(super) fn mark(record: &Record<'_>) -> Option<(uuid::Uuid, i64)> {
    let header = record.headers.iter().rfind(|header| header.name == MARK)?;
    let (export, place) = std::str::from_utf8(header.value?).ok()?.split_once('/')?;
    Some((export.parse().ok()?, place.rsplit_once('@')?.1.parse().ok()?))
}

/// A record that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its part: a position in the manifest's list.
    pub part: u32,
    /// Its offset on the source.
    pub offset: i64,
    /// Its time.
    pub timestamp: Option<Timestamp>,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Its headers, in order.
    pub headers: Vec<KeptHeader>,
}

/// A header's name and value.
pub type KeptHeader = (String, Option<Vec<u8>>);

/// Adds a record of the part at `part` to `bytes`.
pub fn encode(bytes: &mut Vec<u8>, part: u32, record: &Record<'_>) {
    let (kind, millis) = match record.timestamp {
        None => (0u8, 0),
        Some(Timestamp { millis, kind: TimestampKind::Create }) => (1, millis),
        Some(Timestamp { millis, kind: TimestampKind::Append }) => (2, millis),
    };
    bytes.extend_from_slice(&part.to_be_bytes());
    bytes.extend_from_slice(&record.offset.to_be_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(&millis.to_be_bytes());
    put(bytes, record.key);
    put(bytes, record.value);
    bytes.extend_from_slice(&u32::try_from(record.headers.len()).unwrap_or(u32::MAX).to_be_bytes());
    for header in &record.headers {
        put(bytes, Some(header.name.as_bytes()));
        put(bytes, header.value);
    }
}

/// Kafka's own limit of a record is below 2 GiB, so a length always fits.
fn put(bytes: &mut Vec<u8>, field: Option<&[u8]>) {
    let length = field.map_or(-1, |field| i32::try_from(field.len()).unwrap_or(i32::MAX));
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(field.unwrap_or_default());
}

/// Reads a record back; none if the bytes are none, or more than one.
pub fn decode(bytes: &[u8]) -> Option<Kept> {
    let mut left = Left(bytes);
    let part = u32::from_be_bytes(left.array()?);
    let offset = i64::from_be_bytes(left.array()?);
    let [kind] = left.array()?;
    let millis = i64::from_be_bytes(left.array()?);
    let timestamp = match kind {
        0 => None,
        1 => Some(Timestamp { millis, kind: TimestampKind::Create }),
        2 => Some(Timestamp { millis, kind: TimestampKind::Append }),
        _ => return None,
    };
    let key = left.field()?.map(<[u8]>::to_vec);
    let value = left.field()?.map(<[u8]>::to_vec);
    let count = u32::from_be_bytes(left.array()?);
    let mut headers = Vec::new();
    for _ in 0..count {
        let name = String::from_utf8(left.field()??.to_vec()).ok()?;
        headers.push((name, left.field()?.map(<[u8]>::to_vec)));
    }
    left.0.is_empty().then_some(Kept { part, offset, timestamp, key, value, headers })
}

/// The bytes that are not read yet.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A field: the outer `None` is a torn one, the inner one null.
    fn field(&mut self) -> Option<Option<&'a [u8]>> {
        match i32::from_be_bytes(self.array()?) {
            -1 => Some(None),
            length => self.take(usize::try_from(length).ok()?).map(Some),
        }
    }
}

impl Kept {
    /// The record, as it stood on a partition of the source.
    pub fn record<'a>(&'a self, topic: &'a str, partition: i32) -> Record<'a> {
        let headers = self.headers.iter().map(|(name, value)| Header { name, value: value.as_deref() });
        Record {
            topic,
            partition,
            offset: self.offset,
            timestamp: self.timestamp,
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: headers.collect(),
        }
    }
}

/// What tells a record's content from another's: key, value and headers, but for the mark of a replay. Its time is left
/// out, since a topic with `LogAppendTime` gives it another.
pub(super) fn digest(record: &Record<'_>) -> Digest {
    let headers = record.headers.iter().filter(|header| header.name != MARK);
    Digest::of(0, record.key, record.value, headers.map(|header| (header.name, header.value)))
}
