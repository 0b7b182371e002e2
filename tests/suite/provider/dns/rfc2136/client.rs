//! Every answer of the real servers to an update, and what leeward makes of it.

use crate::servers::bind::{Bind, Setup};
use crate::servers::knot::{Knot, authorities};
use crate::servers::powerdns::PowerDns;
use crate::servers::probe;
use crate::servers::zone::{KEY, LIMITED, secret};
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::RecordType;
use leeward::estate::{self, Fault, FaultKind, RecordSet};
use leeward::provider::dns::rfc2136::{BadKey, Client, Key, Swap, UpdateFault, Verdict, update as message};
use leeward::provider::dns::rrset::Rrset;
use leeward::provider::dns::value::name;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const BOOTSTRAP: &str = "bootstrap.example.test.";

const WAIT: Duration = Duration::from_secs(5);

fn set(owner: &str, rtype: estate::RecordType, values: &[&str]) -> Rrset {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Rrset::of(owner, rtype, &RecordSet { ttl: 30, values, seen: Vec::new() }).unwrap()
}

fn cname(target: &str) -> Rrset {
    set(BOOTSTRAP, estate::RecordType::Cname, &[target])
}

/// The update that puts `wanted` in the place of `expected`.
fn change(expected: Option<&Rrset>, wanted: Option<&Rrset>) -> Message {
    change_in("example.test.", expected, wanted)
}

fn change_in(zone: &str, expected: Option<&Rrset>, wanted: Option<&Rrset>) -> Message {
    let either = wanted.or(expected).unwrap();
    let swap = Swap {
        name: either.name.clone(),
        rtype: either.rtype,
        expected: expected.cloned(),
        wanted: wanted.cloned(),
    };
    message(&name(zone).unwrap(), &[swap])
}

fn east_to_west() -> Message {
    change(Some(&cname("east.example.test.")), Some(&cname("west.example.test.")))
}

fn client(server: String, key: &str) -> Client {
    Client::new(server, Some(Key::new(key, "hmac-sha256", secret(key)).unwrap()), WAIT)
}

async fn update(client: &Client, message: Message) -> Result<Verdict, UpdateFault> {
    client.update(&name("example.test.").unwrap(), message).await
}

/// Swaps, creates and deletes with prerequisites that hold and that do not: the same on every server.
async fn swaps_only_what_is_expected(server: String, address: std::net::SocketAddr) {
    let client = client(server, KEY);
    let is = |name: &str, kind| probe::values(address, name, kind);
    assert_eq!(update(&client, east_to_west()).await, Ok(Verdict::Accepted));
    assert_eq!(is(BOOTSTRAP, RecordType::CNAME), ["west.example.test."]);
    // The same again: somebody has moved the record since, so nothing is overwritten.
    let again = update(&client, east_to_west()).await;
    assert_eq!(again, Ok(Verdict::Moved(ResponseCode::NXRRSet)));

    let two = set("www.example.test.", estate::RecordType::A, &["192.0.2.8", "192.0.2.9"]);
    assert_eq!(update(&client, change(None, Some(&two))).await, Ok(Verdict::Accepted));
    assert_eq!(is("www.example.test.", RecordType::A), ["192.0.2.8", "192.0.2.9"]);
    let exists = update(&client, change(None, Some(&two))).await;
    assert_eq!(exists, Ok(Verdict::Moved(ResponseCode::YXRRSet)));

    // One value of two is another set: the whole of it has to be as expected.
    let one = set("www.example.test.", estate::RecordType::A, &["192.0.2.8"]);
    let partly = update(&client, change(Some(&one), None)).await;
    assert_eq!(partly, Ok(Verdict::Moved(ResponseCode::NXRRSet)));
    assert_eq!(update(&client, change(Some(&two), None)).await, Ok(Verdict::Accepted));
    assert_eq!(is("www.example.test.", RecordType::A), Vec::<String>::new());
}

#[tokio::test]
async fn bind_swaps_only_what_is_expected() {
    let bind = Bind::start();
    swaps_only_what_is_expected(bind.server(), bind.address).await;
}

