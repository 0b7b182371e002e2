//! Waiting until every broker shows topics.

use super::{Kafka, fault};
use crate::estate::{Fault, FaultKind};
use futures::future::try_join_all;
use krafka::__private::protocol::versions::{METADATA_MAX, METADATA_MIN};
use krafka::__private::protocol::{
    ApiKey, MetadataRequest, MetadataResponse, VersionedDecode, VersionedEncode,
};
use krafka::admin::{ClusterBroker, DescribeClusterOptions};
use std::collections::{BTreeMap, HashMap};
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
        let silent_until = (Instant::now() + self.timeout()).min(deadline);
        loop {
            let missing = match self.missing_on(broker, topics).await {
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

    /// What one broker does not show yet: it is asked itself, over a connection of its own.
    async fn missing_on(
        &self,
        broker: &ClusterBroker,
        topics: &BTreeMap<String, i32>,
    ) -> krafka::Result<Option<String>> {
        let connection = self.broker(&broker.host, broker.port).await?;
        let version = connection.negotiate_api_version(ApiKey::Metadata, METADATA_MAX, METADATA_MIN);
        let version = version.unwrap_or(METADATA_MIN);
        let request = MetadataRequest::for_topics(topics.keys().map(String::as_str).collect());
        let write = |buffer: &mut bytes::BytesMut| request.encode_versioned(version, buffer);
        let mut answer = connection.send_request(ApiKey::Metadata, version, write).await?;
        let shown = MetadataResponse::decode_versioned(version, &mut answer)?;
        let led: HashMap<&str, usize> = shown
            .topics
            .iter()
            .map(|topic| {
                let led = topic.partitions.iter().filter(|partition| partition.leader_id >= 0).count();
                (topic.name.as_deref().unwrap_or_default(), led)
            })
            .collect();
        let missing = topics.iter().find_map(|(name, wanted)| {
            let led = led.get(name.as_str()).copied().unwrap_or_default();
            (led < usize::try_from(*wanted).unwrap_or_default()).then(|| {
                format!("broker {} shows {led} of {wanted} partitions of {name}", connection.address())
            })
        });
        Ok(missing)
    }
}
