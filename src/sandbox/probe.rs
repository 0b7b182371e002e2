//! Proves that what answers on a component's port is that component.
//!
//! A connection proves nothing: two BINDs can share a port, and somebody else's broker may sit on ours. So a broker has
//! to know its cluster's id and its own number, a worker its cluster's id, and an authority the sandbox's nonce, over
//! both UDP and TCP.

use super::component::{Component, Role};
use super::layout::{Cluster, Layout, PowerDns, User};
use super::zone::nonce_owner;
use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// How long one question may take; a server that has just bound its port loses the ones before.
const PATIENCE: Duration = Duration::from_millis(250);

/// Asks one component whether it is there and ready.
pub(super) enum Probe {
    Broker { client: BaseConsumer, cluster: String, node: i32 },
    Connect { http: Http, url: String, cluster: String },
    Dns(DnsProbe),
    Powerdns { http: Http, url: String, key: String, dns: DnsProbe },
}

impl Probe {
    /// The probe for a component of this layout; `Err` says why there can be none.
    pub(super) fn new(layout: &Layout, component: &Component) -> Result<Self, String> {
        let cluster_of = |name: &str| layout.cluster(name).ok_or_else(|| format!("no cluster {name}"));
        match &component.role {
            Role::Broker { cluster, node } => {
                let cluster = cluster_of(cluster)?;
                let address = format!("127.0.0.1:{}", component.ports.first().copied().unwrap_or_default());
                let client = client(layout, layout.sasl.as_ref().map(|sasl| &sasl.admin), &address)
                    .create()
                    .map_err(|error| error.to_string())?;
                Ok(Self::Broker { client, cluster: cluster.id.clone(), node: i32::from(*node) })
            }
            Role::Connect { cluster } => {
                let cluster = cluster_of(cluster)?;
                Ok(Self::Connect {
                    http: Http::new()?,
                    url: cluster.connect_url(),
                    cluster: cluster.id.clone(),
                })
            }
            Role::Bind => Ok(Self::Dns(DnsProbe::zone(layout, layout.zone.primary, true))),
            Role::Knot => Ok(Self::Dns(DnsProbe::zone(layout, layout.zone.secondary, true))),
            Role::Unbound => {
                let address = layout.unbound.ok_or("no unbound")?;
                Ok(Self::Dns(DnsProbe::zone(layout, address, false)))
            }
            Role::Powerdns => Self::powerdns(layout, layout.powerdns.as_ref().ok_or("no powerdns")?),
        }
    }

    fn powerdns(layout: &Layout, powerdns: &PowerDns) -> Result<Self, String> {
        Ok(Self::Powerdns {
            http: Http::new()?,
            url: format!("{}/api/v1/servers/localhost", powerdns.api_url()),
            key: powerdns.api_key.clone(),
            dns: DnsProbe {
                address: powerdns.address,
                owner: nonce_owner(&powerdns.zone),
                nonce: layout.zone.nonce.clone(),
                authority: true,
            },
        })
    }

    /// Whether the component is ready; `Err` says what is still wrong.
    pub(super) fn ask(&self) -> Result<(), String> {
        match self {
            Self::Broker { client, cluster, node } => ask_broker(client, cluster, *node),
            Self::Connect { http, url, cluster } => ask_connect(http, url, cluster),
            Self::Dns(dns) => dns.ask(),
            Self::Powerdns { http, url, key, dns } => {
                http.get(url, Some(key)).and_then(|(status, _)| expect_ok(status)).and_then(|()| dns.ask())
            }
        }
    }
}

/// The settings of a Kafka client of this sandbox.
pub(super) fn client(layout: &Layout, user: Option<&User>, bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("client.id", "leeward-sandbox")
        .set("security.protocol", layout.protocol())
        .set("reconnect.backoff.ms", "20")
        .set("reconnect.backoff.max.ms", "200")
        .set_log_level(RDKafkaLogLevel::Emerg);
    if let Some(user) = user {
        config
            .set("sasl.mechanism", "SCRAM-SHA-512")
            .set("sasl.username", &user.name)
            .set("sasl.password", &user.password);
    }
    config
}

