//! A world of which no rule has anything to say, and what it takes to spoil it.

use leeward::estate::{
    Access, AclResource, Address, AuthorityFacts, Binding, Broker, Cluster, ClusterFacts, Connect,
    ConnectFacts, Declared, Dns, DnsRecord, DnsService, Estate, FailoverPolicy, Fence, FenceMethod, Home,
    Lifecycle, Mechanism, MirrorMaker, Moves, Naming, Object, ObjectId, Observed, On, OnRemove, Pair,
    Pattern, Permission, Position, Protocol, Reading, RecordType, Replication, Resource, Rfc2136, Sasl,
    Secret, Security, Selector, Side, Tls, Topic, TsigAlgorithm, What, ZoneFacts,
};
use leeward::plan::{Basis, Finding, Plan, PlanKind};
use leeward::policy;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub struct World {
    pub estate: Estate,
    pub observed: Observed,
    pub plan: Plan,
}

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn selectors(texts: &[&str]) -> Vec<Selector> {
    texts.iter().map(|text| Selector((*text).into())).collect()
}

/// Gives the struct of a resource to change it.
macro_rules! access_by_kind {
    ($($name:ident: $kind:ident),*) => {
        impl World {
            $(pub fn $name(&mut self, at: &str) -> &mut $kind {
                match &mut self.estate.resources.get_mut(&address(at)).unwrap().resource {
                    Resource::$kind(resource) => resource,
                    other => panic!("{at}: {other:?}"),
                }
            })*
        }
    };
}
access_by_kind!(
    cluster: Cluster, topic: Topic, access: Access, replication: Replication, record: DnsRecord, fence: Fence,
    policy: FailoverPolicy, pair: Pair
);

impl World {
    pub fn declare(&mut self, at: &str, after: &[&str], resource: Resource) {
        let declared = Declared {
            address: address(at),
            position: Position { file: "estate.hcl".into(), line: 1, column: 1 },
            after: after.iter().map(|text| address(text)).collect(),
            lifecycle: Lifecycle::default(),
            resource,
        };
        self.estate.resources.insert(declared.address.clone(), declared);
    }

    pub fn forget(&mut self, at: &str) {
        self.estate.resources.remove(&address(at)).unwrap();
    }

    /// A topic of the pair that the replication carries by its name.
    pub fn carry(&mut self, at: &str, name: &str) {
        self.declare(at, &["pair.orders"], Resource::Topic(topic(name)));
        self.replication("replication.orders").topics.push(Selector(name.into()));
    }

    pub fn facts(&mut self, cluster: &str) -> &mut ClusterFacts {
        let id = ObjectId::new(&address(cluster), What::Cluster);
        match self.observed.readings.get_mut(&id) {
            Some(Reading::Present(Object::Cluster(facts))) => facts,
            other => panic!("{other:?}"),
        }
    }

    pub fn worker(&mut self, connect: &str) -> &mut ConnectFacts {
        let id = ObjectId::new(&address(connect), What::Connect);
        match self.observed.readings.get_mut(&id) {
            Some(Reading::Present(Object::Connect(facts))) => facts,
            other => panic!("{other:?}"),
        }
    }

    pub fn zone(&mut self) -> &mut ZoneFacts {
        let id = ObjectId::new(&address("dns.main"), What::Zone("example.com.".into()));
        match self.observed.readings.get_mut(&id) {
            Some(Reading::Present(Object::Zone(facts))) => facts,
            other => panic!("{other:?}"),
        }
    }

    pub fn findings(&self) -> Vec<Finding> {
        policy::check(&self.plan, &self.estate, &self.observed)
    }

    /// The findings, each in a line.
    pub fn said(&self) -> Vec<String> {
        let line = |finding: Finding| {
            let at = finding.address.map_or_else(String::new, |address| address.to_string());
            format!("{} {} {at}: {}", finding.code, finding.severity, finding.message)
        };
        self.findings().into_iter().map(line).collect()
    }
}

