//! What a server answers to a client: a resolver, or an authority for what it holds itself.

use super::authority::{self, Silent, code_name};
use super::rrset::Rrset;
use super::value;
use crate::estate::{Answer, Fault, FaultKind, Object, Reading, RecordType};
use crate::provider::Requests;
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name, RData, Record};
use std::net::IpAddr;
use std::time::Duration;

/// A client's patience with a server; one that is down must not hold up a failover.
pub(super) const WAIT: Duration = Duration::from_secs(2);
/// An alias of an alias of an alias is a mistake sooner or later.
const ALIASES: usize = 8;

/// What `server` answers, recursively if it does that for us.
pub(super) async fn read(
    server: &str,
    name: &str,
    rtype: RecordType,
    wait: Duration,
    requests: &Requests,
) -> Reading {
    requests.note("QUERY", 1);
    match answer(server, name, rtype, wait).await {
        Ok(answer) => Reading::Present(Object::Answer(answer)),
        Err(fault) => Reading::Unreachable(fault),
    }
}

async fn answer(server: &str, name: &str, rtype: RecordType, wait: Duration) -> Result<Answer, Fault> {
    let name = value::name(name)?;
    let reply = authority::exchange(server, &name, value::wire_type(rtype), true, wait).await;
    let reply = reply.map_err(unheard)?;
    let code = reply.metadata.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        let message = format!("{server} answers {} to {name} {rtype}", code_name(code));
        return Err(Fault::new(FaultKind::Internal, message).hint(
            "a resolver says that when it can't reach an authority of the name, or does not serve us",
        ));
    }
    let set = Rrset::among(&reply.answers, &name, rtype);
    let (last, addresses) = addresses(&reply.answers, &name, rtype);
    let mut answer = Answer {
        ttl: set.as_ref().map_or_else(|| negative_ttl(&reply), |set| set.ttl),
        values: set.map(|set| set.values()).unwrap_or_default(),
        addresses,
        beyond: None,
    };
    // An authority does not follow an alias out of its zones; a resolver that has no address knows that there is none.
    let asked_for_addresses = matches!(rtype, RecordType::A | RecordType::Aaaa);
    if asked_for_addresses
        && answer.addresses.is_empty()
        && last != name
        && !reply.metadata.recursion_available
    {
        answer.addresses = by_system(&last, rtype, wait).await;
        answer.beyond = Some(value::canonical(&last));
    }
    Ok(answer)
}

fn unheard(silent: Silent) -> Fault {
    let fault = Fault::from(silent);
    Fault { hint: Some("is the resolver up, and reachable from here?".into()), ..fault }
}

/// How long "there is none" may be kept: the TTL of the SOA that came with it (RFC 2308, section 5).
fn negative_ttl(reply: &Message) -> u32 {
    let soa = |record: &Record| match &record.data {
        RData::SOA(soa) => Some(record.ttl.min(soa.minimum)),
        _ => None,
    };
    reply.authorities.iter().find_map(soa).unwrap_or_default()
}

/// The addresses behind a name, and the last alias on the way.
fn addresses(answers: &[Record], name: &Name, rtype: RecordType) -> (Name, Vec<IpAddr>) {
    let mut last = name.clone();
    for _ in 0..ALIASES {
        let alias = answers.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == last => Some(target.0.to_lowercase()),
            _ => None,
        });
        match alias {
            Some(target) => last = target,
            None => break,
        }
    }
    let address = |record: &Record| match &record.data {
        RData::A(address) if rtype == RecordType::A => Some(IpAddr::V4(address.0)),
        RData::AAAA(address) if rtype == RecordType::Aaaa => Some(IpAddr::V6(address.0)),
        _ => None,
    };
    let own = answers.iter().filter(|record| record.name == last).filter_map(address).collect();
    (last, own)
}

async fn by_system(name: &Name, rtype: RecordType, wait: Duration) -> Vec<IpAddr> {
    let host = format!("{}:0", value::canonical(name).trim_end_matches('.'));
    let looked_up = tokio::time::timeout(wait, tokio::net::lookup_host(host)).await;
    let addresses = looked_up.into_iter().flatten().flatten().map(|address| address.ip());
    addresses.filter(|address| address.is_ipv4() == (rtype == RecordType::A)).collect()
}