/// Whether every broker of a cluster is registered; a worker can make its topics only then.
pub(super) fn is_complete(layout: &Layout, cluster: &Cluster) -> bool {
    let user = layout.sasl.as_ref().map(|sasl| &sasl.admin);
    let client: Result<BaseConsumer, _> = client(layout, user, &cluster.bootstrap().join(",")).create();
    client
        .and_then(|client| client.fetch_metadata(None, Duration::from_secs(1)))
        .is_ok_and(|metadata| metadata.brokers().len() == cluster.nodes.len())
}

fn ask_broker(client: &BaseConsumer, cluster: &str, node: i32) -> Result<(), String> {
    let metadata = client.fetch_metadata(None, PATIENCE * 2).map_err(|error| error.to_string())?;
    match client.client().fetch_cluster_id(PATIENCE) {
        Some(id) if id == cluster => {}
        Some(other) => return Err(format!("cluster {other} answers on its port")),
        None => return Err("no cluster id yet".into()),
    }
    if metadata.brokers().iter().any(|broker| broker.id() == node) {
        Ok(())
    } else {
        Err("the broker is not registered yet".into())
    }
}

fn ask_connect(http: &Http, url: &str, cluster: &str) -> Result<(), String> {
    let (status, _) = http.get(&format!("{url}/health"), None)?;
    expect_ok(status)?;
    let (status, body) = http.get(url, None)?;
    expect_ok(status)?;
    if body.contains(&format!("\"{cluster}\"")) {
        Ok(())
    } else {
        Err(format!("another worker answers on its port: {body}"))
    }
}

fn expect_ok(status: u16) -> Result<(), String> {
    if status == 200 { Ok(()) } else { Err(format!("its HTTP API answers {status}")) }
}

/// Asks for the nonce.
pub(super) struct DnsProbe {
    address: SocketAddr,
    owner: String,
    nonce: String,
    authority: bool,
}

impl DnsProbe {
    fn zone(layout: &Layout, address: SocketAddr, authority: bool) -> Self {
        let owner = nonce_owner(&layout.zone.name);
        Self { address, owner, nonce: layout.zone.nonce.clone(), authority }
    }

    fn ask(&self) -> Result<(), String> {
        let name = Name::from_ascii(&self.owner).map_err(|error| error.to_string())?;
        let mut query = Message::query();
        query.metadata.recursion_desired = !self.authority;
        query.add_query(Query::query(name, RecordType::TXT));
        let wire = query.to_vec().map_err(|error| error.to_string())?;
        let udp = over_udp(self.address, &wire).map_err(|error| format!("UDP: {error}"))?;
        self.judge(query.metadata.id, &udp)?;
        let tcp = over_tcp(self.address, &wire).map_err(|error| format!("TCP: {error}"))?;
        self.judge(query.metadata.id, &tcp)
    }

    fn judge(&self, id: u16, reply: &[u8]) -> Result<(), String> {
        let reply = Message::from_vec(reply).map_err(|error| error.to_string())?;
        let has_nonce = reply.answers.iter().any(|record| match &record.data {
            RData::TXT(txt) => txt.txt_data.concat() == self.nonce.as_bytes(),
            _ => false,
        });
        let authority_is_right = reply.metadata.authoritative || !self.authority;
        if reply.metadata.id == id && has_nonce && authority_is_right {
            Ok(())
        } else {
            Err(format!("it answers {} without the sandbox's nonce", reply.metadata.response_code))
        }
    }
}

fn over_udp(address: SocketAddr, query: &[u8]) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.connect(address)?;
    socket.send(query)?;
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

/// A message over TCP stands behind its length in two bytes (RFC 1035, section 4.2.2).
fn over_tcp(address: SocketAddr, query: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = u16::try_from(query.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], query].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    Ok(reply)
}

/// An HTTP client for code that waits.
pub(super) struct Http {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Http {
    fn new() -> Result<Self, String> {
        // reqwest wants a provider even for plain HTTP; one that is there already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build();
        Ok(Self {
            runtime: runtime.map_err(|error| error.to_string())?,
            client: client.map_err(|error| error.to_string())?,
        })
    }

    fn get(&self, url: &str, key: Option<&str>) -> Result<(u16, String), String> {
        let request = self.client.get(url).header("X-API-Key", key.unwrap_or_default());
        let answer = self.runtime.block_on(async {
            let response = request.send().await?;
            Ok::<_, reqwest::Error>((response.status().as_u16(), response.text().await?))
        });
        answer.map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            source.unwrap_or_else(|| error.to_string())
        })
    }
}
