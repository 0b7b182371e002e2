//! Where the contract is tried: a cluster with topics, in memory or on a sandbox.

use crate::e2e;
use leeward::estate::{
    Address, Cluster, Declared, Estate, Kind, Lifecycle, Mechanism, Position, Protocol, Resource, Sasl,
    Secret, Security,
};
use leeward::provider::records::{Header, NewRecord, Records, Scan, TimestampKind};
use leeward::provider::{LiveRecords, Memory};
use leeward::sandbox::Sandbox;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use std::collections::BTreeMap;
use std::time::Duration;

/// A cluster, and the way to make topics on it.
pub struct Ground {
    pub records: Box<dyn Records>,
    pub cluster: Address,
    /// The cluster in memory.
    pub memory: Option<Memory>,
    admin: Option<AdminClient<DefaultClientContext>>,
}

/// A record that was read, with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub millis: i64,
    pub append: bool,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// An estate with one cluster.
pub fn estate(name: &str, cluster: Cluster) -> (Address, Estate) {
    let address = Address::new(Kind::Cluster, name);
    let declared = Declared {
        address: address.clone(),
        resource: Resource::Cluster(cluster),
        after: Default::default(),
        lifecycle: Lifecycle::default(),
        position: Position::default(),
    };
    let resources = BTreeMap::from([(address.clone(), declared)]);
    (address, Estate { resources, ..Estate::default() })
}

/// A cluster of a sandbox, as it would be declared.
pub fn declared(sandbox: &Sandbox, name: &str) -> Cluster {
    let security = sandbox.layout().sasl.as_ref().map(|sasl| Security {
        protocol: Protocol::SaslPlaintext,
        sasl: Some(Sasl {
            mechanism: Mechanism::ScramSha512,
            username: sasl.admin.name.clone(),
            password: Secret::new(&sasl.admin.password),
            password_in_connect: None,
        }),
        ..Security::default()
    });
    Cluster {
        bootstrap: sandbox.cluster(name).unwrap().bootstrap(),
        endpoint: None,
        security: security.unwrap_or_default(),
        timeout: Duration::from_secs(10),
    }
}

impl Ground {
    pub fn memory() -> Self {
        let cluster = Cluster {
            bootstrap: vec!["memory.invalid:9092".into()],
            endpoint: None,
            security: Security::default(),
            timeout: Duration::from_secs(1),
        };
        let (cluster, estate) = estate("here", cluster);
        let memory = Memory::of(&estate);
        Self { records: Box::new(memory.shared()), cluster, memory: Some(memory), admin: None }
    }

    fn live(sandbox: &Sandbox) -> Self {
        let cluster = declared(sandbox, "hangzhou");
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", cluster.bootstrap.join(","));
        if let Some(sasl) = &cluster.security.sasl {
            config
                .set("security.protocol", "sasl_plaintext")
                .set("sasl.mechanism", "SCRAM-SHA-512")
                .set("sasl.username", &sasl.username)
                .set("sasl.password", sasl.password.expose());
        }
        let (cluster, estate) = estate("here", cluster);
        let records = Box::new(LiveRecords::new(&estate));
        Self { records, cluster, memory: None, admin: Some(config.create().unwrap()) }
    }

    pub fn plain() -> Option<Self> {
        e2e::sandbox().map(|sandbox| Self::live(&sandbox))
    }

    pub fn sasl() -> Option<Self> {
        e2e::sasl_sandbox().map(|sandbox| Self::live(&sandbox))
    }

    /// Makes a topic with a name of its own.
    pub async fn topic(&self, stem: &str, partitions: i32) -> String {
        let name = e2e::unique(stem);
        if let Some(memory) = &self.memory {
            memory.edit(|world| {
                let cluster = world.clusters.get_mut(&self.cluster).unwrap();
                cluster.put_topic(&name, usize::try_from(partitions).unwrap(), 1, BTreeMap::new());
            });
        }
        if let Some(admin) = &self.admin {
            let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(1));
            let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(5)));
            admin.create_topics([&topic], &options).await.unwrap()[0].as_ref().unwrap();
            // Until every partition has a leader that knows about it.
            let mut left = 200;
            while self
                .records
                .scan(&Scan::topics(&self.cluster, [&*name]))
                .await
                .map_or(0, |s| s.extents().len())
                < usize::try_from(partitions).unwrap()
            {
                left -= 1;
                assert!(left > 0, "the topic never showed");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        name
    }

    /// Reads everything that a scan finds.
    pub async fn read(&self, scan: &Scan) -> Vec<Owned> {
        let mut scanning = self.records.scan(scan).await.unwrap();
        let mut all = Vec::new();
        let count = scanning
            .each(|record| {
                let timestamp = record.timestamp.unwrap();
                all.push(Owned {
                    topic: record.topic.into(),
                    partition: record.partition,
                    offset: record.offset,
                    millis: timestamp.millis,
                    append: timestamp.kind == TimestampKind::Append,
                    key: record.key.map(<[u8]>::to_vec),
                    value: record.value.map(<[u8]>::to_vec),
                    headers: record
                        .headers
                        .iter()
                        .map(|Header { name, value }| ((*name).to_owned(), value.map(<[u8]>::to_vec)))
                        .collect(),
                });
            })
            .await
            .unwrap();
        assert_eq!(count, all.len() as u64);
        let progress = scanning.progress();
        assert_eq!((progress.records, progress.passed), (count, progress.total), "everything was passed");
        all
    }

    /// The values of a topic that readers of committed records see, in order of partition and offset, once there are
    /// `count` of them: a commit is decided before its markers stand in every log (KIP-98).
    pub async fn values(&self, topic: &str, count: usize) -> Vec<String> {
        let mut left = 200;
        loop {
            let mut all = self.read(&Scan::topics(&self.cluster, [topic])).await;
            left -= 1;
            if all.len() >= count || left == 0 {
                all.sort_by_key(|record| (record.partition, record.offset));
                let text = |record: Owned| String::from_utf8(record.value.unwrap()).unwrap();
                return all.into_iter().map(text).collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Produces values to a partition, one by one numbered.
    pub async fn fill(&self, topic: &str, partition: i32, values: std::ops::Range<usize>) {
        let texts: Vec<String> = values.map(|number| format!("v{number}")).collect();
        let records: Vec<NewRecord<'_>> = texts
            .iter()
            .map(|text| NewRecord::new(topic, None, Some(text.as_bytes())).partition(partition))
            .collect();
        let mut producer = self.records.producer(&self.cluster, None).await.unwrap();
        let placed = producer.send(&records).await.unwrap();
        assert_eq!(placed.len(), records.len());
        assert!(placed.windows(2).all(|pair| pair[1].offset == pair[0].offset + 1), "in order");
    }
}
