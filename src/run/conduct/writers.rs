//! Who has written to topics, as far as brokers remember.

use super::Conduct;
use crate::estate::{Address, Object, Producers, Query, Reading};
use std::time::Duration;

/// How long the brokers may take to tell it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Conduct<'_> {
    /// Who has written to the topics. What does not answer in time, or not for us, tells of nobody: nothing rests on it.
    pub(super) async fn writers<'t>(
        &self,
        cluster: &Address,
        topics: impl Iterator<Item = &'t String>,
    ) -> Producers {
        let query = |topic: &String| Query::Producers { cluster: cluster.clone(), topic: topic.clone() };
        let queries: Vec<Query> = topics.map(query).collect();
        let read = tokio::time::timeout(PATIENCE, self.world.objects.read(&queries)).await;
        let of_topic = |reading| match reading {
            Reading::Present(Object::Producers(Producers { producers })) => producers,
            _ => Vec::new(),
        };
        Producers { producers: read.unwrap_or_default().into_iter().flat_map(of_topic).collect() }
    }
}
