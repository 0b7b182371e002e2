//! A pair whose active side died with records that were not carried: hangzhou → shanghai, topics `orders` and `pay.v1`.

use crate::estate::sample::{address, cluster, declare};
use futures::future::{BoxFuture, FutureExt as _};
use leeward::estate::{
    Address, Connect, Connector, ConnectorState, Estate, Fault, FaultKind, MirrorMaker, Naming, Pair,
    Replication, Resource, Selector, Side,
};
use leeward::offsets::{OffsetSync, syncs_topic};
use leeward::provider::Memory;
use leeward::provider::records::{
    NewRecord, Partition, Placed, Positions, Producer, Progress, Records, Scan, Scanning, Unsettled,
};
use leeward::state::State;
use leeward::tail::{Course, Found, Manifest, TailError, Writer, export, find};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub const CONNECTOR: &str = "flow-hangzhou-shanghai-source";
pub const START: i64 = 1_772_330_921_000;

pub struct Ground {
    pub memory: Memory,
    pub estate: Estate,
    pub state: State,
}

pub fn source() -> Address {
    address("cluster.hangzhou")
}

pub fn target() -> Address {
    address("cluster.shanghai")
}

pub fn estate(naming: Naming) -> Estate {
    let mut estate = Estate::default();
    declare(&mut estate, "cluster.hangzhou", &[], Resource::Cluster(cluster("hz:9092")));
    declare(&mut estate, "cluster.shanghai", &[], Resource::Cluster(cluster("sh:9092")));
    for side in ["hangzhou", "shanghai"] {
        let connect = Connect {
            urls: vec![format!("http://{side}:8083")],
            cluster: address(&format!("cluster.{side}")),
            basic_auth: None,
            ca: None,
            timeout: Duration::from_secs(1),
        };
        declare(&mut estate, &format!("connect.{side}"), &[], Resource::Connect(connect));
    }
    let pair = Pair { primary: source(), secondary: target(), active: Side::Primary, endpoints: Vec::new() };
    declare(&mut estate, "pair.orders", &[], Resource::Pair(pair));
    let replication = Replication {
        pair: address("pair.orders"),
        topics: vec![Selector("orders".into()), Selector("pay\\..*".into())],
        topics_exclude: vec![Selector("pay.secret".into())],
        groups: Vec::new(),
        naming,
        mirror_maker: MirrorMaker::default(),
    };
    declare(&mut estate, "replication.flow", &[], Resource::Replication(replication));
    estate
}

impl Ground {
    /// Twenty records in each of three partitions; of `orders` 0 eight were carried, of `orders` 1 all, of `pay.v1`
    /// none, as the connector has committed it.
    pub async fn new(naming: Naming) -> Self {
        let estate = estate(naming);
        let memory = Memory::of(&estate);
        let ground = Self { memory, estate, state: State::new("test") };
        for (topic, partitions) in
            [("orders", 2), ("pay.v1", 1), ("pay.secret", 1), ("other", 1), ("pay.internal", 1)]
        {
            ground.make(&source(), topic, partitions);
        }
        for (topic, partition) in
            [("orders", 0), ("orders", 1), ("pay.v1", 0), ("pay.secret", 0), ("other", 0)]
        {
            ground.fill(&source(), topic, partition, 0..20, topic).await;
        }
        let on = |topic: &str| ground.course().carried_as(topic).unwrap();
        ground.make(&target(), &on("orders"), 2);
        ground.make(&target(), &on("pay.v1"), 1);
        ground.fill(&target(), &on("orders"), 0, 0..8, "orders").await;
        ground.fill(&target(), &on("orders"), 1, 0..20, "orders").await;
        ground.commit(&[("orders", &[8, 20])]);
        ground
    }

    pub async fn identity() -> Self {
        Self::new(Naming::Identity).await
    }

    pub fn make(&self, at: &Address, topic: &str, partitions: usize) {
        self.memory.edit(|world| {
            world.clusters.get_mut(at).unwrap().put_topic(topic, partitions, 1, BTreeMap::new());
        });
    }

    /// Writes records that are the same wherever they are written: each with a key, a value, a header and a time.
    pub async fn fill(
        &self,
        at: &Address,
        topic: &str,
        partition: i32,
        which: std::ops::Range<i64>,
        salt: &str,
    ) {
        let mut producer = self.memory.producer(at, None).await.unwrap();
        for number in which {
            let (key, value) = (format!("k{number}"), format!("{salt}-{partition}-{number}"));
            let record = NewRecord::new(topic, Some(key.as_bytes()), Some(value.as_bytes()))
                .partition(partition)
                .timestamp(START + number * 100)
                .header("trace", Some(b"t"));
            producer.send(&[record]).await.unwrap();
        }
    }

    /// What the connector has committed: next offsets.
    pub fn commit(&self, next: &[(&str, &[i64])]) {
        let next = next.iter().map(|(topic, next)| ((*topic).to_owned(), next.to_vec())).collect();
        self.memory.edit(|world| {
            let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
            let connector = Connector {
                config: BTreeMap::new(),
                state: ConnectorState::Stopped,
                tasks: 0,
                failed: Vec::new(),
            };
            connect.connectors.insert(CONNECTOR.into(), connector);
            connect.offsets.insert(CONNECTOR.into(), next);
        });
    }

