//! Reading record sets and zones in bulk.

use super::estate::{Ask, BOOTSTRAP, ZONE, api, dns, present, query, set, updates};
use crate::servers::bind::{Bind, Setup};
use crate::servers::knot::authorities;
use crate::servers::port;
use crate::servers::powerdns::PowerDns;
use leeward::estate::{FaultKind, Object, Query, Reading, RecordType, ZoneFacts};
use leeward::provider::dns::DnsPlace;
use std::fmt::Write;

const EVERY_TYPE: &str = "kafka 60 SRV 0 5 9092 East\nkafka 60 AAAA 2001:db8::1\nkafka 60 TXT \"epoch=4\" ";

fn zone() -> Query {
    Query::Zone { dns: dns(), zone: ZONE.to_owned() }
}

/// One set of each type, one that is absent, and the zone: enough for a transfer where it is allowed.
fn queries() -> Vec<Query> {
    vec![
        query(BOOTSTRAP, RecordType::Cname),
        query("East.example.test.", RecordType::A),
        query("kafka.example.test.", RecordType::Srv),
        query("kafka.example.test.", RecordType::Aaaa),
        query("kafka.example.test.", RecordType::Txt),
        query("absent.example.test.", RecordType::A),
        zone(),
    ]
}

async fn every_type_is_read(place: &DnsPlace, queries: &[Query]) -> Vec<Reading> {
    let readings = place.ask(queries).await;
    assert_eq!(readings.len(), queries.len());
    assert_eq!(present(&readings[0]), set(RecordType::Cname, &["east.example.test."]));
    assert_eq!(present(&readings[1]).values, set(RecordType::A, &["192.0.2.1"]).values);
    assert_eq!(present(&readings[2]).values, set(RecordType::Srv, &["0 5 9092 east.example.test."]).values);
    assert_eq!(present(&readings[3]).values, set(RecordType::Aaaa, &["2001:db8::1"]).values);
    assert_eq!(present(&readings[4]).values, set(RecordType::Txt, &["epoch=4"]).values);
    assert_eq!(readings[5], Reading::Absent);
    readings
}

#[tokio::test]
async fn a_zone_is_read_by_one_transfer_from_each_server() {
    let (bind, knot) = authorities(EVERY_TYPE);
    let place = updates(bind.server(), &[bind.server(), knot.server()]);
    let readings = every_type_is_read(&place, &queries()).await;
    let Reading::Present(Object::RecordSet(bootstrap)) = &readings[0] else { panic!("{:?}", readings[0]) };
    let expected = Some(set(RecordType::Cname, &["east.example.test."]).values);
    let seen: Vec<_> =
        bootstrap.seen.iter().map(|seen| (&seen.authority, &seen.values, &seen.fault)).collect();
    assert_eq!(seen, [(&bind.server(), &expected, &None), (&knot.server(), &expected, &None)]);
    let Reading::Present(Object::Zone(ZoneFacts { transferred, authorities, refusal: None })) = &readings[6]
    else {
        panic!("{:?}", readings[6])
    };
    assert!(*transferred);
    assert_eq!(authorities.iter().map(|facts| facts.serial).collect::<Vec<_>>(), [Some(1), Some(1)]);
}

#[tokio::test]
async fn single_questions_do_where_few_are_asked() {
    let bind = Bind::with(&Setup { records: EVERY_TYPE.to_owned(), ..Setup::default() });
    let place = updates(bind.server(), &[]);
    let readings = place.ask(&[query(BOOTSTRAP, RecordType::Cname), zone()]).await;
    assert_eq!(present(&readings[0]), set(RecordType::Cname, &["east.example.test."]));
    let Reading::Present(Object::Zone(facts)) = &readings[1] else { panic!("{:?}", readings[1]) };
    assert!(!facts.transferred);
    assert_eq!(facts.authorities.len(), 1);
}

