//! Reading connectors in bulk, from a worker that is played.

use super::estate::{
    Ask, JAAS, NAME, SOURCE, connect, connector, declared, held, jaas_ref, place, query, status, vault,
};
use crate::servers::http::{Http, Reply};
use crate::servers::port;
use leeward::estate::{
    BasicAuth, Carried, ConnectFacts, Connector, ConnectorState, FailedTask, FaultKind, Mirror, Object,
    Query, Reading, Secret, Setting,
};
use leeward::provider::connect::ConnectPlace;
use serde_json::json;
use std::collections::BTreeMap;

/// A worker with one source connector, whose status and JAAS line the test gives.
async fn worker(status: serde_json::Value, jaas: &str) -> Http {
    let connectors =
        json!({ NAME: { "info": { "name": NAME, "config": held("orders", jaas) }, "status": status } });
    let connectors = connectors.to_string();
    Http::start(move |request| match request.line.as_str() {
        "GET /" => Reply::ok(json!({ "version": "4.3.1", "commit": "c", "kafka_cluster_id": "K" })),
        "GET /connector-plugins" => Reply::ok(json!([
            { "class": SOURCE, "type": "source", "version": "4.3.1" },
            { "class": "org.x.NoVersion", "type": "sink" },
        ])),
        "GET /connectors?expand=info&expand=status" => Reply::ok(&connectors),
        "GET /connectors" => Reply::ok(json!([NAME])),
        other => panic!("{other} was asked"),
    })
    .await
}

fn present(reading: &Reading) -> &Connector {
    match reading {
        Reading::Present(Object::Connector(connector)) => connector,
        other => panic!("a connector is there: {other:?}"),
    }
}

#[tokio::test]
async fn all_is_read_in_a_constant_number_of_requests() {
    let worker = worker(status("RUNNING", &[("RUNNING", ""), ("RUNNING", "")]), JAAS).await;
    let place = place(&[worker.url()]);
    let queries = [query(NAME), query("absent"), query("absent-too"), Query::Connect { connect: connect() }];
    let readings = place.ask(&queries).await;
    assert_eq!(*present(&readings[0]), Connector { tasks: 2, ..connector("orders") });
    assert_eq!(readings[1..3], [Reading::Absent, Reading::Absent]);
    let mirror = Mirror {
        source: "a".to_owned(),
        target: "b".to_owned(),
        topics: "orders".to_owned(),
        identity: false,
        active: true,
    };
    let facts = ConnectFacts {
        version: "4.3.1".to_owned(),
        kafka_cluster_id: "K".to_owned(),
        plugins: BTreeMap::from([
            (SOURCE.to_owned(), "4.3.1".to_owned()),
            ("org.x.NoVersion".to_owned(), String::new()),
        ]),
        mirrors: BTreeMap::from([(NAME.to_owned(), mirror)]),
    };
    assert_eq!(readings[3], Reading::Present(Object::Connect(facts)));
    assert_eq!(worker.lines().len(), 4, "{:?}", worker.lines());
    place.ask(&[query(NAME)]).await;
    assert_eq!(worker.lines().len(), 5, "one request for all connectors");
}

#[tokio::test]
async fn another_secret_is_told_without_being_shown() {
    let worker = worker(status("STOPPED", &[]), &JAAS.replace("hunter22", "hunter33")).await;
    let readings = place(&[worker.url()]).ask(&[query(NAME)]).await;
    let read = present(&readings[0]);
    assert_eq!(read.config[super::estate::JAAS_KEY], Setting::OtherSecret);
    assert!(!format!("{readings:?}").contains("hunter"));
    let same = Setting::Secret(jaas_ref());
    assert_ne!(read.config[super::estate::JAAS_KEY], same);
}

