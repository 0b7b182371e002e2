//! MirrorMaker's records as they lie in its topics, and the names of those topics.
//!
//! Written with Kafka's classic protocol types: integers are big-endian, a string is its length in bytes (two bytes,
//! not negative) and UTF-8 (`OffsetSync`, `Checkpoint`, `Heartbeat` in `org.apache.kafka.connect.mirror`).

use crate::estate::{Naming, offset_syncs_topic};
use thiserror::Error;

/// Says why a record of an internal topic can't be read. Readers count such records and go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// The record has no key or no value.
    #[error("the record has no {0}")]
    Missing(&'static str),
    /// The record ends within a field.
    #[error("the record ends within its {0}")]
    Short(&'static str),
    /// A string's length is negative or its bytes are not UTF-8.
    #[error("the record's {0} is not a string")]
    NotAString(&'static str),
    /// A number can't be what it stands for.
    #[error("the record's {field} is {value}, which can't be")]
    Impossible {
        /// The field.
        field: &'static str,
        /// What it says.
        value: i64,
    },
    /// A version that this decoder doesn't know.
    #[error("the record is of version {0}; only version 0 is known")]
    Version(i16),
    /// The record goes on after its last field.
    #[error("{0} bytes follow the record's last field")]
    Trailing(usize),
}

/// An offset sync: one record's offsets on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetSync {
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The record's offset on the source.
    pub upstream: i64,
    /// The record's offset on the target.
    pub downstream: i64,
}

/// A checkpoint: MirrorMaker's own translation of a group's position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The group.
    pub group: String,
    /// The topic's name on the target.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The group's position on the source.
    pub upstream: i64,
    /// The position on the target.
    pub downstream: i64,
    /// The metadata of the group's commit on the source.
    pub metadata: String,
}

/// A heartbeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// The alias of the source.
    pub source: String,
    /// The alias of the target.
    pub target: String,
    /// When it was written, in milliseconds since 1970.
    pub timestamp: i64,
}

impl OffsetSync {
    /// Reads the record.
    pub fn decode(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, WireError> {
        let (mut key, mut value) = fields(key, value)?;
        let read = Self {
            topic: key.string("topic")?,
            partition: key.number("partition", i32::from_be_bytes)?,
            upstream: value.number("upstream offset", i64::from_be_bytes)?,
            downstream: value.number("downstream offset", i64::from_be_bytes)?,
        };
        key.end()?;
        value.end()?;
        not_negative("partition", read.partition.into())?;
        not_negative("upstream offset", read.upstream)?;
        not_negative("downstream offset", read.downstream)?;
        Ok(read)
    }

    /// Key and value of the record.
    pub fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut key = string(&self.topic);
        key.extend(self.partition.to_be_bytes());
        (key, [self.upstream.to_be_bytes(), self.downstream.to_be_bytes()].concat())
    }
}

impl Checkpoint {
    /// Reads the record.
    pub fn decode(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, WireError> {
        let (mut key, mut value) = fields(key, value)?;
        let group = key.string("group")?;
        let topic = key.string("topic")?;
        let partition = key.number("partition", i32::from_be_bytes)?;
        key.end()?;
        version(&mut value)?;
        let read = Self {
            group,
            topic,
            partition,
            upstream: value.number("upstream offset", i64::from_be_bytes)?,
            downstream: value.number("downstream offset", i64::from_be_bytes)?,
            metadata: value.string("metadata")?,
        };
        value.end()?;
        not_negative("partition", read.partition.into())?;
        not_negative("upstream offset", read.upstream)?;
        not_negative("downstream offset", read.downstream)?;
        Ok(read)
    }

    /// Key and value of the record.
    pub fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut key = string(&self.group);
        key.extend(string(&self.topic));
        key.extend(self.partition.to_be_bytes());
        let mut value = 0i16.to_be_bytes().to_vec();
        value.extend(self.upstream.to_be_bytes());
        value.extend(self.downstream.to_be_bytes());
        value.extend(string(&self.metadata));
        (key, value)
    }
}

