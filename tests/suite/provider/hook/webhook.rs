//! Webhooks.

use super::{stopped, webhook};
use crate::servers::http::{Http, Reply};
use leeward::estate::FaultKind;

#[tokio::test]
async fn a_webhook_is_told_as_json_what_it_is_about() {
    let server = Http::start(|_| Reply::Answer(202, "on my way".into())).await;
    let said = stopped(webhook(&format!("{}/stop?key=s3cr3t-key", server.url())), 60).await;
    assert_eq!(said.unwrap(), (202, "on my way".to_owned()));
    let asked = server.asked();
    assert_eq!(
        asked.iter().map(|request| request.line.as_str()).collect::<Vec<_>>(),
        ["POST /stop?key=s3cr3t-key"]
    );
    let body: serde_json::Value = serde_json::from_str(&asked[0].body).unwrap();
    let expected = serde_json::json!({
        "occasion": "stop",
        "owner": "application.billing",
        "pair": "pair.orders",
        "cluster": "cluster.shanghai",
        "bootstrap": ["sh-1:9092", "sh-2:9092"],
        "endpoint": "kafka-sh.internal",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn any_answer_but_2xx_is_a_failure() {
    let cases = [
        (500, FaultKind::Internal, "answered 500 Internal Server Error: no such deployment"),
        (404, FaultKind::Invalid, "answered 404 Not Found: no such deployment"),
        (401, FaultKind::Unauthenticated, "answered 401 Unauthorized: no such deployment"),
        (403, FaultKind::Denied, "answered 403 Forbidden: no such deployment"),
        (302, FaultKind::Internal, "answered 302 Found; leeward follows no redirect: no such deployment"),
    ];
    for (status, kind, words) in cases {
        let server = Http::start(move |_| Reply::Answer(status, "no such deployment".into())).await;
        let fault = stopped(webhook(&server.url()), 60).await.unwrap_err();
        let host = server.url().replace("http://", "");
        assert_eq!((fault.kind, fault.message), (kind, format!("{host} {words}")));
    }
}

#[tokio::test]
async fn no_answer_says_what_may_have_happened_and_never_the_url() {
    let server = Http::start(|request| match request.line.contains("hang") {
        true => Reply::Hang,
        false => Reply::Close,
    })
    .await;
    let host = server.url().replace("http://", "");
    let url = |path: &str| format!("{}/{path}?key=s3cr3t-key", server.url());
    let fault = stopped(webhook(&url("hang")), 1).await.unwrap_err();
    assert_eq!(fault.message, format!("{host} did not answer in 1 s; it may have done what it was asked"));
    let fault = stopped(webhook(&url("close")), 60).await.unwrap_err();
    assert!(
        fault.message.starts_with(&format!("{host} took the request, but its answer was lost: ")),
        "{fault}"
    );
    assert!(!fault.to_string().contains("s3cr3t"), "{fault}");
    let fault = stopped(webhook("http://127.0.0.1:1/?key=s3cr3t-key"), 60).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unreachable);
    assert!(fault.message.starts_with("127.0.0.1:1 can't be reached: "), "{fault}");
    assert!(!fault.to_string().contains("s3cr3t"), "{fault}");
}

#[tokio::test]
async fn an_answer_that_repeats_the_url_is_masked() {
    let own = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let told = std::sync::Arc::clone(&own);
    let server = Http::start(move |_| Reply::ok(format!("relayed from {}", told.get().unwrap()))).await;
    let url = own.get_or_init(|| format!("{}/stop?key=s3cr3t-key", server.url()));
    let (_, output) = stopped(webhook(url), 60).await.unwrap();
    assert_eq!(output, "relayed from (sensitive)");
}
