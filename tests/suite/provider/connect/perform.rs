//! Tasks of connectors, on a worker that is played.

use super::estate::{JAAS, NAME, hasty_waits, held, id, place, status};
use crate::servers::http::{Http, Reply};
use leeward::estate::{ConnectorState, Evidence, FaultKind, Outcome, Task};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A worker whose statuses follow each other, the last one for ever; every change is accepted.
async fn worker(statuses: Vec<Value>) -> Http {
    let at = AtomicUsize::new(0);
    Http::start(move |request| {
        if request.line.ends_with("/status") {
            let nth = at.fetch_add(1, Ordering::SeqCst).min(statuses.len() - 1);
            return Reply::ok(&statuses[nth]);
        }
        match request.line.as_str() {
            line if line == format!("GET /connectors/{NAME}") => {
                Reply::ok(json!({ "name": NAME, "config": held("orders", JAAS), "tasks": [] }))
            }
            _ => Reply::Answer(204, String::new()),
        }
    })
    .await
}

fn changes(http: &Http) -> Vec<String> {
    let path = format!("/connectors/{NAME}");
    http.lines()
        .into_iter()
        .filter(|line| !line.starts_with("GET "))
        .map(|line| line.replace(&path, ""))
        .collect()
}

fn bring_to(state: ConnectorState) -> Task {
    Task::SetConnectorState { connector: id(NAME), state }
}

