//! Tasks on one cluster.

use super::Kafka;
use super::shown::{Look, Missing, Wanted, not_shown};
use crate::estate::{Address, Ends, Evidence, Fault, FaultKind, Object, Outcome, Query, Reading, Task};
use crate::provider::fault::not_of_the_world;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a heartbeat may take: connectors start, look for topics and flush in this time even where they are slow.
const HEARTBEAT_PATIENCE: Duration = Duration::from_secs(90);
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

impl Kafka {
    /// Does one task.
    pub async fn perform(&self, task: &Task) -> Outcome<Evidence> {
        match task {
            Task::AwaitTopics { cluster, topics } => self.await_topics(cluster, topics).await,
            Task::AwaitHeartbeat { cluster, topic } => self.await_heartbeat(cluster, topic).await,
            _ => Outcome::Failed(not_of_the_world(task)),
        }
    }

    /// Ends of topics, by name.
    pub(in crate::provider) async fn ends(
        &self,
        cluster: &Address,
        topics: impl Iterator<Item = &String>,
    ) -> Result<BTreeMap<String, Ends>, Fault> {
        let names: Vec<&String> = topics.collect();
        let query = |topic: &&String| Query::Ends { cluster: cluster.clone(), topic: (*topic).clone() };
        let queries: Vec<Query> = names.iter().map(query).collect();
        let readings = self.read(&queries.iter().collect::<Vec<_>>()).await;
        let ends = |(name, reading): (&String, Reading)| match reading {
            Reading::Present(Object::Ends(ends)) => Ok((name.clone(), ends)),
            Reading::Present(_) | Reading::Absent => {
                Err(Fault::new(FaultKind::Conflict, format!("there is no topic {name} on {}", self.name)))
            }
            Reading::Unreachable(fault) => Err(fault),
        };
        names.into_iter().zip(readings).map(ends).collect()
    }

    async fn await_topics(&self, cluster: &Address, topics: &BTreeMap<String, i32>) -> Outcome<Evidence> {
        let look = |(name, partitions): (&String, &i32)| Look {
            query: Query::Topic { cluster: cluster.clone(), name: name.clone(), keys: Arc::default() },
            wanted: Wanted::Led(*partitions),
        };
        match self.await_shown(&topics.iter().map(look).collect::<Vec<_>>()).await.map(Missing::into_values) {
            Ok(mut missing) => match missing.next() {
                None => Outcome::Done(Evidence::Nothing),
                Some(missing) => Outcome::Failed(not_shown(&self.name, &missing)),
            },
            Err(fault) => Outcome::Failed(fault),
        }
    }

    /// Waits until one more heartbeat arrives than there was: the topic's end moves.
    async fn await_heartbeat(&self, cluster: &Address, topic: &String) -> Outcome<Evidence> {
        let started = Instant::now();
        let mut before = None;
        loop {
            match self.heartbeats(cluster, topic).await {
                Ok(end) if end > *before.get_or_insert(end) => {
                    return Outcome::Done(Evidence::Nothing);
                }
                Ok(_) => {}
                // The topic is made by the connector when the first heartbeat arrives.
                Err(fault) if fault.kind == FaultKind::Conflict => before = Some(0),
                Err(fault) => return Outcome::Failed(fault),
            }
            if started.elapsed() > HEARTBEAT_PATIENCE {
                return Outcome::Failed(self.no_heartbeat(topic));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    async fn heartbeats(&self, cluster: &Address, topic: &String) -> Result<i64, Fault> {
        let ends = self.ends(cluster, std::iter::once(topic)).await?;
        Ok(ends.values().flat_map(|ends| &ends.partitions).map(|partition| partition.end).sum())
    }

    fn no_heartbeat(&self, topic: &str) -> Fault {
        let message =
            format!("no heartbeat has arrived in {topic} on {} for {HEARTBEAT_PATIENCE:?}", self.name);
        Fault::new(FaultKind::Timeout, message).hint(
            "the connectors run and nothing crosses: look at the source connector's worker log, and at whether it \
             reaches the source cluster",
        )
    }
}
