//! What others do to the fake world behind leeward's back.

use crate::estate::sample::{address, estate};
use leeward::estate::{
    Connector, ConnectorState, FailedTask, Fault, FaultKind, Object, ObjectId, Outcome, Query, Reading,
    SecretRef, Setting, Side, Task, Verb,
};
use leeward::provider::{Memory, Provider};
use std::collections::BTreeMap;
use std::sync::Arc;

fn memory() -> Memory {
    Memory::of(&estate(Side::Primary))
}

#[tokio::test]
async fn a_topic_put_anew_is_another_life() {
    let memory = memory();
    let place = address("cluster.hangzhou");
    let query = [Query::Topic { cluster: place.clone(), name: "orders".into(), keys: Arc::default() }];
    let mut lives = Vec::new();
    for _ in 0..2 {
        memory.edit(|world| {
            world.clusters.get_mut(&place).unwrap().put_topic("orders", 6, 3, BTreeMap::new());
        });
        match memory.read(&query).await.remove(0) {
            Reading::Present(Object::Topic(topic)) => lives.push(topic.incarnation.unwrap()),
            other => panic!("{other:?}"),
        }
    }
    assert_ne!(lives[0], lives[1]);
}

#[tokio::test]
async fn a_place_that_is_cut_is_silent_until_it_is_healed() {
    let memory = memory();
    let place = address("cluster.hangzhou");
    let query = [Query::Ends { cluster: place.clone(), topic: "orders".into() }];
    let fault = Fault::new(FaultKind::Unreachable, "the cable is cut");
    memory.cut(&place, fault.clone());
    assert_eq!(memory.read(&query).await, [Reading::Unreachable(fault)]);
    memory.heal(&place);
    assert_eq!(memory.read(&query).await, [Reading::Absent]);
}

fn mirror(secret: &str) -> Connector {
    let plain = |value: &str| Setting::Plain(value.into());
    let config = [
        ("connector.class", plain("org.apache.kafka.connect.mirror.MirrorSourceConnector")),
        ("source.cluster.alias", plain("hangzhou")),
        ("tasks.max", plain("3")),
        ("password", Setting::Secret(SecretRef(secret.into()))),
    ];
    let config = config.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Connector { config, state: ConnectorState::Running, tasks: 0, failed: Vec::new() }
}

async fn made(memory: &Memory) -> ObjectId {
    let id = ObjectId::connector(&address("connect.shanghai"), "mirror");
    let verb = Verb::Create(Object::Connector(mirror("ours")));
    let change = leeward::estate::Change { id: id.clone(), verb };
    assert_eq!(memory.change(&[change]).await, [Outcome::Done(())]);
    id
}

#[tokio::test]
async fn a_secret_is_the_same_or_another_and_never_shown() {
    let memory = memory();
    made(&memory).await;
    let asked = |secrets: &[(&str, &str)]| Query::Connector {
        connect: address("connect.shanghai"),
        name: "mirror".into(),
        secrets: secrets.iter().map(|(key, secret)| ((*key).into(), SecretRef((*secret).into()))).collect(),
    };
    let ours = Setting::Secret(SecretRef("ours".into()));
    let cases = [
        (asked(&[("password", "ours")]), ours),
        (asked(&[("password", "theirs")]), Setting::OtherSecret),
        (asked(&[]), Setting::OtherSecret),
    ];
    for (query, expected) in cases {
        match memory.read(std::slice::from_ref(&query)).await.remove(0) {
            Reading::Present(Object::Connector(connector)) => {
                assert_eq!(connector.config["password"], expected, "{query:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_flow_runs_fails_and_is_restarted() {
    let memory = memory();
    let id = made(&memory).await;
    let start = Task::SetConnectorState { connector: id.clone(), state: ConnectorState::Running };
    let runs = Task::AwaitConnector { connector: id.clone(), tasks: 1 };
    let beats =
        Task::AwaitHeartbeat { cluster: address("cluster.shanghai"), topic: "hangzhou.heartbeats".into() };
    for task in [&runs, &beats] {
        assert!(matches!(memory.perform(task).await, Outcome::Failed(_)), "{task} while it is stopped");
    }
    for task in [&start, &runs, &beats] {
        assert!(matches!(memory.perform(task).await, Outcome::Done(_)), "{task}");
    }
    let held =
        |memory: &Memory| memory.world().connects[&address("connect.shanghai")].connectors["mirror"].clone();
    assert_eq!(held(&memory).tasks, 3);
    memory.edit(|world| {
        let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
        let failed = FailedTask { id: 1, trace: "org.apache.kafka.common.KafkaException: no".into() };
        connect.connectors.get_mut("mirror").unwrap().failed.push(failed);
    });
    match memory.perform(&runs).await {
        Outcome::Failed(fault) => assert!(fault.message.contains("KafkaException: no"), "{fault}"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(memory.perform(&start).await, Outcome::Done(_)));
    assert_eq!(held(&memory).failed, []);
    let offsets = Task::SetConnectorOffsets {
        connector: id,
        source_alias: "hangzhou".into(),
        next: BTreeMap::from([("orders".to_owned(), vec![1])]),
    };
    match memory.perform(&offsets).await {
        Outcome::Failed(fault) => assert_eq!(fault.kind, FaultKind::Conflict),
        other => panic!("{other:?}"),
    }
}
