//! The records of real clusters, through librdkafka.

use super::produce;
use super::queues;
use super::{Partition, Producer, Records, Scan, Scanning, Unsettled, offsets};
use crate::estate::{Address, Cluster, Estate, Fault};
use crate::provider::fault::undeclared;
use futures::future::{BoxFuture, FutureExt as _};
use std::collections::BTreeMap;

/// The records of the clusters that an estate declares. Nothing is connected to before it is asked something.
pub struct LiveRecords {
    clusters: BTreeMap<Address, Cluster>,
}

impl LiveRecords {
    /// The clusters of an estate.
    pub fn new(estate: &Estate) -> Self {
        let clusters = estate.clusters().map(|(address, cluster)| (address.clone(), cluster.clone()));
        Self { clusters: clusters.collect() }
    }

    fn cluster(&self, address: &Address) -> Result<&Cluster, Fault> {
        self.clusters.get(address).ok_or_else(|| undeclared(address))
    }
}

impl Records for LiveRecords {
    fn scan<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, Result<Scanning, Fault>> {
        async move { queues::begin(self.cluster(&scan.cluster)?, scan).await }.boxed()
    }

    fn producer<'a>(
        &'a self,
        cluster: &'a Address,
        transactional_id: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Producer>, Fault>> {
        async move {
            let producer = produce::producer(&cluster.name, self.cluster(cluster)?, transactional_id).await?;
            Ok(Box::new(producer) as Box<dyn Producer>)
        }
        .boxed()
    }

    fn begun_at(&self, cluster: &Address, brokers: &[String]) -> Result<Box<dyn Records>, Fault> {
        let there = Cluster { bootstrap: brokers.to_vec(), ..self.cluster(cluster)?.clone() };
        Ok(Box::new(Self { clusters: BTreeMap::from([(cluster.clone(), there)]) }))
    }

    fn positions<'a>(
        &'a self,
        cluster: &'a Address,
        group: &'a str,
        partitions: &'a [Partition],
        unsettled: Unsettled,
    ) -> BoxFuture<'a, Result<BTreeMap<Partition, i64>, Fault>> {
        async move {
            let there = self.cluster(cluster)?;
            offsets::positions(&cluster.name, there, group, partitions, unsettled).await
        }
        .boxed()
    }
}