#[tokio::test]
async fn a_refused_transfer_is_made_up_for_by_questions() {
    let bind = Bind::with(&Setup { records: EVERY_TYPE.to_owned(), no_transfer: true, ..Setup::default() });
    let readings = every_type_is_read(&updates(bind.server(), &[]), &queries()).await;
    let Reading::Present(Object::Zone(facts)) = &readings[6] else { panic!("{:?}", readings[6]) };
    assert!(!facts.transferred);
}

#[tokio::test]
async fn hundreds_of_sets_are_read_at_once() {
    let mut records = String::new();
    for i in 0..500 {
        writeln!(records, "r{i} A 192.0.2.{}", i % 250).unwrap();
    }
    for no_transfer in [false, true] {
        let bind = Bind::with(&Setup { records: records.clone(), no_transfer, ..Setup::default() });
        let queries: Vec<Query> =
            (0..500).map(|i| query(&format!("r{i}.example.test."), RecordType::A)).collect();
        let readings = updates(bind.server(), &[]).ask(&queries).await;
        for (i, reading) in readings.iter().enumerate() {
            assert_eq!(present(reading).values, [format!("192.0.2.{}", i % 250)].into());
        }
    }
}

#[tokio::test]
async fn a_dead_authority_is_told_and_hides_nothing() {
    let bind = Bind::start();
    let dead = port::free("127.0.0.1").to_string();
    let place = updates(bind.server(), &[bind.server(), dead.clone()]);
    let readings = place.ask(&[query(BOOTSTRAP, RecordType::Cname), zone()]).await;
    let Reading::Present(Object::RecordSet(bootstrap)) = &readings[0] else { panic!("{:?}", readings[0]) };
    let fault = bootstrap.seen[1].fault.as_deref().unwrap();
    assert!(fault.starts_with(&format!("{dead} can't be reached: Connection refused")), "{fault}");
    assert_eq!(bootstrap.seen[1].values, None);
    assert!(bootstrap.seen[0].fault.is_none());
    let Reading::Present(Object::Zone(facts)) = &readings[1] else { panic!("{:?}", readings[1]) };
    assert_eq!((facts.authorities[0].serial, facts.authorities[1].serial), (Some(1), None));
}

#[tokio::test]
async fn a_dead_service_is_unreachable_and_so_is_its_zone() {
    let dead = port::free("127.0.0.1").to_string();
    let queries = queries();
    let readings = updates(dead, &[]).ask(&queries).await;
    assert_eq!(readings.len(), queries.len());
    for reading in readings {
        let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
        assert_eq!(fault.kind, FaultKind::Unreachable, "{fault}");
    }
}

#[tokio::test]
async fn a_name_outside_its_zone_is_wrong_and_the_others_are_read() {
    let bind = Bind::start();
    let outside = query("www.example.com.", RecordType::A);
    let readings = updates(bind.server(), &[]).ask(&[outside, query(BOOTSTRAP, RecordType::Cname)]).await;
    let Reading::Unreachable(fault) = &readings[0] else { panic!("{:?}", readings[0]) };
    insta::assert_snapshot!(fault, @"www.example.com. lies outside zone example.test. (name is the whole name, with the zone at its end)");
    assert_eq!(present(&readings[1]), set(RecordType::Cname, &["east.example.test."]));
}

#[tokio::test]
async fn powerdns_is_read_through_its_api_and_its_authorities_are_asked() {
    let powerdns = PowerDns::with(EVERY_TYPE);
    let place = api(&powerdns, &[powerdns.server()]);
    let readings = every_type_is_read(&place, &queries()).await;
    let Reading::Present(Object::RecordSet(bootstrap)) = &readings[0] else { panic!("{:?}", readings[0]) };
    assert_eq!(bootstrap.seen[0].values, Some(set(RecordType::Cname, &["east.example.test."]).values));
    let few = [query("EAST.example.test", RecordType::A), query("no.example.test.", RecordType::A)];
    let few = place.ask(&few).await;
    assert_eq!(present(&few[0]).values, ["192.0.2.1".to_owned()].into());
    assert_eq!(few[1], Reading::Absent);
}
