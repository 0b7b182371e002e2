//! What a producer that died in the middle of a transaction leaves behind, on a real cluster.

use super::ground::{Ground, declared, estate};
use crate::e2e;
use leeward::estate::FaultKind;
use leeward::provider::LiveRecords;
use leeward::provider::records::{Partition, Records as _, Unsettled};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(30);

/// A producer in whose open transaction a group stands at 7, as one that is killed leaves it.
fn left_open(config: &ClientConfig, id: &str, group: &str, (topic, partition): &Partition) -> BaseProducer {
    let producer: BaseProducer = config.clone().set("transactional.id", id).create().unwrap();
    producer.init_transactions(WAIT).unwrap();
    producer.begin_transaction().unwrap();
    let consumer: BaseConsumer = config.clone().set("group.id", group).create().unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, *partition, Offset::Offset(7)).unwrap();
    producer.send_offsets_to_transaction(&list, &consumer.group_metadata().unwrap(), WAIT).unwrap();
    producer
}

#[tokio::test]
async fn what_a_dead_producer_left_open_is_waited_for_or_left_out() {
    let (Some(sandbox), Some(ground)) = (e2e::sandbox(), Ground::plain()) else { return };
    let mut cluster = declared(&sandbox, "hangzhou");
    cluster.timeout = Duration::from_secs(3);
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", cluster.bootstrap.join(","));
    let (address, estate) = estate("here", cluster);
    let records = LiveRecords::new(&estate);
    let (id, group) = (e2e::unique("id"), e2e::unique("group"));
    let partitions = [(ground.topic("unsettled", 1).await, 0)];
    let read = |unsettled| records.positions(&address, &group, &partitions, unsettled);

    let open = left_open(&config, &id, &group, &partitions[0]);
    let waited = read(Unsettled::Awaited).await.unwrap_err();
    assert_eq!(waited.kind, FaultKind::Timeout, "{waited}");
    assert_eq!(read(Unsettled::LeftOut).await.unwrap(), BTreeMap::new());
    drop(open);
    // Whoever takes the id over ends the transaction.
    let mut next = records.producer(&address, Some(&id)).await.unwrap();
    assert_eq!(read(Unsettled::Awaited).await.unwrap(), BTreeMap::new());
    next.abort().await.unwrap();
}
