//! A pair in a world in memory, read at a fixed moment: what of it is broken is each test's own.

use crate::estate::sample::{address, declare, estate, replication};
use leeward::estate::{
    Address, Connector, ConnectorState, Desired, Dns, DnsRecord, DnsService, Estate, FailoverPolicy, Fault,
    FaultKind, Fence, FenceMethod, Group, Moves, Naming, Object, ObjectId, Observed, PartitionEnds, Query,
    RecordSet, RecordType, Resource, Rfc2136, Secret, Selector, Side, Start, TsigAlgorithm, What, desired,
};
use leeward::observe::{flow, observe};
use leeward::offsets::{Checkpoint, Flow, Heartbeat, OffsetSync};
use leeward::provider::Memory;
use leeward::provider::memory::World;
use leeward::provider::records::{NewRecord, Records};
use leeward::state::{PairState, Sighting, State};
use leeward::status::{Condition, Facts, Review, other_groups, queries};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// When everything is read: 2026-03-04T05:06:07Z.
pub const NOW: i64 = 1_772_600_767_000;
pub const SYNCS: &str = "mm2-offset-syncs.hangzhou.internal";
pub const CHECKPOINTS: &str = "hangzhou.checkpoints.internal";
pub const HEARTBEATS: &str = "hangzhou.heartbeats";

pub fn hangzhou() -> Address {
    address("cluster.hangzhou")
}

pub fn shanghai() -> Address {
    address("cluster.shanghai")
}

pub fn dead(name: &str) -> Fault {
    let message = format!("no broker of {name} can be reached: 10.0.0.1:9092 (3 tries, 6 s)");
    Fault::new(FaultKind::Unreachable, message)
}

/// A pair, its world and its state.
pub struct Stage {
    pub estate: Estate,
    pub memory: Memory,
    pub state: State,
    pub review: Option<Review>,
    /// Where the active side was last seen to end.
    pub sighting: Option<Sighting>,
    /// Whether groups that nobody follows are asked for.
    pub whole: bool,
    heartbeat: Option<i64>,
    syncs: Vec<OffsetSync>,
    checkpoints: Vec<Checkpoint>,
}

fn declared() -> Estate {
    let mut estate = estate(Side::Primary);
    let mut flow = replication(&["orders", "payments.card"], Naming::Identity);
    flow.groups = ["billing", "fulfilment"].map(|text| Selector(text.into())).into();
    declare(&mut estate, "replication.orders", &["pair.orders"], Resource::Replication(flow));
    let service = DnsService::Rfc2136(Rfc2136 {
        server: "ns1.example.com:53".into(),
        key_name: "leeward.".into(),
        key_algorithm: TsigAlgorithm::default(),
        key_secret: Secret::new("c2VjcmV0"),
    });
    let authorities = vec!["ns1.example.com:53".into(), "ns2.example.com:53".into()];
    let (timeout, propagation) = (Duration::from_secs(2), Duration::from_secs(30));
    declare(
        &mut estate,
        "dns.main",
        &[],
        Resource::Dns(Dns { service, authorities, resolvers: Vec::new(), timeout, propagation }),
    );
    let record = DnsRecord {
        dns: address("dns.main"),
        zone: "example.com.".into(),
        name: "kafka.example.com.".into(),
        rtype: RecordType::Cname,
        ttl: 30,
        values: BTreeSet::from(["kafka-hz.example.com.".to_owned()]),
    };
    let after = ["dns.main", "pair.orders"];
    declare(&mut estate, "dns_record.bootstrap", &after, Resource::DnsRecord(record));
    let fence = Fence { pair: address("pair.orders"), method: FenceMethod::MaxMessageBytes, lift: None };
    declare(&mut estate, "fence.orders", &["pair.orders"], Resource::Fence(fence));
    let policy = FailoverPolicy {
        moves: Moves::Pair(address("pair.orders")),
        applications: Vec::new(),
        fence: Some(address("fence.orders")),
        rpo: Some(Duration::from_secs(30)),
        rto: None,
        guards: BTreeMap::new(),
        approvals: BTreeMap::new(),
    };
    declare(&mut estate, "failover_policy.orders", &["pair.orders"], Resource::FailoverPolicy(policy));
    estate
}

pub fn sync(topic: &str, partition: i32, upstream: i64, downstream: i64) -> OffsetSync {
    OffsetSync { topic: topic.into(), partition, upstream, downstream }
}

fn ends(start: i64, end: i64) -> PartitionEnds {
    PartitionEnds { start, end }
}