#[tokio::test]
async fn states_and_failed_tasks_are_told() {
    let trace =
        "org.apache.kafka.common.errors.SaslAuthenticationException: no password=\"hunter22\"\n\tat x";
    for (body, state, tasks, failed) in [
        (status("RUNNING", &[]), ConnectorState::Running, 0, vec![]),
        (status("PAUSED", &[("PAUSED", "")]), ConnectorState::Paused, 1, vec![]),
        (status("STOPPED", &[]), ConnectorState::Stopped, 0, vec![]),
        (status("RESTARTING", &[]), ConnectorState::Unassigned, 0, vec![]),
        (status("UNASSIGNED", &[]), ConnectorState::Unassigned, 0, vec![]),
        (status("FAILED", &[]), ConnectorState::Failed, 0, vec![]),
        (
            status("RUNNING", &[("RUNNING", ""), ("FAILED", trace)]),
            ConnectorState::Running,
            2,
            vec![FailedTask {
                id: 1,
                trace: "org.apache.kafka.common.errors.SaslAuthenticationException: no password=(sensitive)"
                    .into(),
            }],
        ),
    ] {
        let worker = worker(body, JAAS).await;
        let readings = place(&[worker.url()]).ask(&[query(NAME)]).await;
        let read = present(&readings[0]);
        assert_eq!((read.state, read.tasks, &read.failed), (state, tasks, &failed));
    }
}

#[tokio::test]
async fn a_connector_without_a_status_is_not_absent() {
    let worker = Http::start(|request| match request.line.as_str() {
        "GET /connectors?expand=info&expand=status" => Reply::ok("{}"),
        "GET /connectors" => Reply::ok(json!([NAME])),
        line if line == format!("GET /connectors/{NAME}") => {
            Reply::ok(json!({ "name": NAME, "config": held("orders", JAAS), "tasks": [] }))
        }
        _ => Reply::error(404, "No status found for connector"),
    })
    .await;
    let readings = place(&[worker.url()]).ask(&[query(NAME), query("absent")]).await;
    let expected = Connector { state: ConnectorState::Stopped, ..connector("orders") };
    assert_eq!(*present(&readings[0]), expected);
    assert_eq!(readings[1], Reading::Absent);
}

#[tokio::test]
async fn workers_are_tried_in_turn_and_the_one_that_answers_comes_first_next_time() {
    let dead = format!("http://{}", port::free("127.0.0.1"));
    let hung = Http::start(|_| Reply::Hang).await;
    let worker = worker(status("RUNNING", &[]), JAAS).await;
    let place = place(&[dead, hung.url(), worker.url()]);
    for _ in 0..2 {
        assert_eq!(present(&place.ask(&[query(NAME)]).await[0]).state, ConnectorState::Running);
    }
    assert_eq!((hung.lines().len(), worker.lines().len()), (1, 2));
}

#[tokio::test]
async fn a_cluster_is_as_old_as_its_oldest_worker_and_has_to_be_one() {
    let worker = async |version: &'static str, id: &'static str| {
        Http::start(move |request| match request.line.as_str() {
            "GET /" => Reply::ok(json!({ "version": version, "kafka_cluster_id": id })),
            "GET /connector-plugins" => Reply::ok("[]"),
            _ => Reply::ok("{}"),
        })
        .await
    };
    let (new, old, other) =
        (worker("3.10.0", "K").await, worker("3.9.1-x", "K").await, worker("4.3.1", "L").await);
    let dead = format!("http://{}", port::free("127.0.0.1"));
    let ask = [Query::Connect { connect: connect() }];
    let readings = place(&[new.url(), dead, old.url()]).ask(&ask).await;
    let Reading::Present(Object::Connect(facts)) = &readings[0] else { panic!("{readings:?}") };
    assert_eq!((facts.version.as_str(), facts.kafka_cluster_id.as_str()), ("3.9.1-x", "K"));
    let readings = place(&[new.url(), other.url()]).ask(&ask).await;
    let Reading::Unreachable(fault) = &readings[0] else { panic!("{readings:?}") };
    assert_eq!(fault.message, "the workers are attached to different Kafka clusters: K, L");
}

#[tokio::test]
async fn no_worker_at_all_is_unreachable_with_what_each_one_said() {
    let dead = format!("http://{}", port::free("127.0.0.1"));
    let hung = Http::start(|_| Reply::Hang).await;
    let place = place(&[dead.clone(), hung.url()]);
    let readings = place.ask(&[query(NAME), Query::Connect { connect: connect() }]).await;
    for reading in &readings {
        let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
        assert_eq!(fault.kind, FaultKind::Unreachable);
        let text = fault.to_string().replace(&dead, "DEAD").replace(&hung.url(), "HUNG");
        insta::allow_duplicates! {
            insta::assert_snapshot!(text, @"no worker can be reached: DEAD (Connection refused (os error 111)); HUNG (no answer in time) (is Kafka Connect up, and are the urls of the connect block right?)");
        }
    }
}

