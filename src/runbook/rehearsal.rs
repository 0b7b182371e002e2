//! What a drill makes: a small flow of its own beside each of the pair's, whose every name tells whose it is.

use crate::estate::{
    Address, Declared, Estate, Kind, Lifecycle, Naming, Object, ObjectId, Position, RecordSet, Replication,
    Resource, Role, Route, Selector, TopicObject, What, desired, source_connector,
};
use crate::offsets::{checkpoints_topic, heartbeats_topic};
use std::collections::{BTreeMap, BTreeSet};

/// How many partitions the drill's topic has.
pub(super) const PARTITIONS: i32 = 3;

/// A drill of one replication in one direction.
#[derive(Debug, Clone)]
pub(super) struct Rehearsal {
    /// The replication that is rehearsed.
    pub rehearsed: Address,
    /// The drill's own replication: the rehearsed one with other names.
    pub address: Address,
    /// Where it flows.
    pub route: Route,
    /// The topic, by the same name on both sides.
    pub topic: String,
    /// The group.
    pub group: String,
    /// The topics that are made before the connectors: the drill's on either side, and that of its offset syncs.
    pub topics: Vec<(ObjectId, Object)>,
    /// The connectors: the one that carries records, and the one that carries positions. The pair's own heartbeats are
    /// proof enough of theirs.
    pub connectors: Vec<(ObjectId, Object)>,
    /// Topics that MirrorMaker makes.
    engine: Vec<ObjectId>,
}

impl Rehearsal {
    /// The drills of a pair's replications as its roles are.
    pub fn all(estate: &Estate, pair: &Address) -> Vec<Self> {
        let mut known = BTreeMap::<String, usize>::new();
        let drills = estate.replications().filter_map(|(address, replication)| {
            // Two addresses may be one in plain letters.
            let plain = tag(address);
            let namesakes = known.entry(plain.clone()).or_default();
            *namesakes += 1;
            let name = if *namesakes > 1 { format!("{plain}-{namesakes}") } else { plain };
            let is_of_pair = replication.pair == *pair;
            is_of_pair.then(|| Self::of(estate, (address, replication), &name)).flatten()
        });
        drills.collect()
    }

    fn of(estate: &Estate, (rehearsed, replication): (&Address, &Replication), name: &str) -> Option<Self> {
        let pair = &replication.pair;
        let tag = format!("leeward-drill-{name}");
        // MirrorMaker's own exclusions, which every flow of leeward's keeps, hold this one off: a pattern must not carry
        // the drill's records a second time.
        let topic = format!("leeward.drill.{name}.replica");
        let replication = renamed(replication, &tag, &topic);
        let address = Address::new(Kind::Replication, &tag);
        let sides = estate.pair(pair)?;
        let (source, target) =
            (sides.with_role(Role::Active).clone(), sides.with_role(Role::Standby).clone());
        let topic_object = Object::Topic(TopicObject {
            incarnation: None,
            partitions: PARTITIONS,
            replication_factor: replication.mirror_maker.replication_factor,
            config: BTreeMap::new(),
        });
        let naming = replication.naming.clone();
        let engine = [checkpoints_topic(&naming, &source.name), heartbeats_topic(&naming, &source.name)];
        let beside = beside(estate, &address, &replication);
        let mut rehearsal = Self {
            rehearsed: rehearsed.clone(),
            route: Route {
                replication: address.clone(),
                pair: pair.clone(),
                source: source.clone(),
                target: target.clone(),
                connector: source_connector(&beside, &address, &replication),
                naming,
                topics: BTreeMap::from([(topic.clone(), topic.clone())]),
                groups: BTreeSet::from([tag.clone()]),
            },
            topics: [&source, &target].map(|at| (ObjectId::topic(at, &topic), topic_object.clone())).into(),
            group: tag,
            connectors: Vec::new(),
            engine: engine.map(|name| ObjectId::topic(&target, name)).into(),
            address,
            topic,
        };
        rehearsal.derive(&beside);
        Some(rehearsal)
    }

    /// Takes the flow's objects from the same derivation that the pair's come from.
    fn derive(&mut self, estate: &Estate) {
        for wanted in desired(estate).into_iter().filter(|wanted| wanted.address == self.address) {
            match (&wanted.object, &wanted.id.what) {
                (Object::Connector(_), What::Connector(name)) if name.ends_with("-heartbeat") => {}
                (Object::Connector(_), _) => self.connectors.push((wanted.id, wanted.object)),
                _ => self.topics.push((wanted.id, wanted.object)),
            }
        }
    }

