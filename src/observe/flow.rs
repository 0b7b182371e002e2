//! Reads what the translations of a replication's groups rest on.

use super::observe;
use crate::estate::{
    Address, Carries, Estate, Fault, ObjectId, Observed, Query, Reading, Replication, Role, Route, Start,
    What, covered_topics, source_connector,
};
use crate::offsets::{
    Arrived, Checkpoints, Compared, Digest, Entry, Flow, Heartbeat, Known, Neighbours, Seen, Syncs, Window,
    checkpoints_topic, heartbeats_topic, syncs_topic,
};
use crate::provider::Provider;
use crate::provider::records::{Begin, Range, Record, Records, Scan, TimestampKind, Until};
use std::collections::{BTreeMap, BTreeSet};

/// So many heartbeats back from the end are read to find the last one.
const HEARTBEATS: i64 = 10;
/// So many rounds of reading are made: where a record stands twice, a proof reaches further back.
pub(super) const ROUNDS: usize = 8;

/// Reads the flow of a replication: names first, then MirrorMaker's records, then how far both sides and the connector are.
///
/// It never fails: what does not answer is said in the flow. None if the replication's pair is not declared.
pub async fn flow(
    world: &dyn Provider,
    records: &dyn Records,
    estate: &Estate,
    address: &Address,
    starts: &[Start],
) -> Option<Flow> {
    let replication = estate.replications().find(|(known, _)| *known == address)?.1;
    let pair = estate.pair(&replication.pair)?;
    let (source, target) = (pair.with_role(Role::Active), pair.with_role(Role::Standby));
    let names = observe(world, &places(source, target)).await;
    let route = Route {
        replication: address.clone(),
        pair: replication.pair.clone(),
        source: source.clone(),
        target: target.clone(),
        connector: source_connector(estate, address, replication),
        naming: replication.naming.clone(),
        topics: topics(estate, replication, source, target, &names),
        groups: groups(replication, source, target, &names),
    };
    let carries = Carries::of(replication, &target.name);
    let mut flow = engine(records, route, starts).await;
    let told = flow.checkpoints.iter().flat_map(Checkpoints::groups).filter(|name| carries.group(name));
    let groups: BTreeSet<String> = flow.groups.iter().chain(told).cloned().collect();
    flow.groups = groups.into_iter().collect();
    flow.observed = names;
    flow.neighbours = neighbours(estate, replication, &flow);
    let found = observe(world, &objects(&flow)).await;
    flow.observed.at = found.at;
    flow.observed.readings.extend(found.readings);
    arrived(world, &mut flow).await;
    Some(flow)
}

/// Reads the flow along a route that is known, whatever the roles are by now. A source that is taken for dead is not asked.
pub async fn follow(
    world: &dyn Provider,
    records: &dyn Records,
    route: &Route,
    starts: &[Start],
    source_lost: bool,
) -> Flow {
    let mut flow = engine(records, route.clone(), starts).await;
    let sides = [&route.source, &route.target];
    let facts =
        sides.map(|cluster| Query::Cluster { cluster: cluster.clone(), topics: false, groups: false });
    let (lost, asked): (Vec<Query>, Vec<Query>) = facts
        .into_iter()
        .chain(objects(&flow))
        .partition(|query| source_lost && *query.place() == route.source);
    flow.observed = observe(world, &asked).await;
    let fault = flow.lost();
    let unasked = lost.iter().map(|query| (query.id(), Reading::Unreachable(fault.clone())));
    flow.observed.readings.extend(unasked);
    arrived(world, &mut flow).await;
    flow
}

/// Reads the ends on the target, last of all: no sync lies behind them, and all that the connector had committed stands before.
async fn arrived(world: &dyn Provider, flow: &mut Flow) {
    let ends: Vec<Query> = flow.topics.values().map(|name| Query::ends(&flow.target, name)).collect();
    flow.observed.readings.extend(observe(world, &ends).await.readings);
}

/// What MirrorMaker itself has written about a flow; what the two sides say is still to be read.
async fn engine(records: &dyn Records, route: Route, starts: &[Start]) -> Flow {
    let Route { replication, pair, source, target, connector, naming, topics, groups } = route;
    let (of_syncs, of_checkpoints, of_heartbeats) = (
        syncs_topic(&naming, &source.name, &target.name, true),
        checkpoints_topic(&naming, &source.name),
        heartbeats_topic(&naming, &source.name),
    );
    let (syncs, checkpoints, heartbeat) = futures::join!(
        syncs(records, &target, &of_syncs),
        checkpoints(records, &target, &of_checkpoints),
        heartbeat(records, &target, &of_heartbeats),
    );
    Flow {
        replication,
        pair,
        source,
        target,
        connector,
        naming,
        topics,
        groups: groups.into_iter().collect(),
        observed: Observed::default(),
        syncs,
        checkpoints,
        heartbeat,
        starts: starts.iter().map(|start| ((start.topic.clone(), start.partition), start.clone())).collect(),
        windows: BTreeMap::new(),
        compared: Compared::default(),
        neighbours: Neighbours::default(),
    }
}

