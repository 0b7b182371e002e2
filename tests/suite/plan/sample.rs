//! A small estate, a world that follows its plans, and the state between them.

use leeward::estate::{
    Access, AclResource, Address, Binding, Broker, Cluster, ClusterFacts, Connect, ConnectFacts, Connector,
    ConnectorState, Declared, Dns, DnsRecord, DnsService, Estate, Fault, FaultKind, Home, Kind, Lifecycle,
    MirrorMaker, Naming, Object, ObjectId, Observed, On, OnRemove, Owned, Pair, Pattern, Permission,
    Position, Reading, RecordType, Replication, Resource, Rfc2136, Secret, Security, Selector, Side, Task,
    Topic, TopicSetting, TsigAlgorithm, What, desired,
};
use leeward::plan::{Action, Options, Plan, PlanKind, plan};
use leeward::state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn cluster(name: &str) -> Address {
    Address::new(Kind::Cluster, name)
}

/// An estate, what was seen of the world, and what is owned.
#[derive(Clone)]
pub struct Sample {
    pub estate: Estate,
    pub observed: Observed,
    pub state: State,
    lives: u32,
}

impl Sample {
    /// Two clusters, a Connect cluster beside each, a pair, a DNS service; nothing in them.
    pub fn new() -> Self {
        let mut estate = Estate { digest: "c0ffee".into(), ..Estate::default() };
        for (line, name) in [(3, "hangzhou"), (9, "shanghai")] {
            put(&mut estate, &format!("cluster.{name}"), line, &[], Resource::Cluster(a_cluster(name)));
            let connect = Connect {
                urls: vec![format!("http://connect-{name}:8083")],
                cluster: cluster(name),
                basic_auth: None,
                ca: None,
                timeout: Duration::from_secs(10),
            };
            let after = format!("cluster.{name}");
            put(&mut estate, &format!("connect.{name}"), line + 12, &[&after], Resource::Connect(connect));
        }
        let pair = Pair {
            primary: cluster("hangzhou"),
            secondary: cluster("shanghai"),
            active: Side::Primary,
            endpoints: Vec::new(),
        };
        put(&mut estate, "pair.orders", 25, &["cluster.hangzhou", "cluster.shanghai"], Resource::Pair(pair));
        put(&mut estate, "dns.main", 30, &[], Resource::Dns(a_dns()));
        let mut sample =
            Self { estate, observed: Observed::default(), state: State::new("lineage-1"), lives: 0 };
        sample.facts();
        sample
    }

    /// The estate of the README: two topics, grants, a replication and a name.
    pub fn whole() -> Self {
        let mut sample = Self::new();
        sample.topic("orders", |_| {});
        sample.topic("payments", |topic| topic.partitions = 6);
        sample.access("orders_writers", On::Active, &["orders"]);
        sample.replication(&["orders", "payments"]);
        sample.record("kafka-hz.internal.");
        sample
    }

    pub fn declare(&mut self, address: &str, line: usize, after: &[&str], resource: Resource) {
        put(&mut self.estate, address, line, after, resource);
    }

    pub fn topic(&mut self, name: &str, change: impl FnOnce(&mut Topic)) {
        let mut topic = Topic {
            name: name.to_owned(),
            home: Home::Pair(address("pair.orders")),
            partitions: 3,
            replication_factor: 3,
            config: BTreeMap::from([
                ("min.insync.replicas".into(), "2".into()),
                ("retention.ms".into(), "604800000".into()),
            ]),
            overrides: BTreeMap::new(),
            on_remove: OnRemove::Forget,
        };
        change(&mut topic);
        self.declare(&format!("topic.{name}"), 40, &["pair.orders"], Resource::Topic(topic));
    }

