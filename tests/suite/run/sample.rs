//! Plans made by hand, each step of a sort of its own.

use jiff::Timestamp;
use leeward::estate::{
    Address, ClusterFacts, Connector, ConnectorState, Grants, Kind, Object, ObjectId, OnRemove, Owned,
    RecordSet, RecordType, Setting, Side, Task, TopicObject, TopicSetting, What,
};
use leeward::plan::{
    Action, ActiveSide, Basis, Expect, Plan, PlanKind, PlannedOutput, Remembered, Step, StepId, Undo,
};
use std::collections::{BTreeMap, BTreeSet};

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn cluster(name: &str) -> Address {
    Address::new(Kind::Cluster, name)
}

pub fn topic(retention: &str, partitions: i32) -> Object {
    let own = |value: &str| TopicSetting::Own(value.to_owned());
    Object::Topic(TopicObject {
        incarnation: None,
        partitions,
        replication_factor: 1,
        config: [("retention.ms".to_owned(), own(retention))].into(),
    })
}

pub fn connector(tasks_max: &str) -> Object {
    let plain = |value: &str| Setting::Plain(value.to_owned());
    let config = [("connector.class", "MirrorSourceConnector"), ("tasks.max", tasks_max)];
    Object::Connector(Connector {
        config: config.map(|(key, value)| (key.to_owned(), plain(value))).into(),
        state: ConnectorState::Running,
        tasks: 0,
        failed: Vec::new(),
    })
}

pub fn record(value: &str) -> Object {
    Object::RecordSet(RecordSet::new(RecordType::Cname, 30, [value.to_owned()]))
}

pub fn grants(principals: &[&str]) -> Object {
    use leeward::estate::{AclResource, Binding, Pattern, Permission};
    let binding = |principal: &&str| Binding {
        principal: format!("User:{principal}"),
        host: "*".into(),
        permission: Permission::Allow,
        operation: "WRITE".into(),
        resource: AclResource::Topic,
        name: "orders".into(),
        pattern: Pattern::Literal,
    };
    Object::Grants(Grants { bindings: principals.iter().map(binding).collect::<BTreeSet<_>>() })
}

pub fn topic_on(place: &str, name: &str) -> ObjectId {
    ObjectId::topic(&cluster(place), name)
}

pub fn connector_on(place: &str, name: &str) -> ObjectId {
    ObjectId::connector(&Address::new(Kind::Connect, place), name)
}

pub fn record_id() -> ObjectId {
    let rtype = RecordType::Cname;
    let what = What::RecordSet { zone: "example.com.".into(), name: "kafka.example.com.".into(), rtype };
    ObjectId::new(&Address::new(Kind::Dns, "main"), what)
}

pub fn grants_on(place: &str) -> ObjectId {
    ObjectId::new(&cluster(place), What::Grants(address("access.writers")))
}

/// A step that changes an object; it expects what its action goes from.
pub fn step(at: &str, object: ObjectId, after: &[u32], action: Action) -> Step {
    let expect = match &action {
        Action::Create(_) => Expect::Absent,
        Action::Update { from, .. }
        | Action::Replace { from, .. }
        | Action::Adopt { from, .. }
        | Action::Delete { from } => Expect::Present(from.clone()),
        Action::Forget | Action::Task(_) => Expect::Anything,
    };
    Step {
        id: StepId(0),
        address: address(at),
        object: Some(object),
        role: None,
        after: after.iter().map(|number| StepId(*number)).collect(),
        expect,
        action,
        undo: Undo::Nothing,
        on_remove: OnRemove::Forget,
        reason: None,
        wave: 0,
        optional: false,
    }
}

pub fn task(at: &str, after: &[u32], task: Task) -> Step {
    let step = step(at, topic_on("-", "-"), after, Action::Task(task));
    Step { object: None, ..step }
}

pub fn create(at: &str, object: ObjectId, after: &[u32], to: Object) -> Step {
    step(at, object, after, Action::Create(to))
}

pub fn update(from: Object, to: Object) -> Action {
    Action::Update { from, to, fields: Vec::new() }
}

