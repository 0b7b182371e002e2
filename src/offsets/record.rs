//! Records as far as a proof needs them.

use sha2::{Digest as _, Sha256};

/// Stands for a record's timestamp, key, value and headers: equal for copies of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest of a record: timestamp in milliseconds, key, value, and headers in their order.
    ///
    /// Absent and empty differ; so do a header's name and value, wherever one ends and the other begins.
    pub fn of<'a>(
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>,
    ) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(timestamp.to_be_bytes());
        let mut part = |bytes: Option<&[u8]>| {
            let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
            hasher.update(length.to_be_bytes());
            hasher.update(bytes.unwrap_or_default());
        };
        part(key);
        part(value);
        for (name, value) in headers {
            part(Some(name.as_bytes()));
            part(value);
        }
        let mut first = [0; 16];
        first.copy_from_slice(&hasher.finalize()[..16]);
        Self(u128::from_be_bytes(first))
    }
}

/// A record at its offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The offset.
    pub offset: i64,
    /// What stands there.
    pub digest: Digest,
}

/// A record of the source at its offset, with the two ways in which its copy on the target can look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Original {
    /// The offset.
    pub offset: i64,
    /// Its digest with its timestamp, whoever gave it: a mirror takes that along.
    pub timed: Digest,
    /// Its digest with −1 in place of the timestamp: the copy's look where the target's broker stamps records itself.
    pub untimed: Digest,
}

impl Original {
    /// Whether an entry of the target can be its copy.
    pub fn looks_like(&self, copy: Digest) -> bool {
        copy == self.timed || copy == self.untimed
    }
}

/// What was read of a partition of the source, committed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Originals {
    /// The first offset that was read.
    pub from: i64,
    /// The offset after the last that was read.
    pub to: i64,
    /// Whether that is the end of the log, as it was after the target's end was read.
    pub whole: bool,
    /// The records that are there, in the order of their offsets.
    pub entries: Vec<Original>,
}

/// What was read of a partition, from one offset up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The first offset that was asked for.
    pub from: i64,
    /// The offset after the last that was asked for; all before it was read.
    pub to: i64,
    /// The records that are there, in the order of their offsets. Offsets may be missing: control records and what
    /// compaction took.
    pub entries: Vec<Entry>,
}
