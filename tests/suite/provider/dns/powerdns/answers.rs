//! Answers of the API that a real server gives on its bad days only, from one that is played.

use crate::provider::dns::estate::{Ask, create, place, present, query, set, update};
use crate::servers::http::{Http, Reply, Request};
use crate::servers::powerdns::API_KEY;
use leeward::estate::{self, DnsService, FaultKind, Outcome, Reading, RecordType, Secret};
use leeward::provider::dns::DnsPlace;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const WWW: &str = "www.example.test.";

/// A zone with at most one address at `www`.
#[derive(Clone, Default)]
struct Zone(Arc<Mutex<Option<Value>>>);

impl Zone {
    fn answer(&self, request: &Request) -> Reply {
        let mut held = self.0.lock().unwrap();
        if request.line.starts_with("PATCH ") {
            let body: Value = serde_json::from_str(&request.body).unwrap();
            let set = body["rrsets"][0].clone();
            *held = (set["changetype"] == "REPLACE").then_some(set);
            return Reply::Answer(204, String::new());
        }
        Reply::ok(json!({ "name": "example.test.", "rrsets": held.iter().collect::<Vec<_>>() }))
    }
}

fn api(http: &Http) -> DnsPlace {
    let service = estate::PowerDns {
        url: http.url(),
        api_key: Secret::new(API_KEY),
        server_id: "localhost".to_owned(),
    };
    place(DnsService::PowerDns(service), &[])
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_again_or_left_open() {
    for is_carried_out in [true, false] {
        for lost in [|| Reply::Close, || Reply::Answer(500, "Internal Server Error".to_owned())] {
            let zone = Zone::default();
            let http = Http::start(move |request| match request.line.starts_with("PATCH ") {
                true => {
                    if is_carried_out {
                        zone.answer(request);
                    }
                    lost()
                }
                false => zone.answer(request),
            })
            .await;
            let outcome = api(&http).make(&[create(WWW, RecordType::A, &["192.0.2.7"])]).await.remove(0);
            match outcome {
                Outcome::Done(()) => assert!(is_carried_out),
                Outcome::Unknown(_) => assert!(!is_carried_out),
                other => panic!("{other:?}"),
            }
            let patches = http.lines().iter().filter(|line| line.starts_with("PATCH ")).count();
            assert_eq!(patches, 1, "a change is sent once");
        }
    }
}

#[tokio::test]
async fn a_change_that_was_accepted_and_is_not_there_is_no_success() {
    let http = Http::start(|request| match request.line.starts_with("PATCH ") {
        true => Reply::Answer(204, String::new()),
        false => Reply::ok(json!({ "rrsets": [] })),
    })
    .await;
    let outcome = api(&http).make(&[create(WWW, RecordType::A, &["192.0.2.7"])]).await.remove(0);
    let Outcome::Failed(fault) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fault.kind, FaultKind::Conflict);
    insta::assert_snapshot!(fault, @"www.example.test. A was accepted, and is not as sent when read again (somebody changed it since: plan again)");
}

#[tokio::test]
async fn a_disabled_record_is_not_served_and_so_is_not_there() {
    let http = Http::start(|_| {
        let record = |content: &str, disabled: bool| json!({ "content": content, "disabled": disabled });
        let set = |name: &str, records: Vec<Value>| json!({ "name": name, "type": "A", "ttl": 30, "records": records });
        Reply::ok(json!({ "rrsets": [
            set("off.example.test.", vec![record("192.0.2.1", true)]),
            set("Half.example.test.", vec![record("192.0.2.1", true), record("192.0.2.2", false)]),
        ]}))
    })
    .await;
    let half = query("half.example.test.", RecordType::A);
    let readings = api(&http).ask(&[query("off.example.test.", RecordType::A), half]).await;
    assert_eq!(readings[0], Reading::Absent);
    assert_eq!(present(&readings[1]), set(RecordType::A, &["192.0.2.2"]));
}

#[tokio::test]
async fn many_sets_take_one_request_and_a_change_of_many_takes_three() {
    let zone = Zone::default();
    let http = Http::start(move |request| zone.answer(request)).await;
    let names: Vec<String> = (0..50).map(|i| format!("r{i}.example.test.")).collect();
    let queries: Vec<_> = names.iter().map(|name| query(name, RecordType::A)).collect();
    assert_eq!(api(&http).ask(&queries).await, vec![Reading::Absent; 50]);
    assert_eq!(http.lines(), ["GET /api/v1/servers/localhost/zones/example.test."]);
    let changes: Vec<_> = names.iter().map(|name| create(name, RecordType::A, &["192.0.2.7"])).collect();
    api(&http).make(&changes).await;
    assert_eq!(http.lines().len(), 4, "read, PATCH, read");
}

#[tokio::test]
async fn a_change_travels_as_the_api_wants_it_and_with_its_key() {
    let zone = Zone::default();
    let http = Http::start(move |request| zone.answer(request)).await;
    let text = "say \"hi\"";
    let made = api(&http).make(&[create("t.example.test", RecordType::Txt, &[text])]).await;
    assert_eq!(made, [Outcome::Done(())]);
    let patch = http.asked().into_iter().find(|request| request.line.starts_with("PATCH ")).unwrap();
    let sent: Value = serde_json::from_str(&patch.body).unwrap();
    let record = json!({ "content": "\"say \\\"hi\\\"\"", "disabled": false });
    let expected = json!({ "rrsets": [{
        "name": "t.example.test.", "type": "TXT", "ttl": 30, "changetype": "REPLACE", "records": [record],
    }]});
    assert_eq!(sent, expected);
    let moved = api(&http).make(&[update("t.example.test.", RecordType::Txt, &["other"], &["new"])]).await;
    assert!(matches!(&moved[0], Outcome::Moved(Reading::Present(_))), "{moved:?}");
}