#[tokio::test]
async fn knot_swaps_only_what_is_expected() {
    let knot = Knot::start();
    swaps_only_what_is_expected(knot.server(), knot.address).await;
}

#[tokio::test]
async fn powerdns_swaps_only_what_is_expected() {
    let powerdns = PowerDns::start();
    swaps_only_what_is_expected(powerdns.server(), powerdns.address).await;
}

/// The fault that a client with this key, secret, algorithm and clock meets, as people read it.
async fn fault(server: &str, key: Key, clock: fn() -> u64) -> String {
    let client = Client::new(server, Some(key), WAIT).with_clock(clock);
    let fault = update(&client, east_to_west()).await.unwrap_err();
    assert!(!fault.may_have_happened(), "{fault}");
    Fault::from(fault).to_string().replace(server, "SERVER")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn slow() -> u64 {
    now() - 1000
}

fn slightly_slow() -> u64 {
    now() - 250
}

#[tokio::test]
async fn bind_and_knot_say_what_is_wrong_with_a_key() {
    let (bind, knot) = (Bind::start(), Knot::start());
    for server in [bind.server(), knot.server()] {
        for (key, algorithm, of, message) in [
            (
                KEY,
                "hmac-sha256",
                LIMITED,
                "SERVER knows key drkey. by another secret (BADSIG) (compare key_secret",
            ),
            (
                "nobody.",
                "hmac-sha256",
                KEY,
                "SERVER does not accept key nobody. with hmac-sha256 (BADKEY) (the key's name",
            ),
            (
                KEY,
                "HMAC-SHA512.",
                KEY,
                "SERVER does not accept key drkey. with hmac-sha512 (BADKEY) (the key's name",
            ),
        ] {
            let said = fault(&server, Key::new(key, algorithm, secret(of)).unwrap(), now).await;
            assert!(said.starts_with(message), "{said}");
        }
        let clock = fault(&server, Key::new(KEY, "hmac-sha256", secret(KEY)).unwrap(), slow).await;
        assert!(clock.contains("1000 s apart") || clock.contains("1001 s apart"), "{clock}");
    }
    assert_eq!(probe::values(bind.address, BOOTSTRAP, RecordType::CNAME), ["east.example.test."]);
}

/// Without a change: a key that is right is greeted by every server, and one that is not by none.
#[tokio::test]
async fn a_key_is_known_or_not_before_anything_is_changed() {
    let (bind, knot, powerdns) = (Bind::start(), Knot::start(), PowerDns::start());
    let zone = name("example.test.").unwrap();
    for server in [bind.server(), knot.server(), powerdns.server()] {
        assert_eq!(client(server.clone(), KEY).greet(&zone).await, Ok(()), "{server}");
        let wrong =
            [Key::new(KEY, "hmac-sha256", secret(LIMITED)), Key::new("nobody.", "hmac-sha256", secret(KEY))];
        for key in wrong {
            let fault = Client::new(server.clone(), Some(key.unwrap()), WAIT).greet(&zone).await.unwrap_err();
            assert_eq!(Fault::from(fault.clone()).kind, FaultKind::Unauthenticated, "{server}: {fault}");
        }
    }
}

#[tokio::test]
async fn powerdns_refuses_without_a_reason_and_that_is_said() {
    let powerdns = PowerDns::start();
    let server = powerdns.server();
    let wrong_secret = Key::new(KEY, "hmac-sha256", secret(LIMITED)).unwrap();
    insta::assert_snapshot!(fault(&server, wrong_secret, now).await, @"SERVER refused key drkey. without saying why (PowerDNS answers so: check the key's name, algorithm and secret, the clocks, and that the zone allows this key (TSIG-ALLOW-DNSUPDATE, TSIG-ALLOW-AXFR, allow-dnsupdate-from))");
    assert_eq!(
        probe::values(powerdns.address, BOOTSTRAP, RecordType::CNAME),
        ["east.example.test."],
        "nothing is changed"
    );
}

#[tokio::test]
async fn a_clock_that_is_slightly_wrong_is_good_enough() {
    let bind = Bind::start();
    let client = client(bind.server(), KEY).with_clock(slightly_slow);
    assert_eq!(update(&client, east_to_west()).await, Ok(Verdict::Accepted));
}

#[tokio::test]
async fn other_strong_algorithms_work_too() {
    let (bind, knot) = (Bind::start(), Knot::start());
    for server in [bind.server(), knot.server()] {
        let key = Key::new("strong.", "hmac-sha512", secret("strong.")).unwrap();
        let client = Client::new(server, Some(key), WAIT);
        assert_eq!(update(&client, east_to_west()).await, Ok(Verdict::Accepted));
    }
}

#[tokio::test]
async fn what_a_policy_denies_is_told_apart_from_a_wrong_key() {
    let (bind, knot) = (Bind::start(), Knot::start());
    let other = set("other.example.test.", estate::RecordType::Cname, &["west.example.test."]);
    for (server, expected) in [
        (bind.server(), "does not let key limited. do this in zone example.test. (REFUSED)"),
        (knot.server(), "does not accept key limited. with hmac-sha256 (BADKEY)"),
    ] {
        let limited = client(server, LIMITED);
        let fault = update(&limited, change(None, Some(&other))).await.unwrap_err();
        assert!(fault.to_string().contains(expected), "{fault}");
        assert_eq!(update(&limited, east_to_west()).await, Ok(Verdict::Accepted));
    }
}

#[tokio::test]
async fn wrong_zones_and_missing_keys_are_named() {
    let (bind, knot) = (Bind::start(), Knot::start());
    for server in [bind.server(), knot.server()] {
        let unsigned = update(&Client::new(&server, None, WAIT), east_to_west()).await.unwrap_err();
        assert!(matches!(unsigned, UpdateFault::KeyMissing { .. }), "{unsigned}");

        let elsewhere = set("a.elsewhere.example.", estate::RecordType::A, &["192.0.2.1"]);
        let zone = name("elsewhere.example.").unwrap();
        let message = change_in("elsewhere.example.", None, Some(&elsewhere));
        let not_served = client(server.clone(), KEY).update(&zone, message).await.unwrap_err();
        assert!(matches!(not_served, UpdateFault::NotServed { .. }), "{not_served}");

        let zone = name("example.test.").unwrap();
        let message = change_in("example.test.", None, Some(&elsewhere));
        let outside = client(server, KEY).update(&zone, message).await.unwrap_err();
        assert!(matches!(outside, UpdateFault::OutsideZone { .. }), "{outside}");
    }
}

#[tokio::test]
async fn a_secondary_takes_no_update() {
    let (_bind, knot) = authorities("");
    let fault = update(&client(knot.server(), KEY), east_to_west()).await.unwrap_err();
    assert!(matches!(fault, UpdateFault::KeyUnknown { .. } | UpdateFault::Denied { .. }), "{fault}");
}

#[tokio::test]
async fn a_server_that_cannot_write_its_journal_leaves_the_outcome_open() {
    let bind = Bind::with(&Setup { read_only: true, ..Setup::default() });
    let fault = update(&client(bind.server(), KEY), east_to_west()).await.unwrap_err();
    assert_eq!(fault, UpdateFault::ServerFailed { server: bind.server(), zone: "example.test.".to_owned() });
    assert!(fault.may_have_happened());
}

#[test]
fn a_bad_key_is_refused_without_its_secret() {
    let secret = "not!base64";
    let bad = Key::new("leeward.", "hmac-sha256", secret).unwrap_err();
    assert_eq!(bad, BadKey::Secret("leeward.".to_owned()));
    assert!(!bad.to_string().contains(secret), "{bad}");
    assert!(Key::new("leeward.", "hmac-sha256", "").is_err());
    for weak in ["hmac-md5", "hmac-sha1", "hmac-sha256-128", "gss-tsig", ""] {
        assert_eq!(Key::new("leeward.", weak, "c2VjcmV0").unwrap_err(), BadKey::Algorithm(weak.to_owned()));
    }
    let key = Key::new("Leeward", "hmac-sha384", "c2VjcmV0").unwrap();
    assert_eq!(format!("{key:?}"), "Key(leeward. hmac-sha384 (sensitive))");
}