impl Stage {
    /// Everything is well: 1,000 records in each of two partitions of `orders` and in the one of `payments.card`, all carried
    /// and committed; `billing` has read them all, `fulfilment` 900 of each partition of `orders`.
    pub fn new() -> Self {
        let estate = declared();
        let memory = Memory::of(&estate);
        memory.edit(|world| furnish(world, &estate));
        let mut state = State::new("lineage");
        let since = "2026-02-20T05:06:07Z".parse().unwrap();
        let pair = PairState { epoch: 4, since: Some(since), ..PairState::default() };
        state.pairs.insert(address("pair.orders"), pair);
        let start = |topic: &str, partition| Start {
            topic: topic.into(),
            partition,
            source: ends(0, 0),
            target: ends(0, 0),
            continues: false,
            at: None,
        };
        let starts = vec![start("orders", 0), start("orders", 1), start("payments.card", 0)];
        state.starts.insert(address("replication.orders"), starts);
        let syncs = [("orders", 0), ("orders", 1), ("payments.card", 0)];
        let syncs =
            syncs.into_iter().flat_map(|(topic, at)| [0, 950].map(|offset| sync(topic, at, offset, offset)));
        Self {
            estate,
            memory,
            state,
            review: None,
            sighting: None,
            whole: false,
            heartbeat: Some(NOW - 800),
            syncs: syncs.collect(),
            checkpoints: Vec::new(),
        }
    }

    /// The last heartbeat is from so many milliseconds ago; none has crossed if there is none.
    pub fn beat(mut self, ago: Option<i64>) -> Self {
        self.heartbeat = ago.map(|ago| NOW - ago);
        self
    }

    pub fn syncs(mut self, syncs: Vec<OffsetSync>) -> Self {
        self.syncs = syncs;
        self
    }

    pub fn checkpoint(mut self, group: &str, topic: &str, upstream: i64, downstream: i64) -> Self {
        let (group, topic) = (group.into(), topic.into());
        let metadata = String::new();
        self.checkpoints.push(Checkpoint { group, topic, partition: 0, upstream, downstream, metadata });
        self
    }

    /// Checkpoints of a group in all partitions of a topic have crossed, as it stood then.
    pub fn crossed(mut self, group: &str, topic: &str, upstream: &[i64]) -> Self {
        self.checkpoints.extend((0..).zip(upstream).map(|(partition, upstream)| Checkpoint {
            group: group.into(),
            topic: topic.into(),
            partition,
            upstream: *upstream,
            downstream: *upstream,
            metadata: String::new(),
        }));
        self
    }

    pub fn edit(self, edit: impl FnOnce(&mut World)) -> Self {
        self.memory.edit(edit);
        self
    }

    /// More records in a partition of a cluster, up to this end.
    pub fn end(self, cluster: &Address, topic: &str, partition: usize, end: i64) -> Self {
        self.edit(|world| {
            let cluster = world.clusters.get_mut(cluster).unwrap();
            cluster.topics.get_mut(topic).unwrap().partitions[partition].end = end;
        })
    }

    /// The connector has committed up to these offsets.
    pub fn committed(self, topic: &str, next: &[i64]) -> Self {
        self.edit(|world| {
            let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
            let offsets = connect.offsets.get_mut("orders-hangzhou-shanghai-source").unwrap();
            offsets.insert(topic.to_owned(), next.to_vec());
        })
    }

    /// A connector of the flow, `source`, `checkpoint` or `heartbeat`.
    pub fn connector(self, part: &str, edit: impl FnOnce(&mut Connector)) -> Self {
        let connect = if part == "heartbeat" { "connect.hangzhou" } else { "connect.shanghai" };
        self.edit(|world| {
            let connect = world.connects.get_mut(&address(connect)).unwrap();
            edit(connect.connectors.get_mut(&format!("orders-hangzhou-shanghai-{part}")).unwrap());
        })
    }

    pub fn cut(self, place: &str, fault: Fault) -> Self {
        self.memory.cut(&address(place), fault);
        self
    }

    /// Writes MirrorMaker's records, in the place of those that a reading before wrote.
    async fn write(&self) {
        self.memory.edit(own_topics);
        let now = |offset: i64| NOW - 60_000 + offset;
        for (number, sync) in (0..).zip(&self.syncs) {
            self.put(SYNCS, sync.encode(), now(number)).await;
        }
        for checkpoint in &self.checkpoints {
            self.put(CHECKPOINTS, checkpoint.encode(), NOW - 90_000).await;
        }
        if let Some(timestamp) = self.heartbeat {
            let beat = Heartbeat { source: "hangzhou".into(), target: "shanghai".into(), timestamp };
            self.put(HEARTBEATS, beat.encode(), timestamp).await;
        }
    }

    async fn put(&self, topic: &str, (key, value): (Vec<u8>, Vec<u8>), at: i64) {
        // A dead standby is dead only once its records stand.
        let silent = self.memory.edit(|world| world.cut.remove(&shanghai()));
        let mut producer = self.memory.producer(&shanghai(), None).await.unwrap();
        let record = NewRecord::new(topic, Some(&key), Some(&value)).partition(0).timestamp(at);
        producer.send(&[record]).await.unwrap();
        if let Some(fault) = silent {
            self.memory.cut(&shanghai(), fault);
        }
    }

