//! Whether a change would be taken, tried without changing anything.

use super::estate::{Ask, BOOTSTRAP, ZONE, api, dns, place, service, updates};
use crate::servers::bind::Bind;
use crate::servers::knot::Knot;
use crate::servers::port;
use crate::servers::powerdns::PowerDns;
use crate::servers::probe;
use crate::servers::zone::{LIMITED, secret};
use hickory_proto::rr;
use leeward::estate::{self, DnsService, Object, Query, Reading, RecordType, Rfc2136, Secret, Trial};
use leeward::provider::dns::DnsPlace;
use std::net::SocketAddr;

fn query(name: &str, rtype: RecordType) -> Query {
    Query::Trial { dns: dns(), zone: ZONE.to_owned(), name: name.to_owned(), rtype }
}

async fn tried(place: &DnsPlace, name: &str, rtype: RecordType) -> Trial {
    match place.ask(&[query(name, rtype)]).await.remove(0) {
        Reading::Present(Object::Trial(trial)) => trial,
        other => panic!("{other:?}"),
    }
}

async fn refusal(place: &DnsPlace, name: &str, rtype: RecordType) -> String {
    tried(place, name, rtype).await.refusal.expect("it is refused")
}

/// Of each type, where a set stands and where none does: taken, and the zone is as it was, its serial too.
async fn changes_nothing(place: &DnsPlace, address: SocketAddr) -> String {
    let (serial, held) = (probe::serial(address), probe::values(address, BOOTSTRAP, rr::RecordType::CNAME));
    let mut words = String::new();
    for (name, rtype) in [
        (BOOTSTRAP, RecordType::Cname),
        // An alias stands there, beside which nothing else may.
        (BOOTSTRAP, RecordType::A),
        ("east.example.test.", RecordType::A),
        ("new.example.test.", RecordType::Cname),
        ("new.example.test.", RecordType::A),
        ("new.example.test.", RecordType::Aaaa),
        ("new.example.test.", RecordType::Srv),
        ("_nonce.example.test.", RecordType::Txt),
    ] {
        let trial = tried(place, name, rtype).await;
        assert_eq!(trial.refusal, None, "{name} {rtype}");
        words = trial.tried;
    }
    assert_eq!(probe::serial(address), serial);
    assert_eq!(probe::values(address, BOOTSTRAP, rr::RecordType::CNAME), held);
    assert_eq!(probe::values(address, "new.example.test.", rr::RecordType::A), Vec::<String>::new());
    words
}

#[tokio::test]
async fn a_trial_changes_nothing_on_bind() {
    let bind = Bind::start();
    let words = changes_nothing(&updates(bind.server(), &[]), bind.address).await;
    assert_eq!(words, format!("{} took an update that changes nothing", bind.server()));
}

#[tokio::test]
async fn a_trial_changes_nothing_on_knot() {
    let knot = Knot::start();
    changes_nothing(&updates(knot.server(), &[]), knot.address).await;
}

#[tokio::test]
async fn a_trial_changes_nothing_on_powerdns() {
    let powerdns = PowerDns::start();
    changes_nothing(&updates(powerdns.server(), &[]), powerdns.address).await;
    let words = changes_nothing(&api(&powerdns, &[]), powerdns.address).await;
    assert_eq!(words, format!("{} takes the key; a change was not tried", powerdns.url()));
}

/// A value that a trial deletes may stand there by chance: then it takes another.
#[tokio::test]
async fn a_trial_does_not_delete_what_it_would_delete() {
    let bind = Bind::with(&crate::servers::bind::Setup {
        records: "chance A 192.0.2.253\nchance A 192.0.2.7".into(),
        ..crate::servers::bind::Setup::default()
    });
    let serial = probe::serial(bind.address);
    let trial = tried(&updates(bind.server(), &[]), "chance.example.test.", RecordType::A).await;
    assert_eq!(trial.refusal, None);
    assert_eq!(probe::serial(bind.address), serial);
    assert_eq!(
        probe::values(bind.address, "chance.example.test.", rr::RecordType::A),
        ["192.0.2.253", "192.0.2.7"]
    );
}

fn with_key(server: String, key: &str, secret: &str) -> DnsPlace {
    let service = Rfc2136 { key_name: key.into(), key_secret: Secret::new(secret), ..service(server) };
    place(DnsService::Rfc2136(service), &[])
}

#[tokio::test]
async fn a_key_that_is_wrong_unknown_or_not_allowed_is_refused() {
    let (bind, knot, powerdns) = (Bind::start(), Knot::start(), PowerDns::start());
    for (server, wrong, unknown) in [
        (bind.server(), "BADSIG", "BADKEY"),
        (knot.server(), "BADSIG", "BADKEY"),
        (powerdns.server(), "without saying why", "without saying why"),
    ] {
        let said =
            refusal(&with_key(server.clone(), "drkey.", "d3Jvbmc="), BOOTSTRAP, RecordType::Cname).await;
        assert!(said.contains(&server) && said.contains(wrong), "{said}");
        assert!(!said.contains("d3Jvbmc="), "{said}");
        let said = refusal(&with_key(server, "nobody.", "d3Jvbmc="), BOOTSTRAP, RecordType::Cname).await;
        assert!(said.contains(unknown), "{said}");
    }
    // It may change this name, and no other: a key alone does not say that.
    for server in [bind.server(), knot.server()] {
        let limited = with_key(server, LIMITED, secret(LIMITED));
        assert_eq!(tried(&limited, BOOTSTRAP, RecordType::Cname).await.refusal, None);
        let said = refusal(&limited, "other.example.test.", RecordType::Cname).await;
        assert!(said.contains("limited."), "{said}");
    }
}

#[tokio::test]
async fn the_api_says_whether_it_takes_the_key_and_has_the_zone() {
    let powerdns = PowerDns::start();
    let wrong = estate::PowerDns {
        url: powerdns.url(),
        api_key: Secret::new("wrong"),
        server_id: "localhost".into(),
    };
    let said = refusal(&place(DnsService::PowerDns(wrong), &[]), BOOTSTRAP, RecordType::Cname).await;
    assert!(said.contains("does not accept the API key"), "{said}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_has_refused_nothing() {
    let dead = port::free("127.0.0.1").to_string();
    let reading = updates(dead.clone(), &[]).ask(&[query(BOOTSTRAP, RecordType::Cname)]).await.remove(0);
    let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
    assert!(fault.message.contains(&dead), "{fault}");
}