fn places(source: &Address, target: &Address) -> [Query; 2] {
    [source, target].map(|cluster| Query::Cluster { cluster: cluster.clone(), topics: true, groups: true })
}

/// Topics by their names on the source: declared ones, ones that are selected by name, and what a pattern matches, on the
/// source or, if it does not answer, as the target has them.
fn topics(
    estate: &Estate,
    replication: &Replication,
    source: &Address,
    target: &Address,
    names: &Observed,
) -> BTreeMap<String, String> {
    let carries = Carries::of(replication, &target.name);
    let on_target = |name: &String| (name.clone(), replication.naming.on_standby(&source.name, name));
    let mut topics = covered_topics(estate, replication);
    topics.extend(carries.named_topics().map(on_target));
    let seen = |cluster: &Address| names.cluster(cluster).and_then(|facts| facts.topics.clone());
    let there = seen(source).or_else(|| {
        let prefix = replication.naming.on_standby(&source.name, "");
        let original = |name: String| name.strip_prefix(&prefix).map(ToOwned::to_owned);
        Some(seen(target)?.into_iter().filter_map(original).collect())
    });
    let matched = there.unwrap_or_default().into_iter().filter(|name| carries.topic(name));
    topics.extend(matched.map(|name| on_target(&name)));
    topics
}

/// Groups that are selected, as far as a side knows them.
fn groups(
    replication: &Replication,
    source: &Address,
    target: &Address,
    names: &Observed,
) -> BTreeSet<String> {
    let carries = Carries::of(replication, &target.name);
    let mut groups: BTreeSet<String> = carries.named_groups().cloned().collect();
    for cluster in [source, target] {
        let there = names.cluster(cluster).and_then(|facts| facts.groups.as_ref());
        groups.extend(there.into_iter().flatten().filter(|name| carries.group(name)).cloned());
    }
    groups
}

/// What else touches the topic of the flow's offset syncs.
fn neighbours(estate: &Estate, replication: &Replication, flow: &Flow) -> Neighbours {
    let mut known: BTreeSet<String> = flow.topics.keys().cloned().collect();
    let mut neighbours = Neighbours::default();
    let topic = syncs_topic(&flow.naming, &flow.source.name, &flow.target.name, true);
    for (address, other) in estate.replications().filter(|(address, _)| **address != flow.replication) {
        let Some(pair) = estate.pair(&other.pair) else { continue };
        let (source, target) = (pair.with_role(Role::Active), pair.with_role(Role::Standby));
        if *target != flow.target || syncs_topic(&other.naming, &source.name, &target.name, true) != topic {
            continue;
        }
        if *source == flow.source {
            known.extend(topics(estate, other, source, target, &flow.observed).into_keys());
        } else {
            neighbours.rivals.push(address.clone());
        }
    }
    // A topic that is selected no more has syncs of former days. One that the source does not hold was never its own, or is gone.
    let on_source = flow.observed.cluster(&flow.source).and_then(|facts| facts.topics.as_ref());
    if let (Some(on_source), Ok(syncs)) = (on_source, &flow.syncs) {
        let carries = Carries::of(replication, &flow.target.name);
        let with_syncs: BTreeSet<&str> = syncs.partitions().map(|(topic, ..)| topic).collect();
        let stranger =
            |topic: &&str| !known.contains(*topic) && !on_source.contains(*topic) && !carries.topic(topic);
        neighbours.strangers = with_syncs.into_iter().filter(stranger).map(ToOwned::to_owned).collect();
    }
    neighbours
}

/// Ends on the source, groups on both sides, and the connector.
fn objects(flow: &Flow) -> Vec<Query> {
    let sides = [&flow.source, &flow.target];
    let groups = sides.into_iter().flat_map(|cluster| {
        flow.groups.iter().map(|name| Query::Group { cluster: cluster.clone(), name: name.clone() })
    });
    let ends = flow.topics.keys().map(|on_source| Query::ends(&flow.source, on_source));
    groups.chain(ends).chain(flow.connector.iter().flat_map(of_connector)).collect()
}

fn of_connector(connector: &ObjectId) -> Vec<Query> {
    let What::Connector(name) = &connector.what else { return Vec::new() };
    let connect = connector.place.clone();
    vec![
        Query::Connect { connect: connect.clone() },
        Query::Connector { connect: connect.clone(), name: name.clone(), secrets: Vec::new() },
        Query::Carried { connect, connector: name.clone() },
    ]
}

