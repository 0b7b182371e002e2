//! The life of MirrorMaker's connectors on a real Connect cluster.

use super::estate::{Ask, connect, vault};
use crate::e2e;
use leeward::estate::{
    self, Address, Carried, Change, Connector, ConnectorState, Evidence, Kind, Object, ObjectId, Outcome,
    Query, Reading, Setting, Task, Verb,
};
use leeward::provider::connect::ConnectPlace;
use leeward::sandbox::Sandbox;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use std::collections::BTreeMap;
use std::time::Duration;

fn place(sandbox: &Sandbox) -> ConnectPlace {
    let declared = estate::Connect {
        urls: vec![sandbox.cluster("shanghai").unwrap().connect_url()],
        cluster: Address::new(Kind::Cluster, "shanghai"),
        basic_auth: None,
        ca: None,
        timeout: Duration::from_secs(10),
    };
    ConnectPlace::new(&declared, vault()).unwrap()
}

/// A source connector for a topic that never gets a record, so that it disturbs nobody.
fn source(sandbox: &Sandbox, topic: &str) -> Connector {
    let from = sandbox.cluster("hangzhou").unwrap().bootstrap().join(",");
    let to = sandbox.cluster("shanghai").unwrap().bootstrap().join(",");
    let settings = [
        ("connector.class", "org.apache.kafka.connect.mirror.MirrorSourceConnector"),
        ("tasks.max", "1"),
        ("source.cluster.alias", "a"),
        ("target.cluster.alias", "b"),
        ("source.cluster.bootstrap.servers", &from),
        ("target.cluster.bootstrap.servers", &to),
        ("topics", topic),
        ("replication.factor", "1"),
        ("offset-syncs.topic.replication.factor", "1"),
        ("offset-syncs.topic.location", "target"),
        ("database.password", "${env:NOBODY}"),
    ];
    let config = settings.map(|(key, value)| (key.to_owned(), Setting::Plain(value.to_owned())));
    let config = BTreeMap::from(config);
    Connector { config, state: ConnectorState::Running, tasks: 0, failed: Vec::new() }
}

async fn make_topic(sandbox: &Sandbox, topic: &str) {
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap().join(",");
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", bootstrap).create().unwrap();
    let topic = NewTopic::new(topic, 1, TopicReplication::Fixed(1));
    admin.create_topics([&topic], &AdminOptions::new()).await.unwrap()[0].as_ref().unwrap();
}

async fn read(place: &ConnectPlace, name: &str) -> Reading {
    let query = Query::Connector { connect: connect(), name: name.to_owned(), secrets: Vec::new() };
    place.ask(&[query]).await.remove(0)
}

async fn done(place: &ConnectPlace, task: Task) -> String {
    match place.perform(&task).await {
        Outcome::Done(Evidence::Seen(seen)) => seen,
        Outcome::Done(Evidence::Nothing) => String::new(),
        other => panic!("{task:?}: {other:?}"),
    }
}

#[tokio::test]
async fn a_connector_lives_from_stopped_to_deleted() {
    let Some(sandbox) = e2e::sandbox() else { return };
    let place = place(&sandbox);
    let (name, topic) = (e2e::unique("wire-source"), e2e::unique("wire-topic"));
    make_topic(&sandbox, &topic).await;
    let id = ObjectId::connector(&connect(), &name);
    let wanted = source(&sandbox, &topic);
    let change = |verb| Change { id: id.clone(), verb };
    assert_eq!(read(&place, &name).await, Reading::Absent);
    let create = change(Verb::Create(Object::Connector(wanted.clone())));
    assert_eq!(place.make(std::slice::from_ref(&create)).await, [Outcome::Done(())]);
    let made = Connector { state: ConnectorState::Stopped, ..wanted.clone() };
    assert_eq!(read(&place, &name).await, Reading::Present(Object::Connector(made.clone())));
    let again = Outcome::Moved(Reading::Present(Object::Connector(made)));
    assert_eq!(place.make(&[create]).await, [again]);

    let next = BTreeMap::from([(topic.clone(), vec![3])]);
    let offsets = Task::SetConnectorOffsets { connector: id.clone(), source_alias: "a".to_owned(), next };
    assert_eq!(done(&place, offsets).await, "partitions: 1, read back");
    let position = Query::Carried { connect: connect(), connector: name.clone() };
    let carried = Carried { next: BTreeMap::from([(topic.clone(), BTreeMap::from([(0, 3)]))]) };
    assert_eq!(place.ask(&[position]).await, [Reading::Present(Object::Carried(carried))]);
    let state = |state| Task::SetConnectorState { connector: id.clone(), state };
    assert_eq!(done(&place, state(ConnectorState::Running)).await, "");
    let seen = done(&place, Task::AwaitConnector { connector: id.clone(), tasks: 1 }).await;
    assert_eq!(seen, "tasks: 1");

    let more = source(&sandbox, &format!("{topic},{topic}-more"));
    let from = Object::Connector(wanted.clone());
    let update = change(Verb::Update { from: from.clone(), to: Object::Connector(more.clone()) });
    assert_eq!(place.make(&[update]).await, [Outcome::Done(())]);
    let Reading::Present(Object::Connector(updated)) = read(&place, &name).await else {
        panic!("it is there")
    };
    assert_eq!(updated.config, more.config);

    assert_eq!(done(&place, state(ConnectorState::Stopped)).await, "");
    let delete = change(Verb::Delete(from));
    assert_eq!(place.make(std::slice::from_ref(&delete)).await, [Outcome::Done(())]);
    assert_eq!(read(&place, &name).await, Reading::Absent);
    assert_eq!(place.make(&[delete]).await, [Outcome::Done(())], "it is gone already");
}

#[tokio::test]
async fn a_worker_says_what_it_is_and_refuses_what_is_wrong() {
    let Some(sandbox) = e2e::sandbox() else { return };
    let place = place(&sandbox);
    let Reading::Present(Object::Connect(facts)) =
        place.ask(&[Query::Connect { connect: connect() }]).await.remove(0)
    else {
        panic!("it answers")
    };
    assert!(facts.plugins.contains_key("org.apache.kafka.connect.mirror.MirrorSourceConnector"), "{facts:?}");
    assert_eq!(facts.kafka_cluster_id.len(), 22, "{facts:?}");

    for (key, value, expected) in [
        ("tasks.max", "x", "tasks.max: Invalid value x for configuration tasks.max"),
        ("connector.class", "org.Nope", "Failed to find any class that implements Connector"),
    ] {
        let mut wrong = source(&sandbox, "t");
        wrong.config.insert(key.to_owned(), Setting::Plain(value.to_owned()));
        let id = ObjectId::connector(&connect(), e2e::unique("wire-wrong"));
        let change = Change { id, verb: Verb::Create(Object::Connector(wrong)) };
        let outcome = place.make(&[change]).await.remove(0);
        assert!(
            matches!(&outcome, Outcome::Failed(fault) if fault.message.contains(expected)),
            "{outcome:?}"
        );
    }
}
