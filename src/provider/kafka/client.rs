//! The connection to a cluster.

use super::fault;
use super::frame::Writer;
use crate::estate::{Address, Cluster, Fault, FaultKind, Mechanism, Sasl, Security};
use crate::provider::Requests;
use bytes::Bytes;
use krafka::__private::kafka_pool;
use krafka::__private::network::BrokerConnection;
use krafka::__private::protocol::ApiKey;
use krafka::admin::{AdminClient, DescribeClusterOptions};
use krafka::auth::{AuthConfig, TlsConfig};
use krafka::{KrafkaError, ProtocolErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// A connection to a cluster, and its admin client.
struct Connection {
    kafka: krafka::Kafka,
    admin: AdminClient,
}

/// One Kafka cluster, connected to when it is first asked something.
pub struct Kafka {
    pub(super) name: String,
    cluster: Cluster,
    connection: OnceCell<Connection>,
    requests: Requests,
}

impl Kafka {
    /// The cluster that is declared at `address`. Nothing is sent yet.
    pub fn new(address: &Address, cluster: &Cluster) -> Self {
        Self {
            name: address.name.clone(),
            cluster: cluster.clone(),
            connection: OnceCell::new(),
            requests: Requests::default(),
        }
    }

    /// The requests sent until now.
    pub const fn requests(&self) -> &Requests {
        &self.requests
    }

    /// How long one request may take, retries of the client included.
    pub(super) const fn timeout(&self) -> Duration {
        self.cluster.timeout
    }

    /// The admin client; connects if there is no connection yet, and again if the last attempt failed.
    pub(super) async fn admin(&self) -> Result<&AdminClient, Fault> {
        let connect = self.connection.get_or_try_init(|| async {
            let connected = self.connect().await;
            let kafka = connected.map_err(|error| fault::of(&self.name, "connect", &error))?;
            let admin = kafka.admin().default_api_timeout(self.timeout());
            Ok(Connection { kafka, admin })
        });
        match tokio::time::timeout(self.timeout(), connect).await {
            Ok(connection) => connection.map(|connection| &connection.admin),
            Err(_) => Err(self.silent()),
        }
    }

    /// Sends a message of leeward's own to the first broker that takes a connection, and answers its answer.
    pub(super) async fn ask(&self, api: ApiKey, version: i16, message: &Writer) -> krafka::Result<Bytes> {
        let admin = &self.connected()?.admin;
        let brokers = admin.describe_cluster(DescribeClusterOptions::default()).await?.brokers;
        let mut unreachable = KrafkaError::timeout("the cluster names no brokers");
        for broker in brokers.iter().filter(|broker| !broker.is_fenced) {
            match self.broker(&broker.host, broker.port).await {
                Ok(broker) => return send(&broker, api, version, message).await,
                Err(error) => unreachable = error,
            }
        }
        Err(unreachable)
    }

    /// A connection to just this broker.
    pub(super) async fn broker(&self, host: &str, port: i32) -> krafka::Result<Arc<BrokerConnection>> {
        kafka_pool(&self.connected()?.kafka).get_connection(&format!("{host}:{port}")).await
    }

    fn connected(&self) -> krafka::Result<&Connection> {
        self.connection.get().ok_or_else(|| KrafkaError::illegal_state("not connected yet"))
    }

    async fn connect(&self) -> krafka::Result<krafka::Kafka> {
        // Short enough for a second broker to be asked when the first one hangs.
        let request = (self.timeout() * 2 / 3).max(Duration::from_millis(100));
        let builder = krafka::Kafka::builder(self.cluster.bootstrap.join(","))
            .client_id("leeward")
            .request_timeout(request)
            .connect_timeout(request / 2)
            .security(auth(&self.cluster.security)?);
        builder.connect().await
    }

    /// The fault of a cluster that does not answer in time.
    pub(super) fn silent(&self) -> Fault {
        let (name, bootstrap) = (&self.name, self.cluster.bootstrap.join(", "));
        let message = format!("{name} ({bootstrap}) does not answer within {:?}", self.timeout());
        Fault::new(FaultKind::Unreachable, message)
            .hint("check that its brokers run and can be reached from here")
    }
}

async fn send(
    broker: &BrokerConnection,
    api: ApiKey,
    version: i16,
    message: &Writer,
) -> krafka::Result<Bytes> {
    let version = broker.negotiate_api_version(api, version, version).ok_or_else(|| {
        let message = format!("broker {} does not speak version {version} of {api:?}", broker.address());
        KrafkaError::protocol_kind(ProtocolErrorKind::UnknownApiVersion, message)
    })?;
    let write = |buffer: &mut bytes::BytesMut| {
        buffer.extend_from_slice(message.bytes());
        Ok(())
    };
    broker.send_request(api, version, write).await
}

fn auth(security: &Security) -> krafka::Result<AuthConfig> {
    let auth = match (&security.sasl, security.protocol.as_str().starts_with("SASL")) {
        (Some(sasl), true) => sasl_auth(sasl),
        (None, true) => {
            return Err(krafka::KrafkaError::Config {
                message: format!("{} needs a user name and a password", security.protocol.as_str()),
            });
        }
        (_, false) => AuthConfig::plaintext(),
    };
    Ok(if security.protocol.is_encrypted() { auth.with_tls(tls(security)) } else { auth })
}

fn sasl_auth(sasl: &Sasl) -> AuthConfig {
    let (username, password) = (sasl.username.as_str(), sasl.password.expose());
    match sasl.mechanism {
        Mechanism::Plain => AuthConfig::sasl_plain(username, password),
        Mechanism::ScramSha256 => AuthConfig::sasl_scram_sha256(username, password),
        Mechanism::ScramSha512 => AuthConfig::sasl_scram_sha512(username, password),
    }
}

fn tls(security: &Security) -> TlsConfig {
    let tls = match &security.tls.ca {
        Some(ca) => TlsConfig::new().with_ca_cert_pem(ca.as_bytes()),
        None => TlsConfig::new().with_native_roots(),
    };
    match (&security.tls.certificate, &security.tls.key) {
        (Some(certificate), Some(key)) => {
            tls.with_client_cert_pem(certificate.as_bytes(), key.expose().as_bytes().to_vec())
        }
        _ => tls,
    }
}
