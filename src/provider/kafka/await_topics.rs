//! Waiting until every broker shows topics.

use super::{Kafka, fault};
use crate::estate::{Fault, FaultKind};
use futures::future::try_join_all;
use krafka::admin::{ClusterBroker, DescribeClusterOptions};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long brokers may take to show what the controller has taken: seconds when there are thousands of topics.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

impl Kafka {
    /// Waits until every broker shows the topics with so many partitions, each of them led.
    pub(super) async fn await_topics(&self, topics: &BTreeMap<String, i32>) -> Result<(), Fault> {
        let deadline = Instant::now() + PATIENCE;
        let admin = self.admin().await?;
        let cluster = admin.describe_cluster(DescribeClusterOptions::default()).await;
        let cluster = cluster.map_err(|error| fault::of(&self.name, "describe the cluster", &error))?;
        let alive = cluster.brokers.iter().filter(|broker| !broker.is_fenced);
        try_join_all(alive.map(|broker| self.await_on(broker, topics, deadline))).await?;
        Ok(())
    }

    async fn await_on(
        &self,
        broker: &ClusterBroker,
        topics: &BTreeMap<String, i32>,
        deadline: Instant,
    ) -> Result<(), Fault> {
        let address = format!("{}:{}", broker.host, broker.port);
        let silent_until = (Instant::now() + self.timeout()).min(deadline);
        loop {
            let missing = match self.missing_on(&address, topics).await {
                Ok(None) => return Ok(()),
                Ok(Some(missing)) => missing,
                Err(error)
                    if Instant::now() > silent_until || matches!(error, krafka::KrafkaError::Auth { .. }) =>
                {
                    return Err(fault::of(&self.name, "ask every broker for the topics", &error));
                }
                Err(error) => error.to_string(),
            };
            if Instant::now() > deadline {
                let message = format!("{}: {missing}, {PATIENCE:?} after it was asked for", self.name);
                let fault = Fault::new(FaultKind::Timeout, message);
                return Err(fault.hint("look at that broker's log, then resume the run"));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// What one broker does not show yet.
    ///
    /// A connection that knows of no other broker fetches the metadata of all topics as it opens, and so from just
    /// this one; everything that the client asks later may go to any broker. What it fetched is read back through a
    /// producer that waits for nothing and sends nothing.
    async fn missing_on(
        &self,
        broker: &str,
        topics: &BTreeMap<String, i32>,
    ) -> krafka::Result<Option<String>> {
        let kafka = self.connect(broker).await?;
        let shown = kafka.producer().idempotent(false).max_block(Duration::ZERO).build().await?;
        let mut missing = None;
        for (name, wanted) in topics {
            let partitions = shown.partitions_for(name).await.unwrap_or_default();
            let led = partitions.iter().filter(|partition| partition.leader >= 0).count();
            if led < usize::try_from(*wanted).unwrap_or_default() {
                missing = Some(format!("broker {broker} shows {led} of {wanted} partitions of {name}"));
                break;
            }
        }
        shown.close().await?;
        Ok(missing)
    }
}