    /// The group on a cluster.
    pub fn group_on(&self, cluster: &Address) -> ObjectId {
        ObjectId::new(cluster, What::Group(self.group.clone()))
    }

    /// All that it may leave.
    fn objects(&self) -> Vec<ObjectId> {
        let groups = [&self.route.source, &self.route.target].map(|side| self.group_on(side));
        let connectors = self.connectors.iter().map(|(id, _)| id.clone());
        let topics = self.topics.iter().map(|(id, _)| id.clone());
        connectors.chain(topics).chain(self.engine.iter().cloned()).chain(groups).collect()
    }
}

/// The topic of a drill's canary.
pub(super) fn canary(pair: &Address) -> String {
    format!("leeward.drill.{}.canary", tag(pair))
}

/// All that drills of a pair may leave, in either direction, by the resource that makes it: a drill's own replication, or the
/// pair.
pub(super) fn leftovers(
    now: &Estate,
    then: &Estate,
    pair: &Address,
) -> BTreeMap<Address, BTreeSet<ObjectId>> {
    let mut left = BTreeMap::<Address, BTreeSet<ObjectId>>::new();
    let common = left.entry(pair.clone()).or_default();
    for (estate, other) in [(now, then), (then, now)] {
        common.extend(names(estate, other).into_iter().map(|(id, _)| id));
        let sides = estate.pair(pair).into_iter().flat_map(|it| [&it.primary, &it.secondary]);
        common.extend(sides.map(|side| ObjectId::topic(side, canary(pair))));
    }
    for rehearsal in [now, then].into_iter().flat_map(|estate| Rehearsal::all(estate, pair)) {
        left.entry(rehearsal.address.clone()).or_default().extend(rehearsal.objects());
    }
    left
}

/// An address, without its kind, in letters that every system takes in a name.
pub(super) fn tag(address: &Address) -> String {
    let text = address.to_string().replacen(&format!("{}.", address.kind), "", 1);
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    text.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}

/// A replication as it would be for the drill's topic and group alone. Its internal topics have names of their own, so that
/// the evidence of the pair's offsets stays as it is.
fn renamed(replication: &Replication, tag: &str, topic: &str) -> Replication {
    let mut replication = replication.clone();
    replication.topics = vec![Selector(topic.to_owned())];
    replication.topics_exclude = Vec::new();
    replication.groups = vec![Selector(tag.to_owned())];
    replication.naming = Naming::Prefixed { separator: format!(".{tag}.") };
    let only = topic.replace('.', "\\.");
    let own = [
        ("replication.policy.class", Naming::Identity.policy_class()),
        // Not the heartbeats, which all flows share.
        ("topics", only.as_str()),
        ("topics.exclude", "__.*"),
    ];
    let config = &mut replication.mirror_maker.config;
    config.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
    replication
}

/// An estate of the same places with nothing but the drill's replication.
fn beside(estate: &Estate, address: &Address, replication: &Replication) -> Estate {
    let is_place = |kind| matches!(kind, Kind::Cluster | Kind::Connect | Kind::Pair);
    let mut beside = Estate::default();
    let places = estate.resources.iter().filter(|(at, _)| is_place(at.kind));
    beside.resources = places.map(|(at, declared)| (at.clone(), declared.clone())).collect();
    let declared = Declared {
        address: address.clone(),
        position: Position::default(),
        after: Vec::new(),
        lifecycle: Lifecycle::default(),
        resource: Resource::Replication(replication.clone()),
    };
    beside.resources.insert(address.clone(), declared);
    beside
}

/// For each zone in which a name moves with the pair, one beside the first of them, as it would be behind a failover.
pub(super) fn names(now: &Estate, then: &Estate) -> Vec<(ObjectId, RecordSet)> {
    let today: BTreeMap<ObjectId, Object> = desired(now).into_iter().map(|it| (it.id, it.object)).collect();
    let mut zones = BTreeSet::new();
    let moved = desired(then).into_iter().filter_map(|wanted| match (wanted.id.what, wanted.object) {
        (What::RecordSet { zone, name, rtype }, Object::RecordSet(set)) => {
            let id =
                |name| ObjectId::new(&wanted.id.place, What::RecordSet { zone: zone.clone(), name, rtype });
            let moves = today.get(&id(name.clone())) != Some(&Object::RecordSet(set.clone()));
            let is_first = moves && zones.insert((wanted.id.place.clone(), zone.clone()));
            is_first.then(|| (id(format!("leeward-drill.{name}")), set))
        }
        _ => None,
    });
    moved.collect()
}