    pub fn cut(&self, place: &str) {
        self.memory.cut(&address(place), Fault::new(FaultKind::Unreachable, format!("{place} is dead")));
    }

    /// Writes an offset sync.
    pub async fn sync(&self, topic: &str, partition: i32, upstream: i64, downstream: i64) {
        let naming = self.course().flows[0].naming.clone();
        let syncs = syncs_topic(&naming, "hangzhou", "shanghai", true);
        if !self.memory.world().clusters[&target()].topics.contains_key(&syncs) {
            self.make(&target(), &syncs, 1);
        }
        let (key, value) = OffsetSync { topic: topic.into(), partition, upstream, downstream }.encode();
        let mut producer = self.memory.producer(&target(), None).await.unwrap();
        producer.send(&[NewRecord::new(&syncs, Some(&key), Some(&value))]).await.unwrap();
    }

    pub fn course(&self) -> Course {
        Course::of(&self.estate, &self.state, &address("pair.orders"), None).unwrap()
    }

    pub async fn find(&self) -> Result<Found, TailError> {
        find(&self.memory, &self.memory, &self.course()).await
    }

    pub async fn manifest(&self) -> Manifest {
        let id = uuid::Uuid::from_u128(7);
        Manifest::new(&self.course(), &self.find().await.unwrap(), id, jiff::Timestamp::UNIX_EPOCH)
    }

    /// Exports the tail into a folder, in segments of a few records.
    pub async fn export(&self, folder: &Path) {
        let manifest = self.manifest().await;
        let writer = Writer::with_segments(folder, || manifest, 600).unwrap();
        export(&self.memory, writer, &quiet).await.unwrap();
    }

    /// All values of a topic that readers of committed records see, by partition.
    pub async fn values(&self, at: &Address, topic: &str) -> BTreeMap<i32, Vec<String>> {
        let mut values = BTreeMap::<i32, Vec<String>>::new();
        let scan = Scan::topics(at, [topic]);
        let see = |record: &leeward::provider::records::Record<'_>| {
            let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
            values.entry(record.partition).or_default().push(value);
        };
        self.memory.scan(&scan).await.unwrap().each(see).await.unwrap();
        values
    }
}

pub fn quiet(_: Progress) {}

/// Records that break at the n-th call: before it happens, or after it happened and before anybody hears.
pub struct Fragile {
    pub inner: Memory,
    pub left: Arc<AtomicUsize>,
    pub after: bool,
}

fn broke() -> Fault {
    Fault::new(FaultKind::Timeout, "the line broke")
}

/// Whether this call breaks.
fn breaks(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err()
}

struct FragileProducer {
    inner: Box<dyn Producer>,
    left: Arc<AtomicUsize>,
    after: bool,
}

impl Records for Fragile {
    fn scan<'a>(&'a self, scan: &'a Scan) -> BoxFuture<'a, Result<Scanning, Fault>> {
        if breaks(&self.left) { std::future::ready(Err(broke())).boxed() } else { self.inner.scan(scan) }
    }

    fn producer<'a>(
        &'a self,
        cluster: &'a Address,
        id: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Producer>, Fault>> {
        async move {
            if breaks(&self.left) {
                return Err(broke());
            }
            let inner = self.inner.producer(cluster, id).await?;
            let (left, after) = (Arc::clone(&self.left), self.after);
            Ok(Box::new(FragileProducer { inner, left, after }) as Box<dyn Producer>)
        }
        .boxed()
    }

    fn begun_at(&self, cluster: &Address, brokers: &[String]) -> Result<Box<dyn Records>, Fault> {
        self.inner.begun_at(cluster, brokers)
    }

    fn positions<'a>(
        &'a self,
        cluster: &'a Address,
        group: &'a str,
        partitions: &'a [Partition],
        unsettled: Unsettled,
    ) -> BoxFuture<'a, Result<BTreeMap<Partition, i64>, Fault>> {
        if breaks(&self.left) {
            std::future::ready(Err(broke())).boxed()
        } else {
            self.inner.positions(cluster, group, partitions, unsettled)
        }
    }
}

impl Producer for FragileProducer {
    fn send<'a>(&'a mut self, records: &'a [NewRecord<'a>]) -> BoxFuture<'a, Result<Vec<Placed>, Fault>> {
        async move {
            let breaks = breaks(&self.left);
            if breaks && !self.after {
                return Err(broke());
            }
            let sent = self.inner.send(records).await;
            if breaks { Err(broke()) } else { sent }
        }
        .boxed()
    }

    fn commit<'a>(&'a mut self, positions: Option<&'a Positions>) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            let breaks = breaks(&self.left);
            if breaks && !self.after {
                return Err(broke());
            }
            let committed = self.inner.commit(positions).await;
            if breaks { Err(broke()) } else { committed }
        }
        .boxed()
    }

    fn abort<'a>(&'a mut self) -> BoxFuture<'a, Result<(), Fault>> {
        // A process that died aborts nothing.
        std::future::ready(Ok(())).boxed()
    }
}
