//! What servers tell clients: resolvers, which keep answers, and authorities.

use super::estate::{Ask, BOOTSTRAP, dns, update, updates};
use crate::servers::bind::{Bind, Setup};
use crate::servers::port;
use crate::servers::unbound::Unbound;
use leeward::estate::{Answer, FaultKind, Object, Outcome, Query, Reading, RecordType};
use leeward::provider::dns::DnsPlace;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn query(server: &str, name: &str, rtype: RecordType) -> Query {
    Query::Answer { dns: dns(), server: server.to_owned(), name: name.to_owned(), rtype }
}

async fn answer(place: &DnsPlace, server: &str, name: &str, rtype: RecordType) -> Answer {
    match place.ask(&[query(server, name, rtype)]).await.remove(0) {
        Reading::Present(Object::Answer(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

fn values(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[tokio::test]
async fn a_resolver_keeps_the_old_answer_and_says_for_how_long() {
    let bind = Bind::with(&Setup { records: "short 2 CNAME east".into(), ..Setup::default() });
    let (unbound, place) = (Unbound::before(bind.address), updates(bind.server(), &[]));
    let short = "short.example.test.";
    let (resolver, kept) = (unbound.server(), Instant::now());
    let before = answer(&place, &resolver, short, RecordType::Cname).await;
    assert_eq!((before.values, before.ttl), (values(&["east.example.test."]), 2));
    let changed = place
        .make(&[update(short, RecordType::Cname, &["east.example.test."], &["west.example.test."])])
        .await;
    assert_eq!(changed, [Outcome::Done(())]);
    // The authority has the new one at once, the resolver when its time is over.
    let new = values(&["west.example.test."]);
    assert_eq!(answer(&place, &bind.server(), short, RecordType::Cname).await.values, new);
    let mut lefts = Vec::new();
    loop {
        let answer = answer(&place, &resolver, short, RecordType::Cname).await;
        if answer.values == new {
            break;
        }
        assert_eq!(answer.values, values(&["east.example.test."]));
        lefts.push(answer.ttl);
        assert!(kept.elapsed() < Duration::from_secs(10), "{lefts:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(lefts.iter().all(|left| *left <= 2) && lefts.is_sorted_by(|one, next| one >= next), "{lefts:?}");
}

#[tokio::test]
async fn a_name_that_is_not_there_is_an_answer_that_is_kept_too() {
    let bind = Bind::start();
    let (unbound, place) = (Unbound::before(bind.address), updates(bind.server(), &[]));
    for server in [unbound.server(), bind.server()] {
        let nobody = answer(&place, &server, "nobody.example.test.", RecordType::Cname).await;
        // The zone's SOA says 5 s.
        assert_eq!((nobody.values, nobody.addresses, nobody.ttl), (values(&[]), Vec::new(), 5), "{server}");
    }
}

#[tokio::test]
async fn a_name_leads_to_addresses_over_aliases() {
    let records = "far CNAME localhost.\nfarther CNAME far\nlost CNAME nowhere\nsix AAAA 2001:db8::6";
    let bind = Bind::with(&Setup { records: records.into(), ..Setup::default() });
    let (unbound, place) = (Unbound::before(bind.address), updates(bind.server(), &[]));
    for server in [unbound.server(), bind.server()] {
        let led = answer(&place, &server, BOOTSTRAP, RecordType::A).await;
        // The alias is no address record, so that there is none of the name itself.
        assert_eq!((led.values, led.beyond), (values(&[]), None), "{server}");
        assert_eq!(led.addresses, ["192.0.2.1".parse::<std::net::IpAddr>().unwrap()], "{server}");
        let six = answer(&place, &server, "six.example.test.", RecordType::Aaaa).await;
        assert_eq!(six.addresses, ["2001:db8::6".parse::<std::net::IpAddr>().unwrap()], "{server}");
        let lost = answer(&place, &server, "lost.example.test.", RecordType::A).await;
        assert_eq!(lost.addresses, Vec::<std::net::IpAddr>::new(), "{server}");
    }
    // An authority does not go beyond its zone; what stands behind it, the system has to say.
    let far = answer(&place, &bind.server(), "farther.example.test.", RecordType::A).await;
    assert_eq!(far.beyond.as_deref(), Some("localhost."));
    assert_eq!(far.addresses, ["127.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
}

#[tokio::test]
async fn a_resolver_that_is_down_is_given_up_in_a_moment() {
    let bind = Bind::start();
    let (unbound, dead) = (Unbound::before(bind.address), port::free("127.0.0.1").to_string());
    unbound.pause();
    let (place, begun) = (updates(bind.server(), &[]), Instant::now());
    let queries = [unbound.server(), dead].map(|server| query(&server, BOOTSTRAP, RecordType::Cname));
    for (reading, query) in place.ask(&queries).await.into_iter().zip(&queries) {
        let Reading::Unreachable(fault) = reading else { panic!("{query:?}: {reading:?}") };
        assert!(matches!(fault.kind, FaultKind::Timeout | FaultKind::Unreachable), "{fault}");
        assert!(fault.to_string().contains("is the resolver up"), "{fault}");
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_resolver_that_cannot_find_out_has_no_answer() {
    let bind = Bind::start();
    let (unbound, place) = (Unbound::before(bind.address), updates(bind.server(), &[]));
    bind.process.signal("STOP");
    let asked = query(&unbound.server(), BOOTSTRAP, RecordType::Cname);
    let reading = place.ask(&[asked]).await.remove(0);
    bind.process.signal("CONT");
    assert!(matches!(reading, Reading::Unreachable(_)), "{reading:?}");
    // A refusal is no answer either: this server does not serve the zone.
    let reading = place.ask(&[query(&bind.server(), "kafka.example.com.", RecordType::A)]).await.remove(0);
    let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
    assert!(fault.message.contains("REFUSED"), "{fault}");
}
