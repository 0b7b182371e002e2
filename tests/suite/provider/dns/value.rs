//! Record data as text.

use leeward::estate::{RecordSet, RecordType};
use leeward::provider::dns::rrset::Rrset;
use leeward::provider::dns::value;
use proptest::prelude::*;

#[test]
fn texts_become_canonical() {
    for (rtype, written, canonical) in [
        (RecordType::Cname, "Kafka-HZ.internal", "kafka-hz.internal."),
        (RecordType::Cname, "kafka-hz.internal.", "kafka-hz.internal."),
        (RecordType::A, "192.0.2.1", "192.0.2.1"),
        (RecordType::Aaaa, "2001:DB8:0:0::1", "2001:db8::1"),
        (RecordType::Srv, "0  5 9092 Broker.example.", "0 5 9092 broker.example."),
        (RecordType::Txt, "side=primary epoch=4", "side=primary epoch=4"),
        (RecordType::Txt, "\"side=primary\"", "side=primary"),
        (RecordType::Txt, "\"a\" \"b\"", "\"a\" \"b\""),
        (RecordType::Txt, r#""say \"hi\" \\ \065""#, r#"say "hi" \ A"#),
        (RecordType::Txt, "", ""),
    ] {
        let data = value::parse(rtype, written).unwrap();
        assert_eq!(value::text(&data), canonical, "{rtype} {written}");
    }
}

#[test]
fn values_that_do_not_fit_say_what_is_expected() {
    for (rtype, written, message) in [
        (RecordType::A, "1.2.3", r#""1.2.3" is no A value: an IPv4 address is expected"#),
        (RecordType::A, "::1", r#""::1" is no A value: an IPv4 address is expected"#),
        (RecordType::A, "", r#""" is no A value: one address is expected"#),
        (RecordType::Aaaa, "192.0.2.1", r#""192.0.2.1" is no AAAA value: an IPv6 address is expected"#),
        (RecordType::Cname, "a b", r#""a b" is no CNAME value: one name is expected"#),
        (RecordType::Srv, "9 b.", r#""9 b." is no SRV value: "priority weight port target." is expected"#),
        (RecordType::Srv, "0 0 99999 b.", r#""0 0 99999 b." is no SRV value: numbers are 0 to 65535"#),
        (RecordType::Txt, "\"open", r#""\"open" is no TXT value: a closing quote is missing"#),
        (RecordType::Txt, "\"a\" b", r#""\"a\" b" is no TXT value: a quote is expected between strings"#),
    ] {
        assert_eq!(value::parse(rtype, written).unwrap_err().to_string(), message);
    }
    assert!(value::name("").is_err());
    assert!(value::name(&format!("{}.example.", "x".repeat(64))).is_err());
}

#[test]
fn a_ttl_has_31_bits() {
    assert_eq!(value::ttl(0), Ok(0));
    assert_eq!(value::ttl(2_147_483_647), Ok(2_147_483_647));
    assert_eq!(
        value::ttl(2_147_483_648).unwrap_err().to_string(),
        "TTL 2147483648 s is out of range: a TTL is 0 to 2,147,483,647 seconds"
    );
}

#[test]
fn order_case_and_doubles_make_no_other_set() {
    let set = |values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Rrset::of("A.example.", RecordType::Srv, &RecordSet { ttl: 30, values, seen: Vec::new() }).unwrap()
    };
    let (one, two) = ("0 0 1 a.example.", "0 0 2 b.example.");
    assert_eq!(set(&[one, two]), set(&["0 0 2 B.example", one, two]));
    assert_ne!(set(&[one]), set(&[two]));
}

#[test]
fn a_zone_file_wants_quotes() {
    let data = value::parse(RecordType::Txt, r#"say "hi""#).unwrap();
    assert_eq!(value::zone_file_text(&data), r#""say \"hi\"""#);
}

proptest! {
    #[test]
    fn any_txt_survives_its_canonical_text(text in "\\PC{0,600}") {
        if let Ok(data) = value::parse(RecordType::Txt, &text) {
            let again = value::parse(RecordType::Txt, &value::text(&data)).unwrap();
            prop_assert_eq!(value::text(&again), value::text(&data));
            prop_assert_eq!(value::parse(RecordType::Txt, &value::zone_file_text(&data)).unwrap(), data);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(rtype in proptest::sample::select(&RecordType::ALL), text in ".{0,80}") {
        let _ = value::parse(rtype, &text);
    }
}
