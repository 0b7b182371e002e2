//! What the API of PowerDNS refuses, and how it reads.

use crate::provider::dns::estate::{Ask, BOOTSTRAP, create, place, query, update};
use crate::servers::port;
use crate::servers::powerdns::{API_KEY, PowerDns};
use leeward::estate::{self, DnsService, Fault, FaultKind, Outcome, Reading, RecordType, Secret};
use leeward::provider::dns::DnsPlace;

fn with(url: String, api_key: &str, server_id: &str) -> DnsPlace {
    let (api_key, server_id) = (Secret::new(api_key), server_id.to_owned());
    place(DnsService::PowerDns(estate::PowerDns { url, api_key, server_id }), &[])
}

async fn unreachable(place: &DnsPlace, url: &str) -> (FaultKind, String) {
    let readings = place.ask(&[query(BOOTSTRAP, RecordType::Cname)]).await;
    let Reading::Unreachable(fault) = &readings[0] else { panic!("{readings:?}") };
    (fault.kind, fault.to_string().replace(url, "URL"))
}

#[tokio::test]
async fn a_wrong_key_server_or_address_is_told_apart() {
    let powerdns = PowerDns::start();
    let url = powerdns.url();
    let (kind, text) = unreachable(&with(url.clone(), "wrong-key", "localhost"), &url).await;
    assert_eq!(kind, FaultKind::Unauthenticated);
    insta::assert_snapshot!(text, @"URL does not accept the API key (401) (compare api_key with api-key of pdns.conf)");
    assert!(!text.contains("wrong-key"));
    let (kind, text) = unreachable(&with(url.clone(), API_KEY, "elsewhere"), &url).await;
    assert_eq!(kind, FaultKind::Invalid);
    insta::assert_snapshot!(text, @"URL has no zone example.test. on server elsewhere (404) (check the zone of the record, url and server_id)");
    let nobody = format!("http://{}", port::free("127.0.0.1"));
    let (kind, text) = unreachable(&with(nobody.clone(), API_KEY, "localhost"), &nobody).await;
    assert_eq!(kind, FaultKind::Unreachable);
    insta::assert_snapshot!(text, @"URL can't be reached: Connection refused (os error 111) (is webserver=yes set, and its address reachable from here?)");
}

#[tokio::test]
async fn a_bad_change_is_told_and_the_good_ones_beside_it_are_made() {
    let powerdns = PowerDns::start();
    let place = with(powerdns.url(), API_KEY, "localhost");
    let outcomes = place
        .make(&[
            create(BOOTSTRAP, RecordType::A, &["192.0.2.7"]),
            create("www.example.test.", RecordType::A, &["192.0.2.7"]),
            update("east.example.test.", RecordType::A, &["192.0.2.99"], &["192.0.2.7"]),
        ])
        .await;
    let Outcome::Failed(fault) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(fault.message.contains("Conflicts with pre-existing RRset"), "{fault}");
    assert_eq!(outcomes[1], Outcome::Done(()));
    assert!(matches!(&outcomes[2], Outcome::Moved(Reading::Present(_))), "{:?}", outcomes[2]);
}

#[tokio::test]
async fn a_hung_server_leaves_the_outcome_open() {
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", mute.local_addr().unwrap());
    let place = with(url, API_KEY, "localhost");
    let outcomes = place.make(&[create("www.example.test.", RecordType::A, &["192.0.2.7"])]).await;
    // It hangs at the reading before the change, so nothing was changed.
    assert!(
        matches!(&outcomes[0], Outcome::Failed(fault) if fault.kind == FaultKind::Timeout),
        "{outcomes:?}"
    );
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    for url in ["", "powerdns:8081", "ftp://host", "http://"] {
        let dns = estate::Dns {
            service: DnsService::PowerDns(estate::PowerDns {
                url: url.to_owned(),
                api_key: Secret::new(API_KEY),
                server_id: "localhost".to_owned(),
            }),
            authorities: Vec::new(),
            timeout: std::time::Duration::from_secs(1),
            resolvers: Vec::new(),
            propagation: std::time::Duration::from_secs(1),
        };
        let fault: Fault = DnsPlace::new(&dns).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid, "{url}");
        assert!(fault.message.starts_with("url "), "{fault}");
    }
}