#[tokio::test]
async fn basic_auth_is_sent_and_a_wrong_one_is_told() {
    let worker = Http::start(|request| match request.authorization.as_deref() {
        Some("Basic bGVld2FyZDpwdw==") => Reply::ok("{}"),
        _ => Reply::Answer(401, "User cannot access the resource.".to_owned()),
    })
    .await;
    let with = |password: &str| {
        let password = Secret::new(password);
        let basic_auth = Some(BasicAuth { username: "leeward".to_owned(), password });
        ConnectPlace::new(&leeward::estate::Connect { basic_auth, ..declared(&[worker.url()]) }, vault())
            .unwrap()
    };
    let other = Query::Connector { connect: connect(), name: "x".to_owned(), secrets: Vec::new() };
    let readings = with("wrong").ask(std::slice::from_ref(&other)).await;
    let Reading::Unreachable(fault) = &readings[0] else { panic!("{readings:?}") };
    assert_eq!(fault.kind, FaultKind::Unauthenticated);
    let mirrors =
        with("pw").ask(&[Query::Cluster { cluster: connect(), topics: false, groups: false }]).await;
    assert!(
        matches!(&mirrors[0], Reading::Unreachable(fault) if fault.kind == FaultKind::Invalid),
        "{mirrors:?}"
    );
}

#[tokio::test]
async fn something_that_is_not_connect_is_told_without_quoting_it() {
    let other = Http::start(|_| Reply::ok("<html>password=hunter22</html>")).await;
    let readings = place(&[other.url()]).ask(&[query(NAME)]).await;
    let Reading::Unreachable(fault) = &readings[0] else { panic!("{readings:?}") };
    insta::assert_snapshot!(fault.to_string().replace(&other.url(), "URL"), @"URL answered 200: a body that is not Connect's (line 1, column 1) (is this the address of Kafka Connect's REST interface?)");
}

#[test]
fn bad_addresses_and_authorities_are_refused_at_once() {
    for url in ["", "connect:8083", "ftp://x", "http://user:pw@host"] {
        let fault = ConnectPlace::new(&declared(&[url.to_owned()]), vault()).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid);
        assert!(!fault.to_string().contains("pw@"), "{fault}");
    }
    assert!(ConnectPlace::new(&declared(&[]), vault()).is_err());
    let ca = Some("no certificate".to_owned());
    let urls = ["https://host:8083".to_owned()];
    let fault = ConnectPlace::new(&leeward::estate::Connect { ca, ..declared(&urls) }, vault()).unwrap_err();
    assert!(fault.message.contains("PEM"), "{fault}");
}

#[tokio::test]
async fn a_position_is_the_record_behind_the_last_one_carried() {
    let worker = Http::start(|request| match request.line.as_str() {
        "GET /connectors/flow/offsets" => Reply::ok(json!({ "offsets": [
            { "partition": { "cluster": "a", "topic": "orders", "partition": 1 }, "offset": { "offset": 41 } },
            { "partition": { "cluster": "a", "topic": "orders", "partition": 0 }, "offset": { "offset": 0 } },
            { "partition": { "cluster": "a", "topic": "new", "partition": 0 }, "offset": null },
        ] })),
        "GET /connectors/gone/offsets" => Reply::error(404, "no"),
        other => panic!("{other} was asked"),
    })
    .await;
    let carried = |name: &str| Query::Carried { connect: connect(), connector: name.to_owned() };
    let readings = place(&[worker.url()]).ask(&[carried("flow"), carried("gone")]).await;
    let next = BTreeMap::from([("orders".to_owned(), BTreeMap::from([(0, 1), (1, 42)]))]);
    assert_eq!(readings, [Reading::Present(Object::Carried(Carried { next })), Reading::Absent]);
    assert_eq!(worker.lines().len(), 2, "only the positions are asked for");
}
