//! Who has written to topics, by the leaders of their partitions.

use super::Kafka;
use super::asked::Asked;
use super::fault;
use super::read::{Item, by_topic, partitions};
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
        let answers = answer.into_iter().map(|(at, told)| {
            let told = told.map(|told| told.iter().map(|state| producer(&at, state)).collect::<Vec<_>>());
            (at.topic, told.map_err(|error| fault::of(&self.name, "describe producers", &error)))
        });
        let sorted = |told: Vec<Vec<ProducerAt>>| {
            let mut producers = told.concat();
            producers.sort_by_key(|it| (it.partition, it.id));
            Some(Producers { producers })
        };
        Ok(by_topic(answers).into_iter().map(|(topic, told)| (topic, told.map(sorted))).collect())
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