    pub fn access(&mut self, name: &str, on: On, topics: &[&str]) {
        let bindings = topics.iter().map(|topic| write_on(topic)).collect();
        let access = Access { home: Home::Pair(address("pair.orders")), on, bindings };
        let mut after: Vec<String> = topics.iter().map(|topic| format!("topic.{topic}")).collect();
        after.push("pair.orders".into());
        after.retain(|address| self.estate.resources.contains_key(&address.parse().unwrap()));
        let after: Vec<&str> = after.iter().map(String::as_str).collect();
        self.declare(&format!("access.{name}"), 60, &after, Resource::Access(access));
    }

    pub fn replication(&mut self, topics: &[&str]) {
        let replication = Replication {
            pair: address("pair.orders"),
            topics: topics.iter().map(|topic| Selector((*topic).to_owned())).collect(),
            topics_exclude: Vec::new(),
            groups: vec![Selector("billing".into())],
            naming: Naming::Identity,
            mirror_maker: MirrorMaker::default(),
        };
        let mut after: Vec<String> = topics.iter().map(|topic| format!("topic.{topic}")).collect();
        after.push("pair.orders".into());
        after.retain(|address| {
            address.parse().is_ok_and(|address| self.estate.resources.contains_key(&address))
        });
        let after: Vec<&str> = after.iter().map(String::as_str).collect();
        self.declare("replication.orders", 70, &after, Resource::Replication(replication));
    }

    pub fn record(&mut self, value: &str) {
        let record = DnsRecord {
            dns: address("dns.main"),
            zone: "example.com.".into(),
            name: "kafka.example.com.".into(),
            rtype: RecordType::Cname,
            ttl: 30,
            values: BTreeSet::from([value.to_owned()]),
        };
        self.declare("dns_record.bootstrap", 80, &["dns.main", "pair.orders"], Resource::DnsRecord(record));
    }

    pub fn change_topic(&mut self, name: &str, change: impl FnOnce(&mut Topic)) {
        let declared = self.estate.resources.get_mut(&address(&format!("topic.{name}"))).unwrap();
        match &mut declared.resource {
            Resource::Topic(topic) => change(topic),
            other => panic!("{other:?} is no topic"),
        }
    }

    pub fn change_replication(&mut self, change: impl FnOnce(&mut Replication)) {
        let declared = self.estate.resources.get_mut(&address("replication.orders")).unwrap();
        match &mut declared.resource {
            Resource::Replication(replication) => change(replication),
            other => panic!("{other:?} is no replication"),
        }
    }

    pub fn lifecycle(&mut self, of: &str, change: impl FnOnce(&mut Lifecycle)) {
        change(&mut self.estate.resources.get_mut(&address(of)).unwrap().lifecycle);
    }

    pub fn remove(&mut self, of: &str) {
        self.estate.resources.remove(&address(of)).unwrap();
    }

    /// Makes the other side of the pair active, as a failover does.
    pub fn flip(&mut self) {
        let pair = address("pair.orders");
        match &mut self.estate.resources.get_mut(&pair).unwrap().resource {
            Resource::Pair(pair) => pair.active = pair.active.other(),
            other => panic!("{other:?} is no pair"),
        }
        let state = self.state.pairs.entry(pair).or_default();
        state.active = state.active.other();
        state.epoch += 1;
    }

    /// What the places tell about themselves.
    fn facts(&mut self) {
        for (name, id) in [("hangzhou", "id-hz"), ("shanghai", "id-sh")] {
            let facts = ClusterFacts {
                cluster_id: id.into(),
                brokers: vec![Broker { id: 1, advertised: format!("kafka-{name}:9092"), rack: None }],
                topics: None,
                groups: None,
            };
            self.see(&ObjectId::new(&cluster(name), What::Cluster), Object::Cluster(facts));
            let facts = ConnectFacts {
                version: "4.3.1".into(),
                kafka_cluster_id: id.into(),
                plugins: BTreeMap::new(),
                mirrors: BTreeMap::new(),
            };
            let connect = Address::new(Kind::Connect, name);
            self.see(&ObjectId::new(&connect, What::Connect), Object::Connect(facts));
        }
    }