/// Checks what is said of the sound world once it is spoiled.
#[track_caller]
pub fn says(spoil: impl FnOnce(&mut World), expected: &[&str]) {
    let mut world = sound();
    spoil(&mut world);
    assert_eq!(world.said(), expected);
}

pub fn topic(name: &str) -> Topic {
    Topic {
        name: name.into(),
        home: Home::Pair(address("pair.orders")),
        partitions: 6,
        replication_factor: 3,
        config: BTreeMap::from([("min.insync.replicas".to_owned(), "2".to_owned())]),
        overrides: BTreeMap::new(),
        on_remove: OnRemove::Forget,
    }
}

pub fn cluster(name: &str) -> Cluster {
    Cluster {
        bootstrap: vec![format!("kafka-{name}.internal:9093")],
        endpoint: Some(format!("kafka-{name}.internal")),
        security: Security {
            protocol: Protocol::SaslSsl,
            sasl: Some(Sasl {
                mechanism: Mechanism::ScramSha512,
                username: "leeward".into(),
                password: Secret::new("hunter2"),
                password_in_connect: Some("${file:/etc/kafka.properties:password}".into()),
            }),
            tls: Tls::default(),
        },
        timeout: Duration::from_secs(5),
    }
}

pub fn connect(cluster: &str) -> Connect {
    Connect {
        urls: vec![format!("http://connect-{cluster}.internal:8083")],
        cluster: address(&format!("cluster.{cluster}")),
        basic_auth: None,
        ca: None,
        timeout: Duration::from_secs(5),
    }
}

pub fn replication(topics: &[&str]) -> Replication {
    Replication {
        pair: address("pair.orders"),
        topics: selectors(topics),
        topics_exclude: Vec::new(),
        groups: selectors(&["billing"]),
        naming: Naming::Identity,
        mirror_maker: MirrorMaker::default(),
    }
}

pub fn writer(pattern: Pattern, name: &str) -> Binding {
    Binding {
        principal: "User:orders-app".into(),
        host: "*".into(),
        permission: Permission::Allow,
        operation: "WRITE".into(),
        resource: AclResource::Topic,
        name: name.into(),
        pattern,
    }
}

fn dns() -> Dns {
    let service = DnsService::Rfc2136(Rfc2136 {
        server: "10.0.0.53:53".into(),
        key_name: "leeward.".into(),
        key_algorithm: TsigAlgorithm::default(),
        key_secret: Secret::new("c2VjcmV0"),
    });
    let authorities = vec!["10.0.0.53:53".into(), "10.0.1.53:53".into()];
    Dns {
        service,
        authorities,
        resolvers: Vec::new(),
        timeout: Duration::from_secs(2),
        propagation: Duration::from_secs(30),
    }
}

pub fn record(name: &str, value: &str) -> DnsRecord {
    DnsRecord {
        dns: address("dns.main"),
        zone: "example.com.".into(),
        name: name.into(),
        rtype: RecordType::Cname,
        ttl: 30,
        values: BTreeSet::from([value.to_owned()]),
    }
}

fn failover_policy() -> FailoverPolicy {
    FailoverPolicy {
        moves: Moves::Pair(address("pair.orders")),
        applications: Vec::new(),
        fence: Some(address("fence.orders")),
        rpo: Some(Duration::from_secs(30)),
        rto: Some(Duration::from_secs(300)),
        guards: BTreeMap::new(),
        approvals: BTreeMap::new(),
    }
}

