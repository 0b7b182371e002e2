//! A record that proves that a side takes writes and gives them back.

use super::wait::settled;
use super::{Conduct, Found};
use crate::estate::{
    Address, Change, ClusterFacts, Entrance, Evidence, Fault, FaultKind, Object, ObjectId, Query,
    TopicObject, Verb, What,
};
use crate::provider::Records;
use crate::provider::records::{NewRecord, Scan};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::time::Instant;

/// As many copies as a topic that matters would have.
const REPLICAS: usize = 3;

impl Conduct<'_> {
    /// Makes a topic, writes a record to it, reads it, and deletes the topic. One that an earlier attempt left is used.
    pub(super) async fn canary(&self, cluster: &Address, topic: &str) -> Found {
        let begun = Instant::now();
        self.sing(cluster, topic, self.world.records).await?;
        Ok(Evidence::Seen(format!("written and read in {} ms", begun.elapsed().as_millis())))
    }

    /// The same as a client that comes by a name. That the topic is made and deleted the usual way proves nothing and disproves nothing.
    pub(super) async fn canary_through(&self, cluster: &Address, topic: &str, entrance: &Entrance) -> Found {
        let begun = Instant::now();
        let entered = self.enter(cluster, entrance).await?;
        let records = self.world.records.begun_at(cluster, &entered.brokers)?;
        self.sing(cluster, topic, &*records).await?;
        let took = begun.elapsed().as_millis();
        Ok(Evidence::Seen(format!("{}; written and read in {took} ms", entered.way)))
    }

    async fn sing(&self, cluster: &Address, topic: &str, records: &dyn Records) -> Result<(), Fault> {
        let id = ObjectId::topic(cluster, topic);
        let (made, producer) =
            futures::join!(self.made(cluster, topic, &id), records.producer(cluster, None));
        let (made, mut producer) = (made?, producer?);
        let value = format!("{topic} {}", jiff::Timestamp::now());
        producer.send(&[NewRecord::new(topic, None, Some(value.as_bytes()))]).await?;
        let mut found = false;
        let scan = Scan::topics(cluster, [topic]);
        let mut reading = records.scan(&scan).await?;
        reading.each(|record| found |= record.value == Some(value.as_bytes())).await?;
        self.change(Change { id, verb: Verb::Delete(made) }).await?;
        if !found {
            let message = format!("a record that {} took could not be read back", cluster.name);
            return Err(Fault::new(FaultKind::Internal, message));
        }
        Ok(())
    }

    async fn made(&self, cluster: &Address, topic: &str, id: &ObjectId) -> Result<Object, Fault> {
        let query = Query::Topic { cluster: cluster.clone(), name: topic.to_owned(), keys: Arc::default() };
        if let Some(there) = self.read(std::slice::from_ref(&query)).await?.remove(id) {
            return Ok(there);
        }
        let facts = Query::Cluster { cluster: cluster.clone(), topics: false, groups: false };
        let facts = self.read(&[facts]).await?.remove(&ObjectId::new(cluster, What::Cluster));
        let brokers = match &facts {
            Some(Object::Cluster(ClusterFacts { brokers, .. })) => brokers.len(),
            _ => 1,
        };
        let wanted = Object::Topic(TopicObject {
            incarnation: None,
            partitions: 1,
            replication_factor: i16::try_from(brokers.clamp(1, REPLICAS)).unwrap_or(1),
            config: BTreeMap::new(),
        });
        self.change(Change { id: id.clone(), verb: Verb::Create(wanted.clone()) }).await?;
        Ok(self.read(&[query]).await?.remove(id).unwrap_or(wanted))
    }

    async fn change(&self, change: Change) -> Result<(), Fault> {
        let outcome = self.world.objects.change(std::slice::from_ref(&change)).await.pop();
        outcome.map_or(Ok(()), |outcome| settled(&change, outcome))
    }
}