async fn syncs(records: &dyn Records, target: &Address, topic: &str) -> Known<Syncs> {
    let mut syncs = Syncs::new();
    each(records, &Scan::topics(target, [topic]).uncommitted(), |record| {
        let at = Arrived { offset: record.offset, time: millis(record) };
        syncs.record(record.key, record.value, at);
    })
    .await?;
    Ok(syncs)
}

async fn checkpoints(records: &dyn Records, target: &Address, topic: &str) -> Known<Checkpoints> {
    let mut checkpoints = Checkpoints::default();
    each(records, &Scan::topics(target, [topic]), |record| {
        checkpoints.record(record.key, record.value, millis(record));
    })
    .await?;
    Ok(checkpoints)
}

async fn heartbeat(records: &dyn Records, target: &Address, topic: &str) -> Known<Option<Seen<Heartbeat>>> {
    let range =
        Range { topic: topic.to_owned(), partition: None, from: Begin::Last(HEARTBEATS), to: Until::End };
    let mut last: Option<Seen<Heartbeat>> = None;
    each(records, &Scan::ranges(target, vec![range]), |record| {
        if let Ok(heartbeat) = Heartbeat::decode(record.key, record.value)
            && last.as_ref().is_none_or(|last| last.record.timestamp <= heartbeat.timestamp)
        {
            last = Some(Seen { record: heartbeat, at: millis(record) });
        }
    })
    .await?;
    Ok(last)
}

pub(super) async fn each(
    records: &dyn Records,
    scan: &Scan,
    see: impl FnMut(&Record<'_>),
) -> Result<(), Fault> {
    records.scan(scan).await?.each(see).await.map(drop)
}

fn millis(record: &Record<'_>) -> Option<i64> {
    record.timestamp.map(|timestamp| timestamp.millis)
}

/// Reads of the target what proves the intervals in which groups stand: at most `most` offsets a partition and round.
///
/// # Errors
/// The target does not answer; what was read until then is kept, and the rest stays unproven.
pub async fn prove(records: &dyn Records, flow: &mut Flow, most: i64) -> Result<(), Fault> {
    for _ in 0..ROUNDS {
        let reads = flow.reads(most);
        if reads.is_empty() {
            return Ok(());
        }
        let mut windows = BTreeMap::new();
        let mut ranges = Vec::new();
        for ((topic, partition), asked) in reads {
            let Some(on_target) = flow.topics.get(&topic) else { continue };
            for range in asked {
                ranges.push(Range::offsets(on_target.clone(), partition, range.start, range.end));
                let window = Window { from: range.start, to: range.end, entries: Vec::new() };
                windows
                    .entry((on_target.clone(), partition))
                    .or_insert_with(Vec::new)
                    .push((topic.clone(), window));
            }
        }
        read_windows(records, &flow.target, ranges, &mut windows).await?;
        for ((_, partition), found) in windows {
            for (topic, window) in found {
                flow.windows.entry((topic, partition)).or_default().push(window);
            }
        }
    }
    Ok(())
}

type Windows = BTreeMap<(String, i32), Vec<(String, Window)>>;

/// Fills windows with the digests of what stands there.
async fn read_windows(
    records: &dyn Records,
    target: &Address,
    ranges: Vec<Range>,
    windows: &mut Windows,
) -> Result<(), Fault> {
    for now in rounds(ranges) {
        let scan = Scan::ranges(target, now).uncommitted();
        each(records, &scan, |record| {
            let key = (record.topic.to_owned(), record.partition);
            let found = windows.get_mut(&key).into_iter().flatten();
            for (_, window) in found {
                if (window.from..window.to).contains(&record.offset) {
                    window.entries.push(Entry { offset: record.offset, digest: copied(record) });
                }
            }
        })
        .await?;
    }
    Ok(())
}

/// The ranges in rounds: Kafka gives one range of a partition at a time.
pub(super) fn rounds(mut ranges: Vec<Range>) -> Vec<Vec<Range>> {
    let mut rounds = Vec::new();
    while !ranges.is_empty() {
        let mut taken = BTreeSet::new();
        let (now, later): (Vec<_>, Vec<_>) =
            ranges.into_iter().partition(|range| taken.insert((range.topic.clone(), range.partition)));
        ranges = later;
        rounds.push(now);
    }
    rounds
}

/// A time that the broker gave is another one for each copy of a record, and no part of what makes copies alike.
fn copied(record: &Record<'_>) -> Digest {
    let created = record.timestamp.filter(|timestamp| timestamp.kind == TimestampKind::Create);
    created.map_or_else(|| untimed(record), |created| digest(record, created.millis))
}

pub(super) fn untimed(record: &Record<'_>) -> Digest {
    digest(record, -1)
}

pub(super) fn digest(record: &Record<'_>, millis: i64) -> Digest {
    let headers = record.headers.iter().map(|header| (header.name, header.value));
    Digest::of(millis, record.key, record.value, headers)
}