    pub fn see(&mut self, id: &ObjectId, object: Object) {
        self.observed.readings.insert(id.clone(), Reading::Present(object));
    }

    /// Makes everything at a place unreachable.
    pub fn lose(&mut self, place: &str) {
        self.read_all();
        let fault = Fault::new(FaultKind::Unreachable, format!("{place} does not answer"));
        let place = address(place);
        for (id, reading) in &mut self.observed.readings {
            if id.place == place {
                *reading = Reading::Unreachable(fault.clone());
            }
        }
    }

    /// Reads as absent what is of interest and was never seen, and what was seen as the provider would read it now.
    pub fn read_all(&mut self) {
        let owned = self.state.resources.values().flatten().map(|owned| owned.id.clone());
        let wanted = desired(&self.estate).into_iter().map(|desired| desired.id);
        for id in wanted.chain(owned).collect::<Vec<_>>() {
            self.observed.readings.entry(id).or_insert(Reading::Absent);
        }
    }

    pub fn object(&mut self, id: &ObjectId) -> &mut Object {
        match self.observed.readings.get_mut(id) {
            Some(Reading::Present(object)) => object,
            other => panic!("{id} is {other:?}"),
        }
    }

    pub fn topic_on(&mut self, cluster_name: &str, name: &str) -> &mut leeward::estate::TopicObject {
        match self.object(&ObjectId::topic(&cluster(cluster_name), name)) {
            Object::Topic(topic) => topic,
            other => panic!("{other:?} is no topic"),
        }
    }

    pub fn connector_on(&mut self, connect: &str, name: &str) -> &mut Connector {
        match self.object(&ObjectId::connector(&Address::new(Kind::Connect, connect), name)) {
            Object::Connector(connector) => connector,
            other => panic!("{other:?} is no connector"),
        }
    }

    pub fn forget_sight_of(&mut self, id: &ObjectId) {
        self.observed.readings.insert(id.clone(), Reading::Absent);
    }

    pub fn plan(&mut self) -> Plan {
        self.plan_for(&Options::default())
    }

    pub fn plan_for(&mut self, options: &Options) -> Plan {
        self.read_all();
        plan(&self.estate, &self.observed, &self.state, options).unwrap()
    }

    pub fn destroy(&mut self) -> Plan {
        self.plan_for(&Options { kind: PlanKind::Destroy, ..Options::default() })
    }

    pub fn applied(mut self) -> Self {
        let plan = self.plan();
        self.apply(&plan);
        self
    }

    /// Does what the plan says, checking that each step finds the world as it expects.
    pub fn apply(&mut self, plan: &Plan) {
        for step in &plan.steps {
            assert!(step.after.iter().all(|after| after < &step.id), "{step:?}");
            if let Some(object) = &step.object {
                let reading = self.observed.reading(object).cloned().unwrap_or(Reading::Absent);
                assert!(step.expect.holds(&reading), "{step:#?}\nfinds {reading:#?}");
                self.effect(&step.address, object, &step.action, step.on_remove);
            }
        }
        for remembered in &plan.remembered {
            self.own(&remembered.address, remembered.owned.clone());
        }
        for forgotten in &plan.forgotten {
            self.disown(&forgotten.address, &forgotten.object);
        }
        self.state.serial += 1;
    }

    fn effect(&mut self, of: &Address, id: &ObjectId, action: &Action, on_remove: OnRemove) {
        match action {
            Action::Create(object) | Action::Replace { to: object, .. } => {
                let object = self.born(object);
                self.see(id, object.clone());
                self.own(of, Owned::of(id, &object, on_remove));
            }
            Action::Update { from, to, .. } | Action::Adopt { from, to, .. } => {
                let object = self.changed(id, from, to);
                self.own(of, Owned { last: object.clone(), ..Owned::of(id, to, on_remove) });
                self.see(id, object);
            }
            Action::Delete { from } => {
                self.taken(id, from);
                self.disown(of, id);
            }
            Action::Forget => self.disown(of, id),
            Action::Task(Task::SetConnectorState { state, .. }) => self.bring(id, *state),
            Action::Task(_) => {}
        }
    }

