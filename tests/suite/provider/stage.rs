//! A world to play on: the fake one, or the real one of the shared sandbox, with the same places.

use crate::e2e;
use crate::estate::sample::{address, declare};
use leeward::estate::{
    Address, Change, Cluster, Connect, Dns, DnsService, Estate, Evidence, Fault, FaultKind, Mechanism,
    Object, ObjectId, Outcome, PowerDns, Protocol, Query, Reading, Resource, Rfc2136, Sasl, Secret, Security,
    Task, Tls, TsigAlgorithm, Verb,
};
use leeward::provider::memory::MemoryZone;
use leeward::provider::{Live, Memory, Provider};
use leeward::sandbox::{Sandbox, User};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a request to a place of the stage may take.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// `cluster.hangzhou`, `cluster.shanghai`, `connect.shanghai`, `dns.main`; and `dead`, one of each sort, where nothing
/// answers.
pub struct Stage {
    pub world: Box<dyn Provider>,
    pub zone: String,
    /// An authority of the zone, and a resolver if there is one.
    pub servers: Vec<String>,
    /// Nobody else plays on a server that takes one change at a time.
    pub _turn: Option<MutexGuard<'static, ()>>,
}

/// The authority in memory.
const AUTHORITY: &str = "192.0.2.53:53";

/// PowerDNS answers 500 while its SQLite database is locked by another change.
static POWERDNS: Mutex<()> = Mutex::new(());

impl Stage {
    /// The fake world.
    pub fn memory() -> Self {
        let estate = estate("127.0.0.1:1", "http://127.0.0.1:1", &[AUTHORITY.into()], "");
        let memory = Memory::of(&estate);
        let refused = || Fault::new(FaultKind::Unreachable, "dead: connection refused");
        for place in ["cluster.dead", "connect.dead", "dns.dead"] {
            memory.cut(&address(place), refused());
        }
        memory.edit(|world| {
            let dns = world.dns.get_mut(&address("dns.main")).unwrap();
            dns.zones.insert("example.test.".into(), MemoryZone::default());
        });
        Self {
            world: Box::new(memory),
            zone: "example.test.".into(),
            servers: vec![AUTHORITY.into()],
            _turn: None,
        }
    }

    /// The shared sandbox without passwords.
    pub fn live() -> Option<Self> {
        e2e::sandbox().map(|sandbox| Self::on(&sandbox))
    }

    /// The shared sandbox with passwords and an authorizer.
    pub fn live_with_authorizer() -> Option<Self> {
        e2e::sasl_sandbox().map(|sandbox| Self::on(&sandbox))
    }

    /// The shared sandbox, whose record sets live on PowerDNS and are changed through its HTTP API.
    pub fn live_with_powerdns() -> Option<Self> {
        let sandbox = e2e::sandbox()?;
        let powerdns = sandbox.layout().powerdns.as_ref().unwrap();
        let service = PowerDns {
            url: powerdns.api_url(),
            api_key: Secret::new(&*powerdns.api_key),
            server_id: "localhost".into(),
        };
        let authorities = vec![powerdns.address.to_string()];
        let dns = Dns { service: DnsService::PowerDns(service), ..dns_at(&authorities, "c2VjcmV0") };
        let mut estate = sandbox_estate(&sandbox);
        declare(&mut estate, "dns.main", &[], Resource::Dns(dns));
        let turn = POWERDNS.lock().unwrap_or_else(PoisonError::into_inner);
        let zone = powerdns.zone.clone();
        let servers = std::iter::once(powerdns.address).chain(sandbox.layout().unbound);
        let servers = servers.map(|server| server.to_string()).collect();
        Some(Self { world: Box::new(Live::new(&estate)), zone, servers, _turn: Some(turn) })
    }

    fn on(sandbox: &Sandbox) -> Self {
        Self {
            world: Box::new(Live::new(&sandbox_estate(sandbox))),
            zone: sandbox.layout().zone.name.clone(),
            servers: std::iter::once(sandbox.layout().zone.primary)
                .chain(sandbox.layout().unbound)
                .map(|server| server.to_string())
                .collect(),
            _turn: None,
        }
    }

    pub async fn read(&self, query: Query) -> Reading {
        self.world.read(&[query]).await.remove(0)
    }

