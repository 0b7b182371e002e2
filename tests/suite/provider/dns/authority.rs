//! Asking one authority, on real servers.

use crate::servers::bind::{Bind, Setup};
use crate::servers::port;
use leeward::estate::{Fault, RecordType};
use leeward::provider::dns::authority::{Found, Silent, ask};
use leeward::provider::dns::value::name;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(5);

async fn found(server: &str, owner: &str, rtype: RecordType) -> Found {
    ask(server, &name(owner).unwrap(), rtype, WAIT).await.unwrap()
}

#[tokio::test]
async fn an_authority_shows_a_set_an_alias_or_nothing() {
    let bind = Bind::start();
    let server = bind.server();
    let Found::Set(set) = found(&server, "Bootstrap.example.test", RecordType::Cname).await else {
        panic!("the set is there")
    };
    assert_eq!((set.ttl, set.values()), (30, BTreeSet::from(["east.example.test.".to_owned()])));
    assert_eq!(
        found(&server, "bootstrap.example.test.", RecordType::A).await,
        Found::Alias(name("east.example.test.").unwrap())
    );
    assert_eq!(found(&server, "nothing.example.test.", RecordType::A).await, Found::Absent);
    assert_eq!(found(&server, "east.example.test.", RecordType::Txt).await, Found::Absent);
}

#[tokio::test]
async fn an_answer_too_long_for_udp_is_fetched_over_tcp() {
    let mut records = String::new();
    for i in 0..90 {
        writeln!(records, "many TXT \"{i:03} {}\"", "x".repeat(200)).unwrap();
    }
    let bind = Bind::with(&Setup { records, ..Setup::default() });
    let Found::Set(set) = found(&bind.server(), "many.example.test.", RecordType::Txt).await else {
        panic!("the set is there")
    };
    assert_eq!(set.values().len(), 90);
    assert!(set.values().last().unwrap().starts_with("089 x"));
}

#[tokio::test]
async fn only_an_authority_counts() {
    let bind = Bind::start();
    let foreign = ask(&bind.server(), &name("www.elsewhere.example.").unwrap(), RecordType::A, WAIT).await;
    let Err(Silent::NoAuthority { answer, .. }) = foreign else { panic!("{foreign:?}") };
    assert_eq!(answer, "REFUSED");
}

#[tokio::test]
async fn a_dead_server_is_named_and_so_is_a_silent_one() {
    let nobody = port::free("127.0.0.1").to_string();
    let dead = ask(&nobody, &name("example.test.").unwrap(), RecordType::A, WAIT).await.unwrap_err();
    assert!(matches!(dead, Silent::Unreachable { .. }), "{dead}");
    assert!(dead.to_string().starts_with(&nobody), "{dead}");

    let mute = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = mute.local_addr().unwrap().to_string();
    let short = Duration::from_millis(1400);
    let silent = ask(&server, &name("example.test.").unwrap(), RecordType::A, short).await.unwrap_err();
    assert_eq!(
        Fault::from(silent).to_string(),
        format!("{server} does not answer (3 tries, 1.4 s) (is the DNS server up and reachable from here?)")
    );

    let unresolved =
        ask("no-such-host.invalid:53", &name("example.test.").unwrap(), RecordType::A, WAIT).await;
    assert!(matches!(unresolved, Err(Silent::Unresolved { .. })), "{unresolved:?}");
}
