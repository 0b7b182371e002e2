//! The table of Connect's errors: what each means, and whether the world has to be read again.

use super::estate::{declared, vault};
use crate::servers::http::{Http, Reply};
use leeward::estate::{Fault, FaultKind};
use leeward::provider::connect::{Client, RestFault};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

async fn fault(reply: fn() -> Reply) -> RestFault {
    let worker = Http::start(move |_| reply()).await;
    Client::new(&declared(&[worker.url()]), vault()).unwrap().stop("c").await.unwrap_err()
}

/// A reply, the kind of fault, whether the change may have been made, and a part of the message.
type Case = (fn() -> Reply, FaultKind, bool, &'static str);

#[tokio::test]
async fn each_status_has_its_meaning() {
    let cases: [Case; 11] = [
        (|| Reply::error(400, "Bad\n thing"), FaultKind::Invalid, false, "refuses it: Bad thing"),
        (
            || Reply::error(401, "x"),
            FaultKind::Unauthenticated,
            false,
            "does not accept the credentials (401)",
        ),
        (|| Reply::error(403, "no"), FaultKind::Denied, false, "does not allow this (403): no"),
        (
            || Reply::error(404, "Unknown connector c"),
            FaultKind::Invalid,
            false,
            "does not know it: Unknown connector c",
        ),
        (|| Reply::error(409, "Connector c already exists"), FaultKind::Conflict, false, "exists already"),
        (
            || Reply::error(500, "Request timed out. The worker is x"),
            FaultKind::Timeout,
            true,
            "in its own time: Request timed out",
        ),
        (
            || Reply::error(500, "org.x.BadRequestException: Failed to find X, available connectors are: Y"),
            FaultKind::Invalid,
            false,
            "refuses it: Failed to find X",
        ),
        (|| Reply::error(500, "Failed to alter"), FaultKind::Internal, true, "answered 500: Failed to alter"),
        (
            || Reply::Answer(502, "<html>\nproxy".to_owned()),
            FaultKind::Internal,
            true,
            "answered 502: <html>",
        ),
        (|| Reply::Answer(503, String::new()), FaultKind::Internal, true, "answered 503: no reason given"),
        (
            || Reply::error(400, "password=\"hunter22\" is bad"),
            FaultKind::Invalid,
            false,
            "password=(sensitive) is bad",
        ),
    ];
    for (reply, kind, may_have_happened, text) in cases {
        let fault = fault(reply).await;
        assert_eq!(fault.may_have_happened(), may_have_happened, "{fault}");
        let fault = Fault::from(fault);
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(fault.message.contains(text), "{fault}");
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_not_sent_again() {
    for reply in [|| Reply::Hang, || Reply::Close] {
        let worker = Http::start(move |_| reply()).await;
        let other = Http::start(|_| Reply::ok("")).await;
        let client = Client::new(&declared(&[worker.url(), other.url()]), vault()).unwrap();
        let fault = client.stop("c").await.unwrap_err();
        assert!(matches!(fault, RestFault::Lost { .. }), "{fault}");
        assert!(fault.may_have_happened());
        assert_eq!((worker.lines().len(), other.lines().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_rebalance_is_waited_out() {
    let count = AtomicUsize::new(0);
    let worker = Http::start(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 | 2 => Reply::error(
            409,
            "Cannot complete request because of a conflicting operation (e.g. worker rebalance)",
        ),
        1 => Reply::error(500, "Request cannot be completed because a rebalance is expected"),
        _ => Reply::Answer(204, String::new()),
    })
    .await;
    let client = Client::new(&declared(&[worker.url()]), vault()).unwrap();
    let started = Instant::now();
    client.stop("c").await.unwrap();
    assert_eq!(worker.lines(), vec!["PUT /connectors/c/stop"; 4]);
    assert!(started.elapsed() >= Duration::from_millis(300), "it pauses between tries");
}

#[tokio::test]
async fn names_are_safe_in_a_path() {
    let worker = Http::start(|_| Reply::Answer(204, String::new())).await;
    Client::new(&declared(&[format!("{}/base/", worker.url())]), vault())
        .unwrap()
        .stop("a/b c?d")
        .await
        .unwrap();
    assert_eq!(worker.lines(), ["PUT /base/connectors/a%2Fb%20c%3Fd/stop"]);
}
