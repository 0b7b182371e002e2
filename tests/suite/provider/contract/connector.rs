//! Connectors: made STOPPED, read, changed, started, deleted.

use super::scenes;
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::{Stage, failed};
use leeward::estate::{
    Change, Connector, ConnectorState, FaultKind, Object, ObjectId, Outcome, Query, Reading, Setting, Task,
    Verb,
};
use std::collections::BTreeMap;

scenes!(
    live: a_connector_lives,
    what_exists_is_not_made,
    what_is_gone_is_not_changed,
    outcomes_stand_in_the_order_of_the_changes,
    offsets_are_set_only_while_it_is_stopped,
    connect_says_what_it_is_attached_to,
);

/// Writes heartbeats into the cluster that the Connect cluster lives on.
fn heartbeat(tag: &str, interval: &str) -> Connector {
    let plain = |(key, value): (&str, &str)| (key.to_owned(), Setting::Plain(value.to_owned()));
    let config = [
        ("connector.class", "org.apache.kafka.connect.mirror.MirrorHeartbeatConnector"),
        ("tasks.max", "1"),
        ("source.cluster.alias", tag),
        ("target.cluster.alias", "shanghai"),
        ("target.cluster.bootstrap.servers", "127.0.0.1:1"),
        ("heartbeats.topic.replication.factor", "1"),
        ("emit.heartbeats.interval.seconds", interval),
    ];
    let config: BTreeMap<String, Setting> = config.into_iter().map(plain).collect();
    Connector { config, state: ConnectorState::Running, tasks: 0, failed: Vec::new() }
}

fn id(name: &str) -> ObjectId {
    ObjectId::connector(&address("connect.shanghai"), name)
}

fn query(name: &str) -> Query {
    Query::Connector { connect: address("connect.shanghai"), name: name.to_owned(), secrets: Vec::new() }
}

async fn there(stage: &Stage, name: &str) -> Connector {
    match stage.present(query(name)).await {
        Object::Connector(connector) => connector,
        other => panic!("{other:?}"),
    }
}

async fn a_connector_lives(stage: &Stage) {
    let name = unique("contract");
    assert_eq!(stage.read(query(&name)).await, Reading::Absent);
    let (slow, slower) = (heartbeat(&name, "100"), heartbeat(&name, "200"));
    stage.done(&id(&name), Verb::Create(Object::Connector(slow.clone()))).await;
    let made = there(stage, &name).await;
    assert_eq!((made.state, made.tasks), (ConnectorState::Stopped, 0), "whatever it is to be in the end");
    assert_eq!(made.config, slow.config);

    let update = Verb::Update { from: Object::Connector(made), to: Object::Connector(slower.clone()) };
    stage.done(&id(&name), update).await;
    let changed = there(stage, &name).await;
    assert_eq!(changed.state, ConnectorState::Stopped, "a change of settings starts nothing");
    assert_eq!(changed.config, slower.config);

    stage.done(&id(&name), Verb::Delete(Object::Connector(changed.clone()))).await;
    assert_eq!(stage.read(query(&name)).await, Reading::Absent);
    stage.done(&id(&name), Verb::Delete(Object::Connector(changed))).await;
}

async fn what_exists_is_not_made(stage: &Stage) {
    let name = unique("contract");
    stage.done(&id(&name), Verb::Create(Object::Connector(heartbeat(&name, "100")))).await;
    let outcome = stage.change(&id(&name), Verb::Create(Object::Connector(heartbeat(&name, "200")))).await;
    assert!(matches!(outcome, Outcome::Moved(Reading::Present(_))), "{outcome:?}");
    let held = there(stage, &name).await;
    assert_eq!(held.config, heartbeat(&name, "100").config);
    stage.done(&id(&name), Verb::Delete(Object::Connector(held))).await;
}

async fn what_is_gone_is_not_changed(stage: &Stage) {
    let name = unique("contract");
    let (from, to) = (heartbeat(&name, "100"), heartbeat(&name, "200"));
    let update = Verb::Update { from: Object::Connector(from), to: Object::Connector(to) };
    assert_eq!(stage.change(&id(&name), update).await, Outcome::Moved(Reading::Absent));
    assert_eq!(stage.read(query(&name)).await, Reading::Absent, "it is not made by the way");
}

async fn outcomes_stand_in_the_order_of_the_changes(stage: &Stage) {
    let names: Vec<String> = (0..4).map(|_| unique("contract")).collect();
    let wanted = |name: &String| Object::Connector(heartbeat(name, "100"));
    stage.done(&id(&names[2]), Verb::Create(wanted(&names[2]))).await;
    let create = |name: &String| Change { id: id(name), verb: Verb::Create(wanted(name)) };
    let changes: Vec<Change> = names.iter().map(create).collect();
    for (at, outcome) in stage.world.change(&changes).await.into_iter().enumerate() {
        match outcome {
            Outcome::Moved(Reading::Present(_)) => assert_eq!(at, 2),
            outcome => assert_eq!((at == 2, outcome), (false, Outcome::Done(()))),
        }
    }
    let delete = |name: &String| Change { id: id(name), verb: Verb::Delete(wanted(name)) };
    let changes: Vec<Change> = names.iter().map(delete).collect();
    assert_eq!(stage.world.change(&changes).await, vec![Outcome::Done(()); 4]);
    for name in names {
        assert_eq!(stage.read(query(&name)).await, Reading::Absent);
    }
}

async fn offsets_are_set_only_while_it_is_stopped(stage: &Stage) {
    let name = unique("contract");
    let id = id(&name);
    // Only the offsets of the connector that mirrors records mean anything to Connect.
    let mut source = heartbeat(&name, "100");
    let class = "org.apache.kafka.connect.mirror.MirrorSourceConnector";
    source.config.insert("connector.class".into(), Setting::Plain(class.into()));
    source.config.insert("source.cluster.bootstrap.servers".into(), Setting::Plain("127.0.0.1:1".into()));
    stage.done(&id, Verb::Create(Object::Connector(source.clone()))).await;
    let set = Task::SetConnectorOffsets {
        connector: id.clone(),
        source_alias: name.clone(),
        next: BTreeMap::from([("orders".to_owned(), vec![7, 9])]),
    };
    for _ in 0..2 {
        stage.perform(set.clone()).await;
    }
    stage.done(&id, Verb::Delete(Object::Connector(source))).await;
    let fault = failed(stage.world.perform(&set).await);
    assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");
    let await_it = Task::SetConnectorState { connector: id, state: ConnectorState::Running };
    let fault = failed(stage.world.perform(&await_it).await);
    assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");
}

async fn connect_says_what_it_is_attached_to(stage: &Stage) {
    let connect = Query::Connect { connect: address("connect.shanghai") };
    let Object::Connect(connect) = stage.present(connect).await else { panic!("no Connect") };
    let cluster = Query::Cluster { cluster: address("cluster.shanghai"), topics: false, groups: false };
    let Object::Cluster(cluster) = stage.present(cluster).await else { panic!("no cluster") };
    assert_eq!(connect.kafka_cluster_id, cluster.cluster_id);
    assert_eq!(connect.version, "4.3.1");
    let source = "org.apache.kafka.connect.mirror.MirrorSourceConnector";
    assert!(connect.plugins.contains_key(source), "{:?}", connect.plugins);
}
