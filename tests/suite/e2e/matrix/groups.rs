//! Consumers that lag: groups that stand somewhere on the source and move on while they run.

use super::LAGS;
use super::kind::Kind;
use leeward::sandbox::Sandbox;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// By partition, a position.
pub type Positions = BTreeMap<i32, i64>;

/// A client of a group that reads nothing and commits what it is told.
pub fn client(sandbox: &Sandbox, cluster: &str, group: &str) -> BaseConsumer {
    let bootstrap = sandbox.cluster(cluster).unwrap().bootstrap().join(",");
    ClientConfig::new().set("bootstrap.servers", bootstrap).set("group.id", group).create().unwrap()
}

/// Where each partition ends for readers of committed records.
pub fn ends(client: &BaseConsumer, topic: &str, partitions: i32) -> Positions {
    let end = |partition| loop {
        match client.fetch_watermarks(topic, partition, PATIENCE) {
            Ok((_, end)) => return end,
            // A broker that was started again answers before it leads anything.
            Err(KafkaError::MetadataFetch(RDKafkaErrorCode::NotLeaderForPartition)) => {}
            Err(error) => panic!("{topic}-{partition}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    (0..partitions).map(|partition| (partition, end(partition))).collect()
}

/// Lets a group stand there.
pub fn commit(client: &BaseConsumer, topic: &str, positions: &Positions) {
    let mut list = TopicPartitionList::new();
    for (partition, offset) in positions {
        list.add_partition_offset(topic, *partition, Offset::Offset(*offset)).unwrap();
    }
    client.commit(&list, CommitMode::Sync).unwrap();
}

/// Where a group stands.
pub fn committed(client: &BaseConsumer, topic: &str, partitions: i32) -> Positions {
    let mut list = TopicPartitionList::new();
    for partition in 0..partitions {
        list.add_partition(topic, partition);
    }
    let found = client.committed_offsets(list, PATIENCE).unwrap();
    let offset = |element: &rdkafka::topic_partition_list::TopicPartitionListElem<'_>| match element.offset()
    {
        Offset::Offset(offset) => Some((element.partition(), offset)),
        _ => None,
    };
    found.elements().iter().filter_map(offset).collect()
}

/// Two groups of a phase that always stand at the same place: one for leeward, one that MirrorMaker syncs.
pub struct Twins {
    pub kind: Kind,
    pub lag: i64,
    pub ours: String,
    pub synced: String,
    clients: [BaseConsumer; 2],
    pub positions: Positions,
}

impl Twins {
    /// All groups of a phase.
    pub fn all(sandbox: &Sandbox, phase: usize, tag: &str) -> Vec<Self> {
        let make = |kind: Kind, lag: i64| {
            let name = |stem: &str| format!("{stem}-{phase}-{kind}-{lag}-{tag}");
            let (ours, synced) = (name("ours"), name("synced"));
            let clients = [&ours, &synced].map(|group| client(sandbox, "hangzhou", group));
            Self { kind, lag, ours, synced, clients, positions: Positions::new() }
        };
        Kind::ALL.into_iter().flat_map(|kind| LAGS.map(|lag| make(kind, lag))).collect()
    }

    /// Moves on to where the lag is what it should be; partitions lag by more and less.
    pub fn move_on(&mut self, topic: &str, ends: &Positions) {
        let count = ends.len() as i64;
        let position = |(partition, end): (&i32, &i64)| {
            let weight = 95 + 10 * i64::from(*partition) / (count - 1);
            (*partition, (end - self.lag * weight / 100 / count).max(0))
        };
        self.positions = ends.iter().map(position).collect();
        self.clients.iter().for_each(|client| commit(client, topic, &self.positions));
    }
}