    /// What is read of the flow, as if at [`NOW`].
    pub async fn flow(&self) -> Flow {
        self.write().await;
        let replication = address("replication.orders");
        let starts = self.state.starts[&replication].as_slice();
        let mut flow = flow(&self.memory, &self.memory, &self.estate, &replication, starts).await.unwrap();
        flow.observed.at = now();
        flow
    }

    /// The pair's condition as if at [`NOW`], after somebody has tampered with what was read.
    pub async fn condition_of(&self, tamper: impl FnOnce(&mut Observed)) -> Condition {
        let flows = [self.flow().await];
        let desired: Vec<Desired> = desired(&self.estate);
        let pair = address("pair.orders");
        let mut asked: Vec<Query> = queries(&self.estate, &pair, &desired).into_values().collect();
        if self.whole {
            asked.extend(flows.iter().flat_map(other_groups));
        }
        let mut observed = observe(&self.memory, &asked).await;
        observed.at = now();
        tamper(&mut observed);
        let (estate, state, review) = (&self.estate, &self.state, self.review.as_ref());
        let sightings = self.sighting.iter().map(|sighting| (pair.clone(), sighting.clone())).collect();
        let facts = Facts {
            sightings: &sightings,
            estate,
            desired: &desired,
            state,
            observed: &observed,
            flows: &flows,
            review,
        };
        Condition::of(&pair, &facts).unwrap()
    }

    pub async fn condition(&self) -> Condition {
        self.condition_of(|_| ()).await
    }
}

pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(NOW).unwrap()
}

fn furnish(world: &mut World, estate: &Estate) {
    for place in [hangzhou(), shanghai()] {
        let cluster = world.clusters.get_mut(&place).unwrap();
        for (topic, partitions) in [("orders", 2), ("payments.card", 1)] {
            cluster.put_topic(topic, partitions, 3, BTreeMap::new());
            let partitions = &mut cluster.topics.get_mut(topic).unwrap().partitions;
            partitions.fill(ends(0, 1_000));
        }
    }
    own_topics(world);
    let active = world.clusters.get_mut(&hangzhou()).unwrap();
    active
        .groups
        .insert("billing".into(), stands(&[("orders", &[1_000, 1_000]), ("payments.card", &[1_000])]));
    active.groups.insert("fulfilment".into(), stands(&[("orders", &[900, 900])]));
    for desired in desired(estate) {
        match (&desired.id.what, desired.object) {
            (What::Connector(name), Object::Connector(mut connector)) => {
                (connector.state, connector.tasks) = (ConnectorState::Running, 1);
                let connect = world.connects.get_mut(&desired.id.place).unwrap();
                connect.connectors.insert(name.clone(), connector);
            }
            (What::RecordSet { zone, name, rtype }, Object::RecordSet(set)) => {
                let dns = world.dns.get_mut(&desired.id.place).unwrap();
                dns.zones.get_mut(zone).unwrap().records.insert((name.clone(), *rtype), set);
            }
            _ => {}
        }
    }
    let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
    let next = BTreeMap::from([
        ("orders".to_owned(), vec![1_000, 1_000]),
        ("payments.card".to_owned(), vec![1_000]),
    ]);
    connect.offsets.insert("orders-hangzhou-shanghai-source".into(), next);
}

fn own_topics(world: &mut World) {
    let standby = world.clusters.get_mut(&shanghai()).unwrap();
    for topic in [SYNCS, CHECKPOINTS, HEARTBEATS] {
        standby.put_topic(topic, 1, 3, BTreeMap::new());
    }
}

/// A group that stands at these offsets.
pub fn stands(topics: &[(&str, &[i64])]) -> Group {
    let positions = topics.iter().map(|(topic, offsets)| {
        let offsets = (0..).zip(offsets.iter()).filter(|(_, offset)| **offset >= 0);
        ((*topic).to_owned(), offsets.map(|(at, offset)| (at, *offset)).collect())
    });
    Group { members: 0, positions: positions.collect() }
}

/// The name's record set as it was read.
pub fn record_set(observed: &mut Observed) -> &mut RecordSet {
    let what = What::RecordSet {
        zone: "example.com.".into(),
        name: "kafka.example.com.".into(),
        rtype: RecordType::Cname,
    };
    let reading = observed.readings.get_mut(&ObjectId::new(&address("dns.main"), what)).unwrap();
    match reading {
        leeward::estate::Reading::Present(Object::RecordSet(set)) => set,
        other => panic!("{other:?}"),
    }
}
