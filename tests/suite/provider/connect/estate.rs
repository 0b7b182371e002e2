//! The `connect` block, connectors and queries that these tests work with.

use leeward::estate::{
    Address, Change, Connect, Connector, ConnectorState, Kind, Object, ObjectId, Outcome, Query, Reading,
    Secret, SecretRef, Setting, Verb,
};
use leeward::provider::connect::{ConnectPlace, Vault, Waits};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const NAME: &str = "orders-a-b-source";
pub const SOURCE: &str = "org.apache.kafka.connect.mirror.MirrorSourceConnector";
pub const JAAS_KEY: &str = "source.cluster.sasl.jaas.config";
pub const JAAS: &str =
    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"mm\" password=\"hunter22\";";

pub fn connect() -> Address {
    Address::new(Kind::Connect, "shanghai")
}

pub fn jaas_ref() -> SecretRef {
    SecretRef("cluster.hangzhou:sasl.jaas.config".to_owned())
}

pub fn vault() -> Arc<Vault> {
    Arc::new(Vault::new(BTreeMap::from([(jaas_ref(), Secret::new(JAAS))])))
}

pub fn declared(urls: &[String]) -> Connect {
    Connect {
        urls: urls.to_vec(),
        cluster: Address::new(Kind::Cluster, "shanghai"),
        basic_auth: None,
        ca: None,
        timeout: Duration::from_secs(2),
    }
}

pub fn place(urls: &[String]) -> ConnectPlace {
    ConnectPlace::new(&declared(urls), vault()).unwrap()
}

/// Waits of a person who has no time.
pub fn hasty_waits() -> Waits {
    let soon = Duration::from_millis(200);
    Waits { start: soon, stop: soon, silence: soon }
}

pub fn id(name: &str) -> ObjectId {
    ObjectId::connector(&connect(), name)
}

pub fn query(name: &str) -> Query {
    let secrets = vec![(JAAS_KEY.to_owned(), jaas_ref())];
    Query::Connector { connect: connect(), name: name.to_owned(), secrets }
}

/// A source connector with a secret and one setting that tests change.
pub fn connector(topics: &str) -> Connector {
    let plain = |value: &str| Setting::Plain(value.to_owned());
    Connector {
        config: BTreeMap::from([
            ("connector.class".to_owned(), plain(SOURCE)),
            ("source.cluster.alias".to_owned(), plain("a")),
            ("target.cluster.alias".to_owned(), plain("b")),
            ("topics".to_owned(), plain(topics)),
            (JAAS_KEY.to_owned(), Setting::Secret(jaas_ref())),
        ]),
        state: ConnectorState::Running,
        tasks: 0,
        failed: Vec::new(),
    }
}

/// The configuration as Connect holds it.
pub fn held(topics: &str, jaas: &str) -> serde_json::Value {
    serde_json::json!({
        "name": NAME,
        "connector.class": SOURCE,
        "source.cluster.alias": "a",
        "target.cluster.alias": "b",
        "topics": topics,
        JAAS_KEY: jaas,
    })
}

pub fn create() -> Change {
    Change { id: id(NAME), verb: Verb::Create(Object::Connector(connector("orders"))) }
}

pub fn update(from: &str, to: &str) -> Change {
    let object = |topics| Object::Connector(connector(topics));
    Change { id: id(NAME), verb: Verb::Update { from: object(from), to: object(to) } }
}

pub fn delete() -> Change {
    Change { id: id(NAME), verb: Verb::Delete(Object::Connector(connector("orders"))) }
}

/// A status body: the connector's state, and each task's state with its trace.
pub fn status(state: &str, tasks: &[(&str, &str)]) -> serde_json::Value {
    let task = |(id, (state, trace)): (usize, &(&str, &str))| serde_json::json!({ "id": id, "state": state, "worker_id": "w", "trace": trace });
    serde_json::json!({
        "name": NAME,
        "connector": { "state": state, "worker_id": "w" },
        "tasks": tasks.iter().enumerate().map(task).collect::<Vec<_>>(),
        "type": "source",
    })
}

/// Asks and changes with owned lists, as tests have them.
pub trait Ask {
    /// Answers each query.
    async fn ask(&self, queries: &[Query]) -> Vec<Reading>;
    /// Makes each change.
    async fn make(&self, changes: &[Change]) -> Vec<Outcome>;
}

impl Ask for ConnectPlace {
    async fn ask(&self, queries: &[Query]) -> Vec<Reading> {
        self.read(&queries.iter().collect::<Vec<_>>()).await
    }

    async fn make(&self, changes: &[Change]) -> Vec<Outcome> {
        self.change(&changes.iter().collect::<Vec<_>>()).await
    }
}