    /// Only the difference between what was read and what is wanted is written; the rest of the world stays.
    fn changed(&mut self, id: &ObjectId, from: &Object, to: &Object) -> Object {
        let mut object = self.object(id).clone();
        match (&mut object, from, to) {
            (Object::Topic(object), Object::Topic(from), Object::Topic(to)) => {
                object.partitions = to.partitions;
                for key in from.config.keys().filter(|key| !to.config.contains_key(*key)) {
                    object.config.insert(key.clone(), TopicSetting::Inherited("default".into()));
                }
                object.config.extend(to.config.clone());
            }
            (Object::Grants(object), Object::Grants(from), Object::Grants(to)) => {
                object.bindings.retain(|b| !from.bindings.contains(b) || to.bindings.contains(b));
                object.bindings.extend(to.bindings.clone());
            }
            (object, _, to) => *object = to.clone(),
        }
        object
    }

    fn born(&mut self, object: &Object) -> Object {
        self.lives += 1;
        match object.clone() {
            Object::Topic(mut topic) => {
                topic.incarnation = Some(format!("life-{}", self.lives));
                Object::Topic(topic)
            }
            other => other,
        }
    }

    fn taken(&mut self, id: &ObjectId, from: &Object) {
        if let (Object::Grants(from), Object::Grants(object)) = (from, self.object(id)) {
            object.bindings.retain(|binding| !from.bindings.contains(binding));
            return;
        }
        self.forget_sight_of(id);
    }

    fn bring(&mut self, id: &ObjectId, state: ConnectorState) {
        match self.object(id) {
            Object::Connector(connector) => {
                connector.state = state;
                connector.tasks = usize::from(state == ConnectorState::Running);
                connector.failed.clear();
            }
            other => panic!("{other:?} is no connector"),
        }
    }

    fn own(&mut self, of: &Address, owned: Owned) {
        let all = self.state.resources.entry(of.clone()).or_default();
        all.retain(|other| other.id != owned.id);
        all.push(owned);
    }

    fn disown(&mut self, of: &Address, id: &ObjectId) {
        if let Some(all) = self.state.resources.get_mut(of) {
            all.retain(|other| other.id != *id);
            if all.is_empty() {
                self.state.resources.remove(of);
            }
        }
    }
}

pub fn write_on(topic: &str) -> Binding {
    Binding {
        principal: "User:orders-app".into(),
        host: "*".into(),
        permission: Permission::Allow,
        operation: "WRITE".into(),
        resource: AclResource::Topic,
        name: topic.to_owned(),
        pattern: Pattern::Literal,
    }
}

fn a_cluster(name: &str) -> Cluster {
    Cluster {
        bootstrap: vec![format!("kafka-{name}:9092")],
        endpoint: Some(format!("kafka-{name}.internal")),
        security: Security::default(),
        timeout: Duration::from_secs(10),
    }
}

fn a_dns() -> Dns {
    Dns {
        service: DnsService::Rfc2136(Rfc2136 {
            server: "10.0.0.53:53".into(),
            key_name: "leeward.".into(),
            key_algorithm: TsigAlgorithm::HmacSha256,
            key_secret: Secret::new("c2VjcmV0"),
        }),
        authorities: vec!["10.0.0.53:53".into()],
        timeout: Duration::from_secs(3),
        resolvers: Vec::new(),
        propagation: Duration::from_secs(60),
    }
}

fn put(estate: &mut Estate, name: &str, line: usize, after: &[&str], resource: Resource) {
    let address = address(name);
    let declared = Declared {
        address: address.clone(),
        position: Position { file: "estate.hcl".into(), line, column: 1 },
        after: after.iter().map(|name| name.parse().unwrap()).collect(),
        lifecycle: Lifecycle::default(),
        resource,
    };
    estate.resources.insert(address, declared);
}
