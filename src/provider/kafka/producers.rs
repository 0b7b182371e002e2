//! Who has written to topics, by the leaders of their partitions.

use super::Kafka;
use super::asked::Asked;
use super::fault;
use super::read::{Item, partitions};
use crate::estate::{Fault, ProducerAt, Producers};
use krafka::admin::{AdminClient, DescribeProducersOptions, ProducerState, TopicDescription, TopicPartition};
use std::collections::HashMap;

impl Kafka {
    /// The producers of the topics that are there: one request to each broker that leads any of their partitions.
    pub(super) async fn describe_producers(
        &self,
        admin: &AdminClient,
        asked: &Asked<'_>,
        topics: &HashMap<String, Item<TopicDescription>>,
    ) -> Result<HashMap<String, Item<Producers>>, Fault> {
        let there = partitions(&asked.producers, topics);
        if there.is_empty() {
            return Ok(HashMap::new());
        }
        self.requests().note("DescribeProducers", asked.producers.len());
        let options = DescribeProducersOptions::default();
        let answer = admin.describe_producers(there, options).await;
        let answer = answer.map_err(|error| fault::of(&self.name, "describe producers", &error))?;
        let mut found: HashMap<String, Item<Producers>> = HashMap::new();
        for (at, told) in answer {
            let topic = found.entry(at.topic.clone()).or_insert_with(|| Ok(Some(Producers::default())));
            match (topic.as_mut(), told) {
                (Ok(Some(known)), Ok(told)) => {
                    known.producers.extend(told.iter().map(|state| producer(&at, state)));
                }
                (Ok(_), Err(error)) => *topic = Err(fault::of(&self.name, "describe producers", &error)),
                (_, Ok(_)) | (Err(_), _) => {}
            }
        }
        for producers in found.values_mut().filter_map(|it| it.as_mut().ok()?.as_mut()) {
            producers.producers.sort_by_key(|it| (it.partition, it.id));
        }
        Ok(found)
    }
}

fn producer(at: &TopicPartition, state: &ProducerState) -> ProducerAt {
    ProducerAt {
        topic: at.topic.clone(),
        partition: at.partition,
        id: state.producer_id,
        last: Some(state.last_timestamp).filter(|at| *at >= 0),
        open: state.current_transaction_start_offset,
    }
}