/// What was seen of a task that is done; empty if nothing is to be said.
async fn seen(http: &Http, task: &Task) -> String {
    match place(&[http.url()]).perform(task).await {
        Outcome::Done(Evidence::Seen(seen)) => seen,
        Outcome::Done(Evidence::Nothing) => String::new(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stop_is_over_when_no_task_is_left() {
    let going = status("RUNNING", &[("RUNNING", "")]);
    let halfway = status("STOPPED", &[("RUNNING", "")]);
    let http = worker(vec![going, halfway, status("STOPPED", &[])]).await;
    assert_eq!(seen(&http, &bring_to(ConnectorState::Stopped)).await, "");
    assert_eq!(changes(&http), ["PUT /stop"]);
    assert_eq!(http.lines().iter().filter(|line| line.ends_with("/status")).count(), 3);
}

#[tokio::test]
async fn what_a_start_takes_depends_on_what_is_there() {
    let running = status("RUNNING", &[("RUNNING", "")]);
    for (there, sent) in [
        (status("STOPPED", &[]), vec!["PUT /resume"]),
        (status("PAUSED", &[("PAUSED", "")]), vec!["PUT /resume"]),
        (running.clone(), vec![]),
        (status("RUNNING", &[]), vec!["POST /restart?includeTasks=true&onlyFailed=false"]),
        (status("RUNNING", &[("FAILED", "x")]), vec!["POST /restart?includeTasks=true&onlyFailed=true"]),
        (status("FAILED", &[]), vec!["POST /restart?includeTasks=true&onlyFailed=false"]),
    ] {
        let starting = status("RUNNING", &[("UNASSIGNED", "")]);
        let http = worker(vec![there, starting, running.clone()]).await;
        assert_eq!(seen(&http, &bring_to(ConnectorState::Running)).await, "");
        assert_eq!(changes(&http), sent);
    }
}

#[tokio::test]
async fn a_failure_that_stands_is_told_with_its_first_line_and_one_that_passes_is_not() {
    let failed = status(
        "RUNNING",
        &[("RUNNING", ""), ("FAILED", "org.x.TopicException: no password=\"hunter22\"\n\tat y")],
    );
    let task = Task::AwaitConnector { connector: id(NAME), tasks: 1 };
    let http = worker(vec![failed.clone()]).await;
    let Outcome::Failed(fault) = place(&[http.url()]).perform(&task).await else { panic!("it failed") };
    insta::assert_snapshot!(fault, @"task 1 of connector orders-a-b-source failed: org.x.TopicException: no password=(sensitive) (the worker's log has the whole trace)");

    let http = worker(vec![failed, status("RUNNING", &[("RUNNING", ""), ("RUNNING", "")])]).await;
    assert_eq!(seen(&http, &task).await, "tasks: 2");
}

#[tokio::test]
async fn a_connector_that_has_no_task_in_time_is_told() {
    let http = worker(vec![status("RUNNING", &[])]).await;
    let task = Task::AwaitConnector { connector: id(NAME), tasks: 1 };
    let hasty = place(&[http.url()]).with_waits(hasty_waits());
    let Outcome::Failed(fault) = hasty.perform(&task).await else { panic!("no task") };
    assert_eq!(fault.kind, FaultKind::Timeout);
    let hint = fault.hint.unwrap();
    assert_eq!(hint, "nothing matches its topics, or its source does not answer");
    // A checkpoint connector without groups has nothing to do, and that is well.
    let none = Task::AwaitConnector { connector: id(NAME), tasks: 0 };
    assert_eq!(seen(&http, &none).await, "tasks: 0");
}

/// A worker that fails in itself may have come to itself the next time.
#[tokio::test]
async fn a_worker_that_fails_or_is_silent_is_asked_again_but_not_for_ever() {
    let asked = AtomicUsize::new(0);
    let http = Http::start(move |request| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::error(500, "IO Error trying to forward REST request"),
        1 => Reply::Close,
        3 => Reply::Answer(503, "<html>".into()),
        _ if request.line.ends_with("/status") => Reply::ok(status("STOPPED", &[])),
        _ if request.line.starts_with("GET ") => {
            Reply::ok(json!({ "name": NAME, "config": held("orders", JAAS), "tasks": [] }))
        }
        _ => Reply::Answer(204, String::new()),
    })
    .await;
    assert_eq!(seen(&http, &bring_to(ConnectorState::Stopped)).await, "");
    assert_eq!(changes(&http), ["PUT /stop", "PUT /stop", "PUT /stop"]);

    let http = Http::start(|_| Reply::error(500, "out of memory")).await;
    let hasty = place(&[http.url()]).with_waits(hasty_waits());
    let Outcome::Failed(fault) = hasty.perform(&bring_to(ConnectorState::Stopped)).await else {
        panic!("no")
    };
    assert!(fault.message.contains("answered 500: out of memory"), "{fault}");
    assert!(changes(&http).len() > 1, "it was asked again");
}

#[tokio::test]
async fn a_connector_that_is_gone_is_told() {
    let http = Http::start(|_| Reply::error(404, "Unknown connector")).await;
    for task in [
        bring_to(ConnectorState::Running),
        bring_to(ConnectorState::Stopped),
        Task::AwaitConnector { connector: id(NAME), tasks: 1 },
        offsets(&[("orders", &[5])]),
    ] {
        let Outcome::Failed(fault) = place(&[http.url()]).perform(&task).await else { panic!("it is gone") };
        assert_eq!(fault.message, format!("there is no connector {NAME}"));
    }
}

fn offsets(next: &[(&str, &[i64])]) -> Task {
    let next: BTreeMap<String, Vec<i64>> =
        next.iter().map(|(topic, next)| ((*topic).to_owned(), next.to_vec())).collect();
    Task::SetConnectorOffsets { connector: id(NAME), source_alias: "a".to_owned(), next }
}

#[tokio::test]
async fn offsets_are_the_record_before_the_next_one_and_read_back() {
    let held = Mutex::new(json!({ "offsets": [] }));
    let http = Http::start(move |request| {
        let mut held = held.lock().unwrap();
        if request.line.starts_with("PATCH ") {
            *held = serde_json::from_str(&request.body).unwrap();
        }
        Reply::ok(&*held)
    })
    .await;
    let task = offsets(&[("orders", &[4711, 0]), ("payments", &[1])]);
    assert_eq!(seen(&http, &task).await, "partitions: 3, read back");
    let sent: Value = serde_json::from_str(&http.asked()[0].body).unwrap();
    let entry = |topic, partition, offset: Value| json!({ "partition": { "cluster": "a", "topic": topic, "partition": partition }, "offset": offset });
    assert_eq!(
        sent["offsets"],
        json!([
            entry("orders", 0, json!({ "offset": 4710 })),
            entry("orders", 1, Value::Null),
            entry("payments", 0, json!({ "offset": 0 })),
        ])
    );
}

#[tokio::test]
async fn offsets_are_awaited_where_a_worker_has_not_read_them_yet() {
    let (held, late) = (Mutex::new(json!({ "offsets": [] })), Mutex::new(3));
    let http = Http::start(move |request| {
        if request.line.starts_with("PATCH ") {
            *held.lock().unwrap() = serde_json::from_str(&request.body).unwrap();
            return Reply::ok(json!({ "message": "done" }));
        }
        let mut late = late.lock().unwrap();
        *late -= 1;
        Reply::ok(if *late > 0 { json!({ "offsets": [] }) } else { held.lock().unwrap().clone() })
    })
    .await;
    assert_eq!(seen(&http, &offsets(&[("orders", &[7])])).await, "partitions: 1, read back");
    assert_eq!(http.asked().len(), 4, "set once, read three times");
}

#[tokio::test]
async fn offsets_that_do_not_stick_or_can_not_be_set_are_told() {
    let http = Http::start(|_| Reply::ok(json!({ "offsets": [] }))).await;
    let outcome = place(&[http.url()]).with_waits(hasty_waits()).perform(&offsets(&[("orders", &[7])])).await;
    let Outcome::Failed(fault) = outcome else { panic!("{outcome:?}") };
    insta::assert_snapshot!(fault, @"connector orders-a-b-source holds offset none for orders-0, not 6 as it was set to (does somebody else change it?)");

    let http = Http::start(|_| {
        Reply::error(400, "Connectors must be in the STOPPED state before their offsets can be modified")
    })
    .await;
    let outcome = place(&[http.url()]).perform(&offsets(&[("orders", &[7])])).await;
    assert!(matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Conflict), "{outcome:?}");
    let outcome = place(&[http.url()]).perform(&offsets(&[("orders", &[-1])])).await;
    assert!(matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Invalid), "{outcome:?}");
}

#[tokio::test]
async fn another_task_is_not_for_connect() {
    let outcome = place(&["http://127.0.0.1:1".to_owned()])
        .perform(&Task::Approve { name: "x".into(), seconds: None })
        .await;
    assert!(matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Invalid), "{outcome:?}");
}