    /// The object that is there.
    pub async fn present(&self, query: Query) -> Object {
        match self.read(query).await {
            Reading::Present(object) => object,
            other => panic!("{other:?}"),
        }
    }

    pub async fn change(&self, id: &ObjectId, verb: Verb) -> Outcome {
        self.world.change(&[Change { id: id.clone(), verb }]).await.remove(0)
    }

    /// Makes a change that has to succeed.
    pub async fn done(&self, id: &ObjectId, verb: Verb) {
        assert_eq!(self.change(id, verb).await, Outcome::Done(()), "{id}");
    }

    /// Does a task that has to succeed.
    pub async fn perform(&self, task: Task) -> Evidence {
        match self.world.perform(&task).await {
            Outcome::Done(evidence) => evidence,
            other => panic!("{task}: {other:?}"),
        }
    }
}

/// The fault of a change that failed.
pub fn failed<T: std::fmt::Debug>(outcome: Outcome<T>) -> Fault {
    match outcome {
        Outcome::Failed(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// An estate of nothing but the places of a sandbox.
pub fn sandbox_estate(sandbox: &Sandbox) -> Estate {
    let zone = &sandbox.layout().zone;
    let [hangzhou, shanghai] = ["hangzhou", "shanghai"].map(|name| sandbox.cluster(name).unwrap());
    let authorities = zone.authorities().map(|authority| authority.to_string());
    let mut estate = estate("", &shanghai.connect_url(), &authorities, &zone.key.secret);
    for (cluster, sandboxed) in [("cluster.hangzhou", hangzhou), ("cluster.shanghai", shanghai)] {
        let user = sandbox.layout().sasl.as_ref().map(|sasl| &sasl.admin);
        declare(&mut estate, cluster, &[], Resource::Cluster(cluster_at(sandboxed.bootstrap(), user)));
    }
    estate
}

/// A cluster that one logs into as `user`, if there are users.
pub fn cluster_at(bootstrap: Vec<String>, user: Option<&User>) -> Cluster {
    let sasl = user.map(|user| Sasl {
        mechanism: Mechanism::ScramSha512,
        username: user.name.clone(),
        password: Secret::new(&*user.password),
        password_in_connect: None,
    });
    let protocol = if sasl.is_some() { Protocol::SaslPlaintext } else { Protocol::Plaintext };
    Cluster {
        bootstrap,
        endpoint: None,
        security: Security { protocol, sasl, tls: Tls::default() },
        timeout: TIMEOUT,
    }
}

fn estate(bootstrap: &str, connect: &str, authorities: &[String], secret: &str) -> Estate {
    let mut estate = Estate::default();
    for cluster in ["cluster.hangzhou", "cluster.shanghai"] {
        declare(&mut estate, cluster, &[], Resource::Cluster(cluster_at(vec![bootstrap.into()], None)));
    }
    let dead = closed_port();
    declare(&mut estate, "cluster.dead", &[], Resource::Cluster(cluster_at(vec![dead.clone()], None)));
    declare(&mut estate, "connect.shanghai", &[], Resource::Connect(connect_at(connect)));
    declare(&mut estate, "connect.dead", &[], Resource::Connect(connect_at(&format!("http://{dead}"))));
    declare(&mut estate, "dns.main", &[], Resource::Dns(dns_at(authorities, secret)));
    declare(&mut estate, "dns.dead", &[], Resource::Dns(dns_at(&[dead], "c2VjcmV0")));
    estate
}

/// An address at which nothing listens.
fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn connect_at(url: &str) -> Connect {
    let cluster = address("cluster.shanghai");
    Connect { urls: vec![url.into()], cluster, basic_auth: None, ca: None, timeout: TIMEOUT }
}

fn dns_at(authorities: &[String], secret: &str) -> Dns {
    Dns {
        service: DnsService::Rfc2136(Rfc2136 {
            server: authorities[0].clone(),
            key_name: "leeward.".into(),
            key_algorithm: TsigAlgorithm::HmacSha256,
            key_secret: Secret::new(secret),
        }),
        authorities: authorities.to_vec(),
        resolvers: Vec::new(),
        timeout: TIMEOUT,
        propagation: Duration::from_secs(10),
    }
}

/// The cluster on which most scenes are played.
pub fn cluster() -> Address {
    address("cluster.hangzhou")
}
