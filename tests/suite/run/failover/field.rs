//! A world that lives: a mirror that carries what its connectors are told to, and clients that write and read where a name leads
//! them, as long as nobody stops or refuses them.

use super::super::sample::address;
use futures::future::BoxFuture;
use leeward::estate::{
    AclResource, Address, Change, ConnectorState, Evidence, FENCED_MESSAGE_BYTES, Fault, FaultKind, Naming,
    Object, Occasion, Outcome, Query, Reading, RecordType, Setting, Task, Verb, What,
};
use leeward::offsets::{Checkpoint, checkpoints_topic};
use leeward::provider::memory::{MemoryCluster, MemoryRecord, RecordState, World};
use leeward::provider::{Memory, Provider};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The topics, with the number of their partitions.
pub const TOPICS: [(&str, i32); 2] = [("orders", 2), ("payments", 1)];
/// What the client writes while a run goes on begins so: how much that is depends on how often the world is asked.
pub const LIVE: &str = "live-";

/// The world of these stories, and whether its mirror hangs.
pub struct Field(pub Memory, Arc<AtomicBool>);

impl Field {
    pub fn new(memory: Memory) -> Self {
        Self(memory, Arc::default())
    }

    /// From here on nothing is carried, although the connectors run.
    pub fn hang(&self) {
        self.1.store(true, Ordering::Relaxed);
    }

    /// The same world with a mirror that does not hang.
    pub fn awake(&self) -> Self {
        Self::new(self.0.shared())
    }

    /// The same world, seen by another process.
    pub fn shared(&self) -> Self {
        Self(self.0.shared(), Arc::clone(&self.1))
    }

    /// Another world that is the same until now.
    pub fn copy(&self) -> Self {
        Self(Memory::with(self.0.world()), Arc::new(AtomicBool::new(self.1.load(Ordering::Relaxed))))
    }

    /// So many records for each partition of the side that the name leads to.
    pub fn write(&self, stem: &str, each: usize) {
        self.0.edit(|world| {
            let at = named(world).unwrap();
            for (topic, partitions) in TOPICS {
                for partition in 0..partitions {
                    (0..each).for_each(|nth| {
                        append(world, &at, topic, partition, format!("{stem}-{topic}-{partition}-{nth}"))
                    });
                }
            }
        });
        self.carry();
    }

    /// Lets both groups read on the side that the name leads to: one to its end, the other halfway. MirrorMaker notes where they
    /// stand.
    pub fn read_on(&self) {
        self.0.edit(|world| {
            let at = named(world).unwrap();
            let held = world.clusters.get_mut(&at).unwrap();
            for (topic, partitions) in TOPICS {
                for partition in 0..partitions {
                    let end = held.topics[topic].partitions[usize::try_from(partition).unwrap()].end;
                    for (group, position) in [("billing", end), ("archive", end / 2)] {
                        let positions = &mut held.groups.entry(group.into()).or_default().positions;
                        positions.entry(topic.into()).or_default().insert(partition, position);
                    }
                }
            }
            let groups = held.groups.clone();
            let other = world.clusters.keys().find(|cluster| **cluster != at).cloned().unwrap();
            let noted = checkpoints_topic(&Naming::Identity, &at.name);
            let target = world.clusters.get_mut(&other).unwrap();
            if !target.topics.contains_key(&noted) {
                target.put_topic(&noted, 1, 1, BTreeMap::new());
            }
            for (name, group) in groups {
                for (topic, partition, offset) in group.partitions() {
                    let checkpoint = Checkpoint {
                        group: name.clone(),
                        topic: topic.into(),
                        partition,
                        upstream: offset,
                        downstream: offset,
                        metadata: String::new(),
                    };
                    put(world, &other, &noted, checkpoint.encode());
                }
            }
        });
    }

    /// Lets the world live on: it does so whenever somebody looks.
    fn live(&self, is_asked_for_ends: bool) {
        self.0.edit(|world| {
            gather(world);
            if is_asked_for_ends {
                write_live(world);
            }
        });
        self.carry();
    }

    /// Every source connector that runs carries all that it has not.
    fn carry(&self) {
        if self.1.load(Ordering::Relaxed) {
            return;
        }
        self.0.edit(|world| {
            for mirror in mirrors(world) {
                for topic in &mirror.topics {
                    let Some(held) = world.clusters[&mirror.source].topics.get(topic) else { continue };
                    if !world.clusters[&mirror.target].topics.contains_key(topic) {
                        continue;
                    }
                    (0..held.partitions.len())
                        .for_each(|partition| carry_one(world, &mirror, topic, partition));
                }
            }
        });
    }
}