/// hangzhou and shanghai with all that makes a failover safe.
pub fn sound() -> World {
    let mut world = World { estate: Estate::default(), observed: Observed::default(), plan: plan() };
    for name in ["hangzhou", "shanghai"] {
        let at = format!("cluster.{name}");
        world.declare(&at, &[], Resource::Cluster(cluster(name)));
        world.declare(&format!("connect.{name}"), &[&at], Resource::Connect(connect(name)));
    }
    let (primary, secondary) = (address("cluster.hangzhou"), address("cluster.shanghai"));
    world.declare(
        "pair.orders",
        &[],
        Resource::Pair(Pair { primary, secondary, active: Side::Primary, endpoints: Vec::new() }),
    );
    world.declare("replication.orders", &["pair.orders"], Resource::Replication(replication(&[])));
    world.carry("topic.orders", "orders");
    world.carry("topic.payments", "payments.card");
    let writers = Access {
        home: Home::Pair(address("pair.orders")),
        on: On::Active,
        bindings: BTreeSet::from([writer(Pattern::Prefixed, "")]),
    };
    world.declare("access.writers", &["pair.orders"], Resource::Access(writers));
    world.declare("dns.main", &[], Resource::Dns(dns()));
    let bootstrap = record("kafka.example.com.", "kafka-hangzhou.internal.");
    world.declare("dns_record.bootstrap", &["dns.main", "pair.orders"], Resource::DnsRecord(bootstrap));
    let fence = Fence { pair: address("pair.orders"), method: FenceMethod::MaxMessageBytes, lift: None };
    world.declare("fence.orders", &["pair.orders"], Resource::Fence(fence));
    world.declare("failover_policy.orders", &["pair.orders"], Resource::FailoverPolicy(failover_policy()));
    world.observed.readings = readings();
    world
}

fn readings() -> BTreeMap<ObjectId, Reading> {
    let mut readings = BTreeMap::new();
    let mut seen = |place: &str, what, object| {
        readings.insert(ObjectId::new(&address(place), what), Reading::Present(object));
    };
    for name in ["hangzhou", "shanghai"] {
        let facts = Object::Cluster(cluster_facts(name));
        seen(&format!("cluster.{name}"), What::Cluster, facts);
        seen(&format!("connect.{name}"), What::Connect, Object::Connect(worker(name)));
    }
    let answers =
        |authority: &str| AuthorityFacts { authority: authority.into(), serial: Some(7), fault: None };
    let authorities = vec![answers("10.0.0.53:53"), answers("10.0.1.53:53")];
    let zone = ZoneFacts { transferred: true, authorities, refusal: None };
    seen("dns.main", What::Zone("example.com.".into()), Object::Zone(zone));
    readings
}

fn cluster_facts(name: &str) -> ClusterFacts {
    let broker = |id| Broker { id, advertised: format!("broker-{id}.{name}:9092"), rack: None };
    let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
    ClusterFacts {
        cluster_id: format!("id-of-{name}"),
        brokers: (0..3).map(broker).collect(),
        topics: names(&["orders", "payments.card", "heartbeats", "__consumer_offsets"]),
        groups: names(&["billing", "connect-s3-sink", "console-consumer-7"]),
    }
}

fn worker(name: &str) -> ConnectFacts {
    let plugin =
        |part| (format!("org.apache.kafka.connect.mirror.Mirror{part}Connector"), "4.3.1".to_owned());
    ConnectFacts {
        version: "4.3.1".into(),
        kafka_cluster_id: format!("id-of-{name}"),
        plugins: ["Source", "Checkpoint", "Heartbeat"].map(plugin).into(),
        mirrors: BTreeMap::new(),
    }
}

pub fn plan() -> Plan {
    Plan {
        format: Plan::FORMAT,
        id: String::new(),
        kind: PlanKind::Apply,
        based_on: Basis {
            config: String::new(),
            lineage: String::new(),
            serial: 0,
            epochs: BTreeMap::new(),
            observed_at: jiff::Timestamp::UNIX_EPOCH,
        },
        active: BTreeMap::new(),
        steps: Vec::new(),
        unchanged: Vec::new(),
        deferred: Vec::new(),
        refused: Vec::new(),
        remembered: Vec::new(),
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: BTreeMap::new(),
        targets: Vec::new(),
        failover: None,
        in_waves: None,
    }
}

#[test]
fn of_a_sound_world_nothing_is_said() {
    assert_eq!(sound().said(), [""; 0]);
}

#[test]
fn of_a_world_that_does_not_answer_only_what_is_declared_is_said() {
    says(|world| world.observed.readings.clear(), &[]);
}

#[test]
fn of_an_empty_estate_nothing_is_said() {
    let world = World { estate: Estate::default(), observed: Observed::default(), plan: plan() };
    assert_eq!(world.said(), [""; 0]);
}
