//! Records, borrowed from where they lie.

/// A record as it stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its topic.
    pub topic: &'a str,
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// When it was made or appended; absent in logs of message format 0.
    pub timestamp: Option<Timestamp>,
    /// Its key; `None` is Kafka's null, which is not the empty key.
    pub key: Option<&'a [u8]>,
    /// Its value; `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Its headers, in order; names may stand twice (KIP-82).
    pub headers: Vec<Header<'a>>,
}

/// A header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value; `None` is Kafka's null.
    pub value: Option<&'a [u8]>,
}

/// The time that a record carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01 UTC.
    pub millis: i64,
    /// Whose clock it is.
    pub kind: TimestampKind,
}

/// Whose clock a record's time is (the topic's `message.timestamp.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampKind {
    /// The producer's: `CreateTime`.
    Create,
    /// The broker's: `LogAppendTime`.
    Append,
}

/// A record to be produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord<'a> {
    /// The topic, which has to be there.
    pub topic: &'a str,
    /// The partition; without it the key decides, as librdkafka does by default.
    pub partition: Option<i32>,
    /// Milliseconds since 1970-01-01 UTC; without it the time of sending. A topic with `LogAppendTime` has its own.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: Option<&'a [u8]>,
    /// The value; `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// The headers, in order.
    pub headers: Vec<Header<'a>>,
}

impl<'a> NewRecord<'a> {
    /// A record with a key and a value, and nothing else yet.
    pub const fn new(topic: &'a str, key: Option<&'a [u8]>, value: Option<&'a [u8]>) -> Self {
        Self { topic, partition: None, timestamp: None, key, value, headers: Vec::new() }
    }

    /// The same record in a given partition.
    #[must_use]
    pub const fn partition(mut self, partition: i32) -> Self {
        self.partition = Some(partition);
        self
    }

    /// The same record with a time, in milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn timestamp(mut self, millis: i64) -> Self {
        self.timestamp = Some(millis);
        self
    }

    /// The same record with one more header.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: Option<&'a [u8]>) -> Self {
        self.headers.push(Header { name, value });
        self
    }
}

impl Record<'_> {
    /// How many bytes key, value and headers have.
    pub fn size(&self) -> usize {
        let length = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
        let headers = self.headers.iter().map(|header| header.name.len() + length(header.value));
        length(self.key) + length(self.value) + headers.sum::<usize>()
    }
}