pub fn plan(steps: Vec<Step>) -> Plan {
    let numbered = steps.into_iter().zip(0..).map(|(step, number)| Step { id: StepId(number), ..step });
    let mut plan = Plan {
        format: Plan::FORMAT,
        id: String::new(),
        kind: PlanKind::Apply,
        based_on: Basis {
            config: "c".into(),
            lineage: "lineage".into(),
            serial: 0,
            epochs: BTreeMap::new(),
            observed_at: Timestamp::UNIX_EPOCH,
        },
        active: [(address("pair.orders"), ActiveSide { side: Side::Primary, cluster: cluster("hangzhou") })]
            .into(),
        steps: numbered.collect(),
        unchanged: Vec::new(),
        deferred: Vec::new(),
        refused: Vec::new(),
        remembered: vec![Remembered { address: address("topic.seen"), owned: seen() }],
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: [("shown".to_owned(), PlannedOutput::Plain(serde_json::json!("kafka.example.com")))].into(),
        targets: Vec::new(),
        failover: None,
        in_waves: None,
    };
    // It gives the plan its id, too.
    plan.set_findings(Vec::new());
    plan
}

fn seen() -> Owned {
    Owned::of(&topic_on("hangzhou", "seen"), &topic("1", 1), OnRemove::Forget)
}

/// What is in the world before the plan with a step of each sort.
pub fn before() -> Vec<(ObjectId, Object)> {
    vec![
        (topic_on("hangzhou", "grown"), topic("1", 1)),
        (topic_on("hangzhou", "found"), topic("5", 2)),
        (topic_on("hangzhou", "foreign"), topic("8", 2)),
        (topic_on("hangzhou", "gone"), topic("1", 1)),
        (topic_on("hangzhou", "let_go"), topic("1", 1)),
        (topic_on("shanghai", "wide"), topic("1", 9)),
        (connector_on("hangzhou", "old"), connector("1")),
        (grants_on("hangzhou"), grants(&["old"])),
        (record_id(), record("hz.")),
        (ObjectId::new(&cluster("hangzhou"), What::Cluster), facts()),
    ]
}

fn facts() -> Object {
    Object::Cluster(ClusterFacts { cluster_id: "hz".into(), brokers: Vec::new(), topics: None, groups: None })
}

/// A plan with a step of each sort, over `before`.
pub fn every_sort() -> Plan {
    let starts = Task::NoteStarts {
        source: cluster("hangzhou"),
        target: cluster("shanghai"),
        topics: [("orders".to_owned(), "orders".to_owned())].into(),
    };
    let resume = Task::SetConnectorState {
        connector: connector_on("shanghai", "mirror"),
        state: ConnectorState::Running,
    };
    let adopt = |from, to, fields| Action::Adopt { from, to, fields, replaces: None };
    let field = leeward::estate::FieldChange::new("config.retention.ms", Some("8".into()), Some("9".into()));
    let replace = Action::Replace { from: topic("1", 9), to: topic("1", 3), why: "it is too wide".into() };
    let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    plan(vec![
        create("topic.orders", topic_on("hangzhou", "orders"), &[], topic("7", 3)),
        create("topic.orders", topic_on("shanghai", "orders"), &[], topic("7", 3)),
        step("topic.grown", topic_on("hangzhou", "grown"), &[], update(topic("1", 1), topic("2", 4))),
        step("topic.found", topic_on("hangzhou", "found"), &[], adopt(topic("5", 2), topic("5", 2), vec![])),
        step(
            "topic.foreign",
            topic_on("hangzhou", "foreign"),
            &[],
            adopt(topic("8", 2), topic("9", 2), vec![field]),
        ),
        step("topic.gone", topic_on("hangzhou", "gone"), &[], Action::Delete { from: topic("1", 1) }),
        step("topic.let_go", topic_on("hangzhou", "let_go"), &[], Action::Forget),
        step("topic.wide", topic_on("shanghai", "wide"), &[], replace),
        create("replication.orders", connector_on("shanghai", "mirror"), &[0, 1], connector("4")),
        task("replication.orders", &[8], starts),
        task("replication.orders", &[9], resume),
        step(
            "access.writers",
            grants_on("hangzhou"),
            &[],
            update(grants(&["old"]), grants(&["new", "newer"])),
        ),
        task("pair.orders", &[10], set_active),
        step("dns_record.bootstrap", record_id(), &[12], update(record("hz."), record("sh."))),
        step(
            "replication.old",
            connector_on("hangzhou", "old"),
            &[13],
            Action::Delete { from: connector("1") },
        ),
    ])
}
