//! Changing connectors, on a worker that is played: what is sent, in which order, and what comes of a lost answer.

use super::estate::{
    Ask, JAAS, JAAS_KEY, NAME, SOURCE, connect, create, delete, hasty_waits, held, id, place, status, update,
};
use crate::servers::http::{Http, Reply, Request};
use leeward::estate::{
    Change, FaultKind, Object, ObjectId, Outcome, Reading, RecordSet, RecordType, Verb, What,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const VALIDATE: &str =
    "PUT /connector-plugins/org.apache.kafka.connect.mirror.MirrorSourceConnector/config/validate";

/// A worker that holds at most one connector; the test may spoil what it answers.
#[derive(Clone, Default)]
struct Worker(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    config: Option<Value>,
    stopped: bool,
}

impl Worker {
    fn holding(topics: &str) -> Self {
        let worker = Self::default();
        worker.0.lock().unwrap().config = Some(held(topics, JAAS));
        worker
    }

    /// Does what is asked and answers as Connect does.
    fn answer(&self, request: &Request) -> Reply {
        let mut held = self.0.lock().unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        match request.line.strip_prefix("").unwrap().replace(NAME, "NAME").as_str() {
            VALIDATE => Reply::ok(json!({ "error_count": 0, "configs": [] })),
            "POST /connectors" if held.config.is_some() => Reply::error(409, "Connector already exists"),
            "POST /connectors" => {
                assert_eq!(body["initial_state"], "STOPPED");
                *held = Held { config: Some(body["config"].clone()), stopped: true };
                Reply::Answer(201, "{}".to_owned())
            }
            "PUT /connectors/NAME/config" => {
                held.config = Some(body);
                Reply::ok("{}")
            }
            "PUT /connectors/NAME/stop" => {
                held.stopped = true;
                Reply::Answer(204, String::new())
            }
            "DELETE /connectors/NAME/offsets" if held.stopped => Reply::ok(json!({ "message": "ok" })),
            "DELETE /connectors/NAME" => {
                held.config = None;
                Reply::Answer(204, String::new())
            }
            "GET /connectors/NAME" => match &held.config {
                Some(config) => Reply::ok(json!({ "name": NAME, "config": config, "tasks": [] })),
                None => Reply::error(404, "Connector not found"),
            },
            "GET /connectors/NAME/status" if held.stopped => Reply::ok(status("STOPPED", &[])),
            "GET /connectors/NAME/status" => Reply::ok(status("RUNNING", &[("RUNNING", "")])),
            other => Reply::error(400, &format!("{other} was not expected")),
        }
    }
}

async fn serve(worker: &Worker) -> Http {
    let worker = worker.clone();
    Http::start(move |request| worker.answer(request)).await
}

async fn one(http: &Http, change: Change) -> Outcome {
    place(&[http.url()]).with_waits(hasty_waits()).make(&[change]).await.remove(0)
}

#[tokio::test]
async fn a_connector_is_validated_and_made_stopped_with_its_secret() {
    let worker = Worker::default();
    let http = serve(&worker).await;
    assert_eq!(one(&http, create()).await, Outcome::Done(()));
    assert_eq!(http.lines(), [VALIDATE, "POST /connectors"]);
    let config = worker.0.lock().unwrap().config.clone().unwrap();
    assert_eq!((&config["connector.class"], &config[JAAS_KEY]), (&json!(SOURCE), &json!(JAAS)));

    let Outcome::Moved(Reading::Present(Object::Connector(there))) = one(&http, create()).await else {
        panic!("one of this name is there")
    };
    assert_eq!(there.config, super::estate::connector("orders").config);
}

#[tokio::test]
async fn what_connect_finds_wrong_stops_a_change_before_it_is_made() {
    let http = Http::start(|_| {
        let value = |name: &str, error: &str| json!({ "value": { "name": name, "errors": [error] } });
        let errors = format!("Invalid value {JAAS} for configuration {JAAS_KEY}");
        Reply::ok(json!({ "error_count": 2, "configs": [
            value("tasks.max", "Invalid value x"), value(JAAS_KEY, &errors),
            json!({ "value": { "name": "topics", "errors": [] } }),
        ]}))
    })
    .await;
    let Outcome::Failed(fault) = one(&http, create()).await else { panic!("it is refused") };
    assert_eq!(fault.kind, FaultKind::Invalid);
    insta::assert_snapshot!(fault, @"Connect does not accept connector orders-a-b-source: source.cluster.sasl.jaas.config: Invalid value (sensitive) for configuration source.cluster.sasl.jaas.config; tasks.max: Invalid value x");
    assert_eq!(http.lines(), [VALIDATE]);
}

#[tokio::test]
async fn a_configuration_is_changed_only_from_what_is_expected() {
    let worker = Worker::holding("orders");
    let http = serve(&worker).await;
    assert_eq!(one(&http, update("orders", "orders,payments")).await, Outcome::Done(()));
    assert_eq!(worker.0.lock().unwrap().config.as_ref().unwrap()["topics"], "orders,payments");
    let sent = http.lines().len();
    assert_eq!(one(&http, update("orders", "orders,payments")).await, Outcome::Done(()), "it is so already");
    let moved = one(&http, update("orders", "other")).await;
    assert!(matches!(moved, Outcome::Moved(Reading::Present(_))), "{moved:?}");
    assert!(http.lines()[sent..].iter().all(|line| line.starts_with("GET ")), "{:?}", http.lines());
    let gone = one(&serve(&Worker::default()).await, update("orders", "other")).await;
    assert_eq!(gone, Outcome::Moved(Reading::Absent));
}

#[tokio::test]
async fn a_connector_goes_with_its_offsets_after_it_has_stopped() {
    let worker = Worker::holding("orders");
    let http = serve(&worker).await;
    assert_eq!(one(&http, delete()).await, Outcome::Done(()));
    let changes: Vec<String> = http.lines().into_iter().filter(|line| !line.starts_with("GET ")).collect();
    let path = format!("/connectors/{NAME}");
    assert_eq!(
        changes,
        [format!("PUT {path}/stop"), format!("DELETE {path}/offsets"), format!("DELETE {path}")]
    );
    assert_eq!(one(&http, delete()).await, Outcome::Done(()), "it is gone already");
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_again_or_left_open() {
    for (is_carried_out, status) in [(true, 500), (false, 500), (true, 0), (false, 0)] {
        for (change, prefix, worker) in [
            (create(), "POST ", Worker::default()),
            (update("orders", "more"), "PUT /connectors/", Worker::holding("orders")),
            (delete(), "DELETE /connectors/orders-a-b-source", Worker::holding("orders")),
        ] {
            let behind = worker.clone();
            let http = Http::start(move |request| {
                let is_change = request.line.starts_with(prefix)
                    && !request.line.ends_with("/stop")
                    && !request.line.ends_with("/offsets");
                if !is_change {
                    return behind.answer(request);
                }
                if is_carried_out {
                    behind.answer(request);
                }
                if status == 0 { Reply::Close } else { Reply::error(status, "Request timed out") }
            })
            .await;
            let outcome = one(&http, change).await;
            if is_carried_out {
                assert_eq!(outcome, Outcome::Done(()), "{prefix}");
            } else {
                assert!(
                    matches!(&outcome, Outcome::Unknown(f) if f.kind == FaultKind::Timeout),
                    "{outcome:?}"
                );
            }
        }
    }
}

/// A worker that is busy with one request keeps all others waiting, so that any of them may go unanswered.
#[tokio::test]
async fn a_connector_goes_although_answers_are_lost() {
    let (worker, asked) = (Worker::holding("orders"), AtomicUsize::new(0));
    let behind = worker.clone();
    let http = Http::start(move |request| {
        let is_lost = asked.fetch_add(1, Ordering::SeqCst).is_multiple_of(3);
        let reply = behind.answer(request);
        if is_lost { Reply::Close } else { reply }
    })
    .await;
    assert_eq!(one(&http, delete()).await, Outcome::Done(()));
    assert_eq!(worker.0.lock().unwrap().config, None);
}

/// Without its offsets forgotten a connector is not deleted: one of the same name would go on at them.
#[tokio::test]
async fn a_connector_whose_offsets_can_not_be_forgotten_stays() {
    let worker = Worker::holding("orders");
    let behind = worker.clone();
    let http = Http::start(move |request| match request.line.as_str() {
        line if line.ends_with("/offsets") => Reply::error(500, "Request timed out"),
        _ => behind.answer(request),
    })
    .await;
    let outcome = one(&http, delete()).await;
    assert!(matches!(&outcome, Outcome::Unknown(fault) if fault.kind == FaultKind::Timeout), "{outcome:?}");
    assert!(worker.0.lock().unwrap().config.is_some());
}

#[tokio::test]
async fn what_is_no_connector_is_refused() {
    let what = What::RecordSet { zone: "z.".into(), name: "n.z.".into(), rtype: RecordType::A };
    let set = Object::RecordSet(RecordSet::new(RecordType::A, 1, ["192.0.2.1".to_owned()]));
    let other = Change { id: ObjectId::new(&connect(), what), verb: Verb::Create(set.clone()) };
    let mixed = Change { id: id(NAME), verb: Verb::Create(set) };
    let outcomes = place(&["http://127.0.0.1:1".to_owned()]).make(&[other, mixed]).await;
    for outcome in outcomes {
        assert!(
            matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Invalid),
            "{outcome:?}"
        );
    }
}