impl Heartbeat {
    /// Reads the record.
    pub fn decode(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, WireError> {
        let (mut key, mut value) = fields(key, value)?;
        let (source, target) = (key.string("source alias")?, key.string("target alias")?);
        key.end()?;
        version(&mut value)?;
        let timestamp = value.number("timestamp", i64::from_be_bytes)?;
        value.end()?;
        not_negative("timestamp", timestamp)?;
        Ok(Self { source, target, timestamp })
    }

    /// Key and value of the record.
    pub fn encode(&self) -> (Vec<u8>, Vec<u8>) {
        let mut key = string(&self.source);
        key.extend(string(&self.target));
        let mut value = 0i16.to_be_bytes().to_vec();
        value.extend(self.timestamp.to_be_bytes());
        (key, value)
    }
}

/// The topic of the offset syncs of a flow `source` → `target`, and whether it stands on the target
/// (`offset-syncs.topic.location`, KIP-690 and KIP-716): the name holds the alias of the other cluster.
pub fn syncs_topic(naming: &Naming, source: &str, target: &str, on_target: bool) -> String {
    offset_syncs_topic(naming, if on_target { source } else { target })
}

/// The topic of the checkpoints of a flow from `source`; it stands on the target
/// (`ReplicationPolicy.checkpointsTopic`).
pub fn checkpoints_topic(naming: &Naming, source: &str) -> String {
    let separator = match naming {
        Naming::Identity => ".",
        Naming::Prefixed { separator } => separator,
    };
    format!("{source}{separator}checkpoints{separator}internal")
}

/// The topic on the target in which the heartbeats of `source` arrive: renamed under either policy
/// (`IdentityReplicationPolicy.formatRemoteTopic`).
pub fn heartbeats_topic(naming: &Naming, source: &str) -> String {
    let separator = match naming {
        Naming::Identity => ".",
        Naming::Prefixed { separator } => separator,
    };
    format!("{source}{separator}heartbeats")
}

/// What is left of a record to read.
struct Fields<'a>(&'a [u8]);

fn fields<'a>(key: Option<&'a [u8]>, value: Option<&'a [u8]>) -> Result<(Fields<'a>, Fields<'a>), WireError> {
    let key = key.ok_or(WireError::Missing("key"))?;
    Ok((Fields(key), Fields(value.ok_or(WireError::Missing("value"))?)))
}

impl Fields<'_> {
    fn number<const N: usize, T>(
        &mut self,
        field: &'static str,
        read: fn([u8; N]) -> T,
    ) -> Result<T, WireError> {
        let (bytes, rest) = self.0.split_first_chunk::<N>().ok_or(WireError::Short(field))?;
        self.0 = rest;
        Ok(read(*bytes))
    }

    fn string(&mut self, field: &'static str) -> Result<String, WireError> {
        let length = self.number(field, i16::from_be_bytes)?;
        let length = usize::try_from(length).map_err(|_| WireError::NotAString(field))?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(WireError::Short(field))?;
        self.0 = rest;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| WireError::NotAString(field))
    }

    fn end(&self) -> Result<(), WireError> {
        if self.0.is_empty() { Ok(()) } else { Err(WireError::Trailing(self.0.len())) }
    }
}

fn version(value: &mut Fields<'_>) -> Result<(), WireError> {
    match value.number("version", i16::from_be_bytes)? {
        0 => Ok(()),
        other => Err(WireError::Version(other)),
    }
}

fn not_negative(field: &'static str, value: i64) -> Result<(), WireError> {
    if value < 0 { Err(WireError::Impossible { field, value }) } else { Ok(()) }
}

/// A string as Kafka writes it. Names of topics, groups and aliases are shorter than its longest (32,767 bytes); a longer
/// one is cut at a character.
fn string(text: &str) -> Vec<u8> {
    let text = &text[..text.floor_char_boundary(i16::MAX as usize)];
    let length = i16::try_from(text.len()).unwrap_or(i16::MAX);
    [&length.to_be_bytes()[..], text.as_bytes()].concat()
}