fn put(world: &mut World, at: &Address, topic: &str, (key, value): (Vec<u8>, Vec<u8>)) {
    let topic = world.clusters.get_mut(at).unwrap().topics.get_mut(topic).unwrap();
    let offset = topic.partitions[0].end;
    topic.partitions[0].end += 1;
    let (key, value) = (Some(key), Some(value));
    let record =
        MemoryRecord { offset, millis: 1_000, key, value, headers: Vec::new(), state: RecordState::Visible };
    topic.records.entry(0).or_default().push(record);
}

fn append(world: &mut World, at: &Address, topic: &str, partition: i32, value: String) {
    let topic = world.clusters.get_mut(at).unwrap().topics.get_mut(topic).unwrap();
    let ends = &mut topic.partitions[usize::try_from(partition).unwrap()];
    let (offset, millis) = (ends.end, 1_000 + ends.end);
    ends.end += 1;
    let value = Some(value.into_bytes());
    let record =
        MemoryRecord { offset, millis, key: None, value, headers: Vec::new(), state: RecordState::Visible };
    topic.records.entry(partition).or_default().push(record);
}

/// The cluster that the name leads to.
pub fn named(world: &World) -> Option<Address> {
    let zone = world.dns[&address("dns.main")].zones.get("example.com.")?;
    let set = zone.records.get(&("kafka.example.com.".to_owned(), RecordType::Cname))?;
    let name = if set.values.contains("hz.example.com.") { "cluster.hangzhou" } else { "cluster.shanghai" };
    Some(address(name))
}

fn is_stopped(world: &World) -> bool {
    let calls = world.called.iter().rev();
    let last =
        calls.map(|call| call.occasion).find(|occasion| matches!(occasion, Occasion::Stop | Occasion::Start));
    last == Some(Occasion::Stop)
}

/// The application's consumers are where its name leads, unless it is stopped.
fn gather(world: &mut World) {
    let at = named(world).filter(|at| !is_stopped(world) && !world.cut.contains_key(at));
    for (cluster, held) in &mut world.clusters {
        if let Some(group) = held.groups.get_mut("billing") {
            group.members = usize::from(Some(cluster) == at.as_ref());
        }
    }
}

/// The application writes a record, unless it is stopped or refused.
fn write_live(world: &mut World) {
    let Some(at) = named(world).filter(|at| !is_stopped(world) && !world.cut.contains_key(at)) else {
        return;
    };
    let held = &world.clusters[&at];
    let may = held.bindings.iter().any(|grant| {
        grant.operation == "WRITE" && grant.resource == AclResource::Topic && grant.name == "orders"
    });
    if !may || is_fenced(world, &at, "orders") {
        return;
    }
    let number = held.topics["orders"].partitions[0].end;
    append(world, &at, "orders", 0, format!("{LIVE}{}-{number}", at.name));
}

fn is_fenced(world: &World, at: &Address, topic: &str) -> bool {
    let limit = world.clusters[at].topics.get(topic).and_then(|topic| topic.config.get("max.message.bytes"));
    limit.is_some_and(|limit| limit == FENCED_MESSAGE_BYTES)
}

/// A source connector that runs.
struct Mirror {
    connect: Address,
    name: String,
    source: Address,
    target: Address,
    topics: Vec<String>,
}

fn mirrors(world: &World) -> Vec<Mirror> {
    let mut mirrors = Vec::new();
    for (at, connect) in &world.connects {
        for (name, connector) in &connect.connectors {
            let is_mirror = name.ends_with("-source") && connector.state == ConnectorState::Running;
            let of = |key: &str| match connector.config.get(key) {
                Some(Setting::Plain(text)) => text.replace('\\', ""),
                _ => String::new(),
            };
            let source = address(&format!("cluster.{}", of("source.cluster.alias")));
            let target = connect.cluster.clone();
            if is_mirror && ![at, &source, &target].into_iter().any(|place| world.cut.contains_key(place)) {
                let topics = of("topics").split(',').map(str::to_owned).collect();
                mirrors.push(Mirror { connect: at.clone(), name: name.clone(), source, target, topics });
            }
        }
    }
    mirrors
}

