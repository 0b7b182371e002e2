//! Changing record sets by RFC 2136: only what is expected is changed, and what is done is seen.

use super::estate::{Ask, BOOTSTRAP, api, create, delete, id, present, query, set, update, updates};
use crate::servers::bind::{Bind, Setup};
use crate::servers::knot::Knot;
use crate::servers::powerdns::PowerDns;
use crate::servers::probe;
use crate::servers::proxy::{Fate, Proxy};
use hickory_proto::rr::RecordType as Wire;
use leeward::estate::{Change, FaultKind, Object, Outcome, Reading, RecordSet, RecordType, Verb};
use leeward::provider::dns::DnsPlace;

const EAST: &str = "east.example.test.";
const WEST: &str = "west.example.test.";

fn east_to_west() -> Change {
    update(BOOTSTRAP, RecordType::Cname, &[EAST], &[WEST])
}

/// What every service has to do alike.
async fn a_life_of_a_record(place: DnsPlace) {
    let www = "www.example.test.";
    let made = place.make(&[create(www, RecordType::A, &["192.0.2.7", "192.0.2.8"]), east_to_west()]).await;
    assert_eq!(made, [Outcome::Done(()), Outcome::Done(())]);
    let read = place.ask(&[query(www, RecordType::A), query(BOOTSTRAP, RecordType::Cname)]).await;
    assert_eq!(present(&read[0]), set(RecordType::A, &["192.0.2.7", "192.0.2.8"]));
    assert_eq!(present(&read[1]), set(RecordType::Cname, &[WEST]));

    // Somebody has moved it since: what stands there is told, and nothing is overwritten.
    let moved = place.make(&[east_to_west()]).await;
    let there = Reading::Present(Object::RecordSet(set(RecordType::Cname, &[WEST])));
    assert_eq!(moved, [Outcome::Moved(there)]);
    let exists = place.make(&[create(www, RecordType::A, &["192.0.2.9"])]).await;
    let there = Reading::Present(Object::RecordSet(set(RecordType::A, &["192.0.2.7", "192.0.2.8"])));
    assert_eq!(exists, [Outcome::Moved(there)]);

    let shorter = RecordSet { ttl: 5, ..set(RecordType::Cname, &[WEST]) };
    let from = Object::RecordSet(set(RecordType::Cname, &[WEST]));
    let verb = Verb::Update { from, to: Object::RecordSet(shorter.clone()) };
    let only_ttl = Change { id: id(BOOTSTRAP, RecordType::Cname), verb };
    assert_eq!(place.make(&[only_ttl]).await, [Outcome::Done(())]);
    assert_eq!(present(&place.ask(&[query(BOOTSTRAP, RecordType::Cname)]).await[0]), shorter);

    let gone = delete(www, RecordType::A, &["192.0.2.7", "192.0.2.8"]);
    assert_eq!(place.make(std::slice::from_ref(&gone)).await, [Outcome::Done(())]);
    assert_eq!(place.ask(&[query(www, RecordType::A)]).await, [Reading::Absent]);
    assert_eq!(place.make(&[gone]).await, [Outcome::Done(())], "it is gone already");
    let never_there = update(www, RecordType::A, &["192.0.2.7"], &["192.0.2.8"]);
    assert_eq!(place.make(&[never_there]).await, [Outcome::Moved(Reading::Absent)]);
}

#[tokio::test]
async fn bind_carries_a_record_through_its_life() {
    let bind = Bind::start();
    a_life_of_a_record(updates(bind.server(), &[])).await;
}

#[tokio::test]
async fn knot_carries_a_record_through_its_life() {
    let knot = Knot::start();
    a_life_of_a_record(updates(knot.server(), &[])).await;
}

#[tokio::test]
async fn powerdns_carries_a_record_through_its_life_by_updates_and_by_its_api() {
    let powerdns = PowerDns::start();
    a_life_of_a_record(updates(powerdns.server(), &[])).await;
    let powerdns = PowerDns::start();
    a_life_of_a_record(api(&powerdns, &[])).await;
}

/// Every type, with what is easily lost on the way: quotes, long texts, upper case.
async fn every_type_survives(place: DnsPlace) {
    let long = "x".repeat(300);
    let sets: [(RecordType, &[&str]); 5] = [
        (RecordType::A, &["192.0.2.1", "192.0.2.2"]),
        (RecordType::Aaaa, &["2001:db8::1"]),
        (RecordType::Cname, &["West.example.test"]),
        (RecordType::Srv, &["0 5 9092 east.example.test.", "0 5 9093 west.example.test."]),
        (RecordType::Txt, &["epoch=4 side=\"primary\"; ok", "\\back", &long]),
    ];
    let name = |rtype: RecordType| format!("t-{}.example.test.", rtype.as_str().to_lowercase());
    let changes: Vec<Change> =
        sets.iter().map(|(rtype, values)| create(&name(*rtype), *rtype, values)).collect();
    assert_eq!(place.make(&changes).await, vec![Outcome::Done(()); 5]);
    let queries: Vec<_> = sets.iter().map(|(rtype, _)| query(&name(*rtype), *rtype)).collect();
    for ((rtype, values), reading) in sets.iter().zip(place.ask(&queries).await) {
        assert_eq!(present(&reading), set(*rtype, values));
    }
}

