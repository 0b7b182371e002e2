//! What an export is of: written once, before the first record.

use super::{Course, Evidence, Found, TailError};
use crate::estate::{Address, Side};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What an export is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format; see [`Manifest::FORMAT`].
    pub format: u32,
    /// The export's own id: it marks the records that are replayed from it.
    pub id: uuid::Uuid,
    /// When the tail was found.
    pub created: Timestamp,
    /// The pair.
    pub pair: Address,
    /// The side whose tail it is.
    pub side: Side,
    /// The pair's epoch.
    pub epoch: u64,
    /// The cluster that the records are of.
    pub source: Address,
    /// Kafka's id of it.
    pub source_id: String,
    /// The cluster that they were not carried to.
    pub target: Address,
    /// The partitions that have something left; records refer to them by their position here, from 0.
    pub parts: Vec<ManifestPart>,
}

/// A partition of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestPart {
    /// The topic on the source.
    pub topic: String,
    /// Its name on the target.
    pub carried_as: String,
    /// The partition.
    pub partition: i32,
    /// The first offset that was not carried.
    pub from: i64,
    /// The first offset that was still there.
    pub start: i64,
    /// The offset behind the last record.
    pub to: i64,
    /// How `from` is known.
    pub evidence: Evidence,
}

impl ManifestPart {
    /// The first offset that could be read.
    pub fn first(&self) -> i64 {
        self.from.clamp(self.start, self.to)
    }
}

impl Manifest {
    /// The version of the format that this leeward writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;

    /// The manifest of a tail.
    pub fn new(course: &Course, found: &Found, id: uuid::Uuid, created: Timestamp) -> Self {
        let part = |part: &super::Part| ManifestPart {
            topic: part.topic.clone(),
            carried_as: part.carried_as.clone(),
            partition: part.partition,
            from: part.from,
            start: part.start,
            to: part.end,
            evidence: part.evidence,
        };
        Self {
            format: Self::FORMAT,
            id,
            created,
            pair: course.pair.clone(),
            side: course.side,
            epoch: course.epoch,
            source: course.source.clone(),
            source_id: found.source_id.clone(),
            target: course.target.clone(),
            parts: found.parts.iter().filter(|part| part.end > part.from).map(part).collect(),
        }
    }

    /// The manifest's file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Self, TailError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let damaged = |error: serde_json::Error| TailError::damaged(path, format!("is no manifest: {error}"));
        let Format { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        if format > Self::FORMAT {
            return Err(TailError::Newer { path: path.to_owned(), format, known: Self::FORMAT });
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }
}
