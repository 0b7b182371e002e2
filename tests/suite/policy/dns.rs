use super::world::{World, record, says, sound};
use leeward::estate::{RecordType, Resource};
use std::collections::BTreeSet;
use std::time::Duration;

fn fixed(value: &'static str) -> impl Fn(&mut World) {
    move |world| {
        let fixed = Resource::DnsRecord(record("k2.example.com.", value));
        world.declare("dns_record.k2", &["dns.main"], fixed);
    }
}

#[test]
fn lw1201_records_that_stay_behind() {
    let active = "LW1201 warning dns_record.k2: k2.example.com. points at hangzhou, the active side of pair.orders, for \
                  good";
    says(fixed("kafka-hangzhou.internal."), &[active]);
    says(fixed("KAFKA-Hangzhou.internal"), &[active]);
    says(
        fixed("kafka-shanghai.internal."),
        &[
            "LW1201 info dns_record.k2: k2.example.com. points at shanghai, the standby side of pair.orders, for good",
        ],
    );
    says(fixed("elsewhere.internal."), &[]);
}

#[test]
fn lw1201_finds_the_host_of_a_service_record() {
    says(
        |world| {
            fixed("0 0 9093 kafka-hangzhou.internal.")(world);
            world.record("dns_record.k2").rtype = RecordType::Srv;
        },
        &[
            "LW1201 warning dns_record.k2: k2.example.com. points at hangzhou, the active side of pair.orders, for good",
        ],
    );
}

#[test]
fn lw1202_authorities_that_are_silent() {
    says(
        |world| {
            let authority = &mut world.zone().authorities[1];
            authority.serial = None;
            authority.fault = Some("no answer in 2 s".into());
        },
        &["LW1202 warning dns.main: 10.0.1.53:53 does not answer for example.com.: no answer in 2 s"],
    );
    says(
        |world| world.zone().authorities[0].serial = None,
        &[
            "LW1202 warning dns.main: 10.0.0.53:53 does not answer for example.com.: it is not an authority of the zone",
        ],
    );
}

#[test]
fn lw1203_a_key_that_is_refused() {
    says(
        |world| world.zone().refusal = Some("ns1 knows key leeward. by another secret (BADSIG)".into()),
        &[
            "LW1203 warning dns.main: records of example.com. can't be changed: ns1 knows key leeward. by another secret \
             (BADSIG)",
        ],
    );
}

#[test]
fn lw1204_time_to_live_and_recovery_time() {
    let ttl = |ttl| move |world: &mut World| world.record("dns_record.bootstrap").ttl = ttl;
    let too_long = |ttl: u32| {
        format!(
            "LW1204 warning dns_record.bootstrap: TTL {ttl} s is not shorter than failover_policy.orders rto 5m"
        )
    };
    says(ttl(3600), &[&too_long(3600)]);
    says(ttl(300), &[&too_long(300)]);
    says(ttl(299), &[]);
    says(
        |world| {
            ttl(3600)(world);
            world.policy("failover_policy.orders").rto = None;
        },
        &[],
    );
}

#[test]
fn lw1204_takes_the_tightest_of_several_policies() {
    let mut world = sound();
    let mut strict = world.policy("failover_policy.orders").clone();
    strict.rto = Some(Duration::from_millis(1500));
    world.declare("failover_policy.strict", &[], Resource::FailoverPolicy(strict));
    let expected =
        "LW1204 warning dns_record.bootstrap: TTL 30 s is not shorter than failover_policy.strict rto 1500ms";
    assert_eq!(world.said(), [expected]);
}

#[test]
fn lw1204_leaves_records_alone_that_follow_no_pair() {
    says(
        |world| {
            fixed("elsewhere.internal.")(world);
            let record = world.record("dns_record.k2");
            record.ttl = 86_400;
            record.values = BTreeSet::from(["x.internal.".into()]);
        },
        &[],
    );
}