fn carry_one(world: &mut World, mirror: &Mirror, topic: &str, partition: usize) {
    let from = &world.clusters[&mirror.source].topics[topic];
    let (count, end) = (from.partitions.len(), from.partitions[partition].end);
    let connect = world.connects.get_mut(&mirror.connect).unwrap();
    let offsets = connect.offsets.entry(mirror.name.clone()).or_default();
    let next = &mut offsets.entry(topic.to_owned()).or_insert_with(|| vec![0; count])[partition];
    let first = std::mem::replace(next, end);
    let number = i32::try_from(partition).unwrap();
    let held = from.records.get(&number).into_iter().flatten();
    let fresh: Vec<MemoryRecord> = held.filter(|record| record.offset >= first).cloned().collect();
    if fresh.is_empty() {
        return;
    }
    let target = &mirror.target;
    assert!(!is_fenced(world, target, topic), "the mirror runs into the fence of {target}");
    let to = world.clusters.get_mut(target).unwrap().topics.get_mut(topic).unwrap();
    for record in fresh {
        let offset = to.partitions[partition].end;
        to.partitions[partition].end += 1;
        to.records.entry(number).or_default().push(MemoryRecord { offset, ..record });
    }
}

/// Whether somebody wants to know where a log of the pair ends: as good a moment as any for a client to write.
fn asks_for_ends(queries: &[Query]) -> bool {
    queries.iter().any(|query| matches!(query, Query::Ends { .. }))
}

impl Provider for Field {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        Box::pin(async move {
            self.live(asks_for_ends(queries));
            self.0.read(queries).await
        })
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            self.0.edit(|world| changes.iter().for_each(|change| skips_nothing(world, change)));
            let outcomes = self.0.change(changes).await;
            self.live(false);
            outcomes
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        Box::pin(async move {
            let done = self.0.perform(task).await;
            self.live(false);
            done
        })
    }
}

/// A group is set nowhere behind a record that it has not read where it was.
fn skips_nothing(world: &World, change: &Change) {
    let (
        What::Group(name),
        Verb::Create(Object::Group(wanted)) | Verb::Update { to: Object::Group(wanted), .. },
    ) = (&change.id.what, &change.verb)
    else {
        return;
    };
    let other = world.clusters.iter().find(|(cluster, _)| **cluster != change.id.place).unwrap().1;
    let here = &world.clusters[&change.id.place];
    for (topic, partition, offset) in wanted.partitions() {
        let Some(read) = other.groups.get(name).and_then(|group| group.position(topic, partition)) else {
            continue;
        };
        let unread: BTreeSet<&Option<Vec<u8>>> = records(other, topic, partition)
            .filter(|record| record.offset >= read)
            .map(|record| &record.value)
            .collect();
        let skipped = records(here, topic, partition)
            .find(|record| record.offset < offset && unread.contains(&record.value));
        assert_eq!(
            skipped, None,
            "{name} is set to {offset} in {topic}-{partition}, and had read up to {read}"
        );
    }
}

/// What stands in a partition.
pub fn records<'a>(
    cluster: &'a MemoryCluster,
    topic: &str,
    partition: i32,
) -> impl Iterator<Item = &'a MemoryRecord> {
    cluster.topics.get(topic).and_then(|topic| topic.records.get(&partition)).into_iter().flatten()
}

/// A side that does not answer: its brokers and its Connect.
pub fn cut(field: &Field, name: &str) {
    let fault = Fault::new(FaultKind::Unreachable, format!("{name} does not answer"));
    for place in [format!("cluster.{name}"), format!("connect.{name}")] {
        field.0.cut(&address(&place), fault.clone());
    }
}

/// It answers again.
pub fn heal(field: &Field, name: &str) {
    for place in [format!("cluster.{name}"), format!("connect.{name}")] {
        field.0.heal(&address(&place));
    }
}

/// It comes back with nothing: a new cluster, and a Connect that knows no connector.
pub fn wipe(field: &Field, name: &str) {
    field.0.edit(|world| {
        let cluster = world.clusters.get_mut(&address(&format!("cluster.{name}"))).unwrap();
        cluster.cluster_id = format!("another-{name}");
        cluster.topics.clear();
        cluster.groups.clear();
        cluster.bindings.clear();
        let connect = world.connects.get_mut(&address(&format!("connect.{name}"))).unwrap();
        connect.connectors.clear();
        connect.offsets.clear();
    });
}
