//! A scan under way.

use super::{Batch, Extent, Partition, Record};
use crate::estate::Fault;
use futures::stream::{BoxStream, StreamExt as _};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A scan under way: batches come as fast as they are taken, and no faster.
pub struct Scanning {
    extents: Vec<Extent>,
    missing: BTreeSet<String>,
    batches: BoxStream<'static, Result<Batch, Fault>>,
    /// The next offset of each extent.
    next: Vec<i64>,
    records: u64,
    bytes: u64,
}

/// How far a scan has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Records read.
    pub records: u64,
    /// Bytes of their keys, values and headers.
    pub bytes: u64,
    /// Offsets passed; not all of them are records.
    pub passed: u64,
    /// Offsets to pass.
    pub total: u64,
}

impl Scanning {
    /// A scan of these extents, whose batches number partitions as they stand here.
    pub(super) fn new(
        extents: Vec<Extent>,
        missing: BTreeSet<String>,
        batches: BoxStream<'static, Result<Batch, Fault>>,
    ) -> Self {
        let next = extents.iter().map(|extent| extent.from).collect();
        Self { extents, missing, batches, next, records: 0, bytes: 0 }
    }

    /// What there is to read, by topic and partition.
    pub fn extents(&self) -> &[Extent] {
        &self.extents
    }

    /// Topics and partitions of the scan that are not there.
    pub const fn missing(&self) -> &BTreeSet<String> {
        &self.missing
    }

    /// The next records; none when everything was read.
    ///
    /// # Errors
    /// The cluster stopped answering, or took records away that were still to be read. Nothing follows then.
    pub async fn next(&mut self) -> Result<Option<Batch>, Fault> {
        let Some(batch) = self.batches.next().await.transpose()? else { return Ok(None) };
        for (at, offset) in batch.offsets() {
            self.next[at as usize] = offset + 1;
        }
        for at in batch.finished() {
            self.next[*at as usize] = self.extents[*at as usize].to;
        }
        self.records += batch.len() as u64;
        self.bytes += batch.bytes() as u64;
        Ok(Some(batch))
    }

    /// Gives every record to `see`, and answers how many there were.
    ///
    /// # Errors
    /// As [`Scanning::next`].
    pub async fn each(&mut self, mut see: impl FnMut(&Record<'_>)) -> Result<u64, Fault> {
        while let Some(batch) = self.next().await? {
            batch.records().for_each(|record| see(&record));
        }
        Ok(self.records)
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let sum = |offsets: &mut dyn Iterator<Item = i64>| offsets.map(i64::unsigned_abs).sum::<u64>();
        Progress {
            records: self.records,
            bytes: self.bytes,
            passed: sum(&mut self.extents.iter().zip(&self.next).map(|(extent, next)| next - extent.from)),
            total: sum(&mut self.extents.iter().map(|extent| extent.to - extent.from)),
        }
    }
}

/// The partitions of extents, as batches refer to them.
pub(super) fn partitions(extents: &[Extent]) -> Arc<Vec<Partition>> {
    Arc::new(extents.iter().map(|extent| (extent.topic.clone(), extent.partition)).collect())
}
