//! The way to a topic.

use super::RecordError;
use super::fault::failure;
use crate::sandbox::layout::{Cluster, Layout};
use crate::sandbox::probe::client;
use rdkafka::{ClientConfig, ClientContext};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How long a topic may take to be known to the brokers after the controller has made it.
const KNOWN_WITHIN: Duration = Duration::from_secs(3);

/// A client's settings; as the administrator, if the cluster asks for a password.
pub(super) fn settings(layout: &Layout, cluster: &Cluster) -> ClientConfig {
    client(layout, layout.sasl.as_ref().map(|sasl| &sasl.admin), &cluster.bootstrap().join(","))
}

/// The topic's partitions.
pub(super) fn partitions<C: ClientContext>(
    client: &rdkafka::client::Client<C>,
    cluster: &Cluster,
    topic: &str,
    timeout: Duration,
) -> Result<HashSet<i32>, RecordError> {
    let deadline = Instant::now() + KNOWN_WITHIN.min(timeout);
    loop {
        let metadata =
            client.fetch_metadata(Some(topic), timeout).map_err(|source| failure(cluster, source))?;
        let found = metadata.topics().first().filter(|found| found.error().is_none());
        let partitions: HashSet<i32> =
            found.into_iter().flat_map(|topic| topic.partitions()).map(|partition| partition.id()).collect();
        if !partitions.is_empty() {
            return Ok(partitions);
        }
        if Instant::now() >= deadline {
            return Err(RecordError::NoTopic { topic: topic.into(), cluster: cluster.name.clone() });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
