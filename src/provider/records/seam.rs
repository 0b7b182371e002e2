//! The seam between leeward and the records of the world.

use super::{NewRecord, Scan, Scanning};
use crate::estate::{Address, Fault};
use futures::future::BoxFuture;
use std::collections::BTreeMap;

/// A topic and one of its partitions.
pub type Partition = (String, i32);

/// What is done about positions of a transaction that has not ended (KIP-447).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsettled {
    /// It is waited for: what is answered is the truth. A producer that died leaves a transaction open until another takes its id
    /// over, or for as long as it may last.
    Awaited,
    /// It counts for nothing: what is answered may be older than the truth, and never newer.
    LeftOut,
}

/// The records of the world: object-safe, streamed, with bounded memory.
///
/// A cluster that does not answer gives a [`Fault`] within its timeout.
pub trait Records: Send + Sync {
    /// Finds out what there is to read, and begins to read it.
    fn scan<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, Result<Scanning, Fault>>;

    /// A producer whose records are each written once, in the order of sending (KIP-98's idempotence).
    ///
    /// With a transactional id records show only when [`Producer::commit`] says so, and whoever used the id before is
    /// fenced off: what it left open is aborted before this answers.
    fn producer<'a>(
        &'a self,
        cluster: &'a Address,
        transactional_id: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Producer>, Fault>>;

    /// The records of a cluster that is begun with at other brokers than those that are declared, `host:port` each.
    ///
    /// # Errors
    /// There is no such cluster.
    fn begun_at(&self, cluster: &Address, brokers: &[String]) -> Result<Box<dyn Records>, Fault>;

    /// What [`Producer::commit`] noted for a group, for those of the partitions that it noted something for.
    fn positions<'a>(
        &'a self,
        cluster: &'a Address,
        group: &'a str,
        partitions: &'a [Partition],
        unsettled: Unsettled,
    ) -> BoxFuture<'a, Result<BTreeMap<Partition, i64>, Fault>>;
}

/// Where a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
}

/// Positions that become a group's in the same moment as the records of a transaction become visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    /// The group.
    pub group: String,
    /// By partition, the next offset.
    pub next: BTreeMap<Partition, i64>,
}

/// A producer.
pub trait Producer: Send {
    /// Writes records and answers, in their order, where they stand; all brokers in sync have them then.
    ///
    /// # Errors
    /// The first refusal. Records of the same call may have been written; those of a transaction are not seen by
    /// readers of committed records before [`Producer::commit`].
    fn send<'a>(&'a mut self, records: &'a [NewRecord<'a>]) -> BoxFuture<'a, Result<Vec<Placed>, Fault>>;

    /// Makes all that was sent since the last commit visible, together with the positions: all of it or nothing.
    ///
    /// It is decided when this answers; readers of committed records see it once the markers stand in every log, which
    /// takes a moment more. [`Records::positions`] waits for that moment.
    ///
    /// # Errors
    /// A fault of kind [`Timeout`](crate::estate::FaultKind::Timeout) leaves open whether it happened: only
    /// [`Records::positions`] tells. After any other fault nothing of it is visible.
    fn commit<'a>(&'a mut self, positions: Option<&'a Positions>) -> BoxFuture<'a, Result<(), Fault>>;

    /// Takes back all that was sent since the last commit.
    ///
    /// # Errors
    /// The cluster's refusal; what was sent stays invisible all the same.
    fn abort<'a>(&'a mut self) -> BoxFuture<'a, Result<(), Fault>>;
}
