//! The `dns` block, queries and changes that these tests work with.

use crate::servers::powerdns::{API_KEY, PowerDns};
use crate::servers::zone::{KEY, secret};
use leeward::estate::{
    self, Address, Change, Dns, DnsService, Kind, Object, ObjectId, Outcome, Query, Reading, RecordSet,
    RecordType, Rfc2136, Secret, Task, TsigAlgorithm, Verb, What,
};
use leeward::provider::dns::DnsPlace;
use std::time::Duration;

pub const ZONE: &str = "example.test.";
pub const BOOTSTRAP: &str = "bootstrap.example.test.";

/// A place that changes by RFC 2136.
pub fn updates(server: String, authorities: &[String]) -> DnsPlace {
    place(DnsService::Rfc2136(service(server)), authorities)
}

/// A place that changes by the API of PowerDNS.
pub fn api(powerdns: &PowerDns, authorities: &[String]) -> DnsPlace {
    let service = estate::PowerDns {
        url: powerdns.url(),
        api_key: Secret::new(API_KEY),
        server_id: "localhost".to_owned(),
    };
    place(DnsService::PowerDns(service), authorities)
}

pub fn service(server: String) -> Rfc2136 {
    Rfc2136 {
        server,
        key_name: KEY.to_owned(),
        key_algorithm: TsigAlgorithm::HmacSha256,
        key_secret: Secret::new(secret(KEY)),
    }
}

pub fn place(service: DnsService, authorities: &[String]) -> DnsPlace {
    let dns = Dns {
        service,
        authorities: authorities.to_vec(),
        timeout: Duration::from_secs(2),
        resolvers: Vec::new(),
        propagation: Duration::from_secs(3),
    };
    DnsPlace::new(&dns).unwrap()
}

pub fn dns() -> Address {
    Address::new(Kind::Dns, "main")
}

pub fn query(name: &str, rtype: RecordType) -> Query {
    Query::RecordSet { dns: dns(), zone: ZONE.to_owned(), name: name.to_owned(), rtype }
}

pub fn set(rtype: RecordType, values: &[&str]) -> RecordSet {
    RecordSet::new(rtype, 30, values.iter().map(|value| (*value).to_owned()))
}

pub fn id(name: &str, rtype: RecordType) -> ObjectId {
    ObjectId::new(&dns(), What::RecordSet { zone: ZONE.to_owned(), name: name.to_owned(), rtype })
}

pub fn create(name: &str, rtype: RecordType, values: &[&str]) -> Change {
    Change { id: id(name, rtype), verb: Verb::Create(Object::RecordSet(set(rtype, values))) }
}

pub fn update(name: &str, rtype: RecordType, from: &[&str], to: &[&str]) -> Change {
    let object = |values| Object::RecordSet(set(rtype, values));
    Change { id: id(name, rtype), verb: Verb::Update { from: object(from), to: object(to) } }
}

pub fn delete(name: &str, rtype: RecordType, values: &[&str]) -> Change {
    Change { id: id(name, rtype), verb: Verb::Delete(Object::RecordSet(set(rtype, values))) }
}

pub fn await_propagation(name: &str, rtype: RecordType, values: &[&str]) -> Task {
    Task::AwaitPropagation { record: id(name, rtype), wanted: set(rtype, values) }
}

/// The set that is there, without what authorities say of it.
pub fn present(reading: &Reading) -> RecordSet {
    match reading {
        Reading::Present(Object::RecordSet(set)) => RecordSet { seen: Vec::new(), ..set.clone() },
        other => panic!("a record set is there: {other:?}"),
    }
}

/// Asks and changes with owned lists, as tests have them.
pub trait Ask {
    /// Answers each query.
    async fn ask(&self, queries: &[Query]) -> Vec<Reading>;
    /// Makes each change.
    async fn make(&self, changes: &[Change]) -> Vec<Outcome>;
}

impl Ask for DnsPlace {
    async fn ask(&self, queries: &[Query]) -> Vec<Reading> {
        self.read(&queries.iter().collect::<Vec<_>>()).await
    }

    async fn make(&self, changes: &[Change]) -> Vec<Outcome> {
        self.change(&changes.iter().collect::<Vec<_>>()).await
    }
}
