//! What there is in the world.

use crate::estate::{
    Address, Binding, Broker, Connector, Dns, Estate, Fault, Group, Kind, Occasion, PartitionEnds,
    ProducerAt, RecordSet, RecordType, Resource,
};
use crate::provider::fault::undeclared;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All places, and what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// The Kafka clusters.
    pub clusters: BTreeMap<Address, MemoryCluster>,
    /// The Connect clusters.
    pub connects: BTreeMap<Address, MemoryConnect>,
    /// The DNS services.
    pub dns: BTreeMap<Address, MemoryDns>,
    /// The files of pairs, by path.
    pub files: BTreeMap<String, String>,
    /// Places that do not answer, and why.
    pub cut: BTreeMap<Address, Fault>,
    /// The hooks that were called, in order; those that failed too.
    pub called: Vec<Called>,
    /// Which cluster the endpoints lead to that names lead to.
    pub endpoints: BTreeMap<String, Address>,
    /// Hooks that fail, and how: by whose they are and when they are called.
    pub failing: BTreeMap<(Address, Occasion), Fault>,
}

/// A call of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Whose hook it is.
    pub owner: Address,
    /// When it is called.
    pub occasion: Occasion,
    /// The cluster that it was told of.
    pub cluster: Option<Address>,
}

/// A Kafka cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryCluster {
    /// Kafka's id of the cluster.
    pub cluster_id: String,
    /// Its brokers.
    pub brokers: Vec<Broker>,
    /// Its topics.
    pub topics: HashMap<String, MemoryTopic>,
    /// Its access control entries.
    pub bindings: BTreeSet<Binding>,
    /// Its consumer groups.
    pub groups: BTreeMap<String, Group>,
    /// Transactional ids, each with the epoch of the producer that has it.
    pub transactions: BTreeMap<String, u64>,
    /// Whether it has an authorizer; without one it refuses to talk of access control.
    pub authorizer: bool,
    /// Topics made until now: each life of a topic has its own id.
    pub(super) lives: u64,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryTopic {
    /// Kafka's id of this life of the topic.
    pub incarnation: String,
    /// Replicas of each partition.
    pub replication_factor: i16,
    /// The settings that are the topic's own.
    pub config: BTreeMap<String, String>,
    /// First and next offsets of its partitions.
    pub partitions: Vec<PartitionEnds>,
    /// The producers that its leaders remember.
    pub producers: Vec<ProducerAt>,
    /// The records of each partition, in order; compaction and control records leave gaps between their offsets.
    pub records: BTreeMap<i32, Vec<MemoryRecord>>,
}

/// A record in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryRecord {
    /// Its offset.
    pub offset: i64,
    /// Its time, in milliseconds since 1970-01-01 UTC.
    pub millis: i64,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// What its transaction made of it.
    pub state: RecordState,
}

/// What a record's transaction made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordState {
    /// It belongs to no transaction, or to a committed one.
    Visible,
    /// Its transaction is open: the transactional id, and the epoch of the producer.
    Open(String, u64),
    /// Its transaction was aborted.
    Aborted,
}

/// A Connect cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryConnect {
    /// The cluster that it is attached to.
    pub cluster: Address,
    /// The version of its workers.
    pub version: String,
    /// Its connectors.
    pub connectors: BTreeMap<String, Connector>,
    /// By connector and source topic, the next offset to mirror of each partition. They go with the connector: on a real
    /// Connect they would stay, and are forgotten when it is deleted.
    pub offsets: BTreeMap<String, BTreeMap<String, Vec<i64>>>,
}

/// A DNS service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryDns {
    /// Its authorities.
    pub authorities: Vec<String>,
    /// The resolvers that clients ask.
    pub resolvers: Vec<String>,
    /// Servers that do not answer, of either sort.
    pub silent: BTreeSet<String>,
    /// What resolvers keep, by resolver, name and type, and for how many seconds.
    pub kept: BTreeMap<(String, String, RecordType), RecordSet>,
    /// Why it takes no change, if it takes none.
    pub refusal: Option<String>,
    /// Its zones.
    pub zones: BTreeMap<String, MemoryZone>,
}

/// A zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryZone {
    /// Counts its changes.
    pub serial: u32,
    /// Its record sets.
    pub records: BTreeMap<(String, RecordType), RecordSet>,
}

impl World {
    /// A world in which the places of an estate are there, and empty: three brokers a cluster, with an authorizer.
    pub fn of(estate: &Estate) -> Self {
        let mut world = Self::default();
        for declared in estate.resources.values() {
            let place = declared.address.clone();
            match &declared.resource {
                Resource::Cluster(cluster) => {
                    world.clusters.insert(place.clone(), MemoryCluster::new(&place.name));
                    let endpoint = cluster.endpoint.as_ref().map(|name| RecordType::Cname.normal(name));
                    world.endpoints.extend(endpoint.map(|name| (name, place)));
                }
                Resource::Connect(connect) => {
                    world.connects.insert(place, MemoryConnect::new(&connect.cluster));
                }
                Resource::Dns(dns) => {
                    let held = world.dns.entry(place).or_default();
                    held.authorities = authorities(dns);
                    held.resolvers.clone_from(&dns.resolvers);
                }
                Resource::DnsRecord(record) => {
                    let dns = world.dns.entry(record.dns.clone()).or_default();
                    dns.zones.entry(record.zone.clone()).or_default();
                }
                _ => {}
            }
        }
        world
    }

    /// Why a place does not answer, if it does not.
    pub(in crate::provider) fn silence(&self, place: &Address) -> Option<Fault> {
        let is_there = self.clusters.contains_key(place)
            || self.connects.contains_key(place)
            || self.dns.contains_key(place)
            // Where a pair's files lie.
            || place.kind == Kind::Pair;
        if is_there { self.cut.get(place).cloned() } else { Some(undeclared(place)) }
    }
}

fn authorities(dns: &Dns) -> Vec<String> {
    if dns.authorities.is_empty() { vec!["ns1.invalid:53".into()] } else { dns.authorities.clone() }
}

impl MemoryCluster {
    /// An empty cluster of three brokers with an authorizer.
    pub fn new(name: &str) -> Self {
        let broker = |id: i32| Broker {
            id,
            advertised: format!("{name}-{id}.invalid:9092"),
            rack: Some(format!("az{id}")),
        };
        Self {
            cluster_id: format!("cluster-id-of-{name}"),
            brokers: (1..=3).map(broker).collect(),
            topics: HashMap::new(),
            bindings: BTreeSet::new(),
            groups: BTreeMap::new(),
            transactions: BTreeMap::new(),
            authorizer: true,
            lives: 0,
        }
    }

    /// Makes a topic as an operator would, or makes it anew: whatever had its name is gone, and its records too.
    pub fn put_topic(
        &mut self,
        name: &str,
        partitions: usize,
        replication_factor: i16,
        config: BTreeMap<String, String>,
    ) {
        let topic = MemoryTopic {
            incarnation: self.next_incarnation(),
            replication_factor,
            config,
            partitions: vec![PartitionEnds { start: 0, end: 0 }; partitions],
            producers: Vec::new(),
            records: BTreeMap::new(),
        };
        self.topics.insert(name.to_owned(), topic);
    }
}

impl MemoryConnect {
    /// A Connect cluster without connectors, attached to a cluster.
    pub fn new(cluster: &Address) -> Self {
        Self {
            cluster: cluster.clone(),
            version: "4.3.1".into(),
            connectors: BTreeMap::new(),
            offsets: BTreeMap::new(),
        }
    }
}
