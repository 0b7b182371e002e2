//! Waiting until every broker shows topics.

use super::{Kafka, fault};
use crate::estate::{Evidence, Fault, FaultKind, Outcome};
use futures::future::join_all;
use krafka::admin::{DescribeClusterOptions, DescribeTopicsOptions};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long brokers may take to show topics that the controller has taken: seconds when there are thousands.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

impl Kafka {
    /// Waits until every broker shows the topics with so many partitions, each of them led.
    pub(super) async fn await_topics(&self, topics: &BTreeMap<String, i32>) -> Outcome<Evidence> {
        let started = Instant::now();
        loop {
            let missing = match self.missing_somewhere(topics).await {
                Ok(None) => {
                    return Outcome::Done(Evidence::Nothing);
                }
                Ok(Some(missing)) => missing,
                Err(fault) if started.elapsed() > self.timeout() => return Outcome::Failed(fault),
                Err(fault) => fault.message,
            };
            if started.elapsed() > PATIENCE {
                let message = format!("{}: {missing}, {PATIENCE:?} after the topics were taken", self.name);
                let fault = Fault::new(FaultKind::Timeout, message);
                return Outcome::Failed(fault.hint("look at the brokers' logs, then resume the run"));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// What some broker does not show yet. Each is asked over a connection that begins with no other.
    async fn missing_somewhere(&self, topics: &BTreeMap<String, i32>) -> Result<Option<String>, Fault> {
        let admin = self.admin().await?;
        let cluster = admin.describe_cluster(DescribeClusterOptions::default()).await;
        let cluster = cluster.map_err(|error| fault::of(&self.name, "describe the cluster", &error))?;
        let looks = cluster.brokers.iter().map(|broker| async move {
            self.missing_on(&format!("{}:{}", broker.host, broker.port), topics).await
        });
        let answers: Result<Vec<Option<String>>, Fault> = join_all(looks).await.into_iter().collect();
        Ok(answers?.into_iter().flatten().next())
    }

    async fn missing_on(
        &self,
        broker: &str,
        topics: &BTreeMap<String, i32>,
    ) -> Result<Option<String>, Fault> {
        let of = |error: krafka::KrafkaError| fault::of(&self.name, "describe topics", &error);
        let kafka = self.connect(broker).await.map_err(of)?;
        let admin = kafka.admin().default_api_timeout(self.timeout());
        let described =
            admin.describe_topics(topics.keys(), DescribeTopicsOptions::default()).await.map_err(of)?;
        for (name, partitions) in topics {
            let led = match described.get(name) {
                Some(Ok(topic)) => topic.partitions.iter().filter(|p| p.leader.is_some()).count(),
                Some(Err(_)) | None => 0,
            };
            if led < usize::try_from(*partitions).unwrap_or_default() {
                let missing = format!("broker {broker} shows {led} of {partitions} partitions of {name}");
                return Ok(Some(missing));
            }
        }
        Ok(None)
    }
}