#[tokio::test]
async fn values_of_every_type_come_back_as_they_were_written() {
    let (bind, knot, powerdns) = (Bind::start(), Knot::start(), PowerDns::start());
    every_type_survives(updates(bind.server(), &[])).await;
    every_type_survives(updates(knot.server(), &[])).await;
    every_type_survives(api(&powerdns, &[])).await;
}

#[tokio::test]
async fn what_the_server_ignores_in_silence_is_no_success() {
    let (bind, knot) = (Bind::start(), Knot::start());
    for server in [bind.server(), knot.server()] {
        let place = updates(server.clone(), &[]);
        let outcome = place.make(&[create(BOOTSTRAP, RecordType::A, &["192.0.2.7"])]).await.remove(0);
        let Outcome::Failed(fault) = outcome else { panic!("{outcome:?}") };
        assert_eq!(fault.kind, FaultKind::Conflict);
        let text = fault.to_string().replace(&server, "SERVER");
        insta::allow_duplicates! {
            insta::assert_snapshot!(text, @"SERVER answered NOERROR to the change of bootstrap.example.test. A, and did not make it (bootstrap.example.test. is a CNAME of east.example.test., and nothing may stand beside a CNAME)");
        }
    }
}

#[tokio::test]
async fn a_cname_gives_way_to_an_address_in_one_update() {
    let bind = Bind::start();
    let place = updates(bind.server(), &[]);
    let before = probe::serial(bind.address);
    let swap =
        [create(BOOTSTRAP, RecordType::A, &["192.0.2.7"]), delete(BOOTSTRAP, RecordType::Cname, &[EAST])];
    assert_eq!(place.make(&swap).await, [Outcome::Done(()), Outcome::Done(())]);
    assert_eq!(probe::values(bind.address, BOOTSTRAP, Wire::A), ["192.0.2.7"]);
    assert_eq!(probe::serial(bind.address), before + 1, "one update for both");
}

#[tokio::test]
async fn a_failure_says_what_to_do_and_changes_nothing() {
    let bind = Bind::with(&Setup { read_only: true, ..Setup::default() });
    let outcome = updates(bind.server(), &[]).make(&[east_to_west()]).await.remove(0);
    let Outcome::Unknown(fault) = outcome else { panic!("{outcome:?}") };
    assert!(fault.hint.unwrap().contains("journal"), "{}", fault.message);

    let outside = create("www.example.com.", RecordType::A, &["192.0.2.1"]);
    let bad_value = create("www.example.test.", RecordType::A, &["1.2.3"]);
    let empty = create("www.example.test.", RecordType::A, &[]);
    let bind = Bind::start();
    let outcomes = updates(bind.server(), &[]).make(&[outside, bad_value, empty, east_to_west()]).await;
    for (outcome, message) in outcomes.iter().zip([
        "www.example.com. lies outside zone example.test.",
        "\"1.2.3\" is no A value: an IPv4 address is expected",
        "www.example.test. A has no values",
    ]) {
        assert!(matches!(outcome, Outcome::Failed(fault) if fault.message == message), "{outcome:?}");
    }
    assert_eq!(outcomes[3], Outcome::Done(()));
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_again_or_left_open() {
    // The proxy carries TCP only: the update goes through it, the question over UDP finds nobody.
    let bind = Bind::start();
    let proxy = Proxy::start(bind.address, Fate::DropAnswer).await;
    let place = updates(proxy.address().to_string(), &[]);
    let outcome = place.make(&[east_to_west()]).await.remove(0);
    assert!(matches!(&outcome, Outcome::Unknown(fault) if fault.kind == FaultKind::Timeout), "{outcome:?}");
    assert_eq!(probe::values(bind.address, BOOTSTRAP, Wire::CNAME), [WEST], "it was carried out");

    let bind = Bind::start();
    let proxy = Proxy::start(bind.address, Fate::DropAnswer).await;
    proxy.carry_udp(bind.address).await;
    let place = updates(proxy.address().to_string(), &[]);
    assert_eq!(place.make(&[east_to_west()]).await, [Outcome::Done(())], "reading again shows it");
}
