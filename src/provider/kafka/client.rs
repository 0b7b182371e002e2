//! The connection to a cluster.

use super::broker::Broker;
use super::fault;
use crate::estate::{Address, Cluster, Fault, FaultKind, Mechanism, Sasl, Security};
use crate::provider::Requests;
use krafka::__private::kafka_pool;
use krafka::KrafkaError;
use krafka::admin::{AdminClient, ClusterBroker, DescribeClusterOptions};
use krafka::auth::{AuthConfig, TlsConfig};
use std::sync::atomic::{AtomicUsize, Ordering};
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
    /// Counts what was asked of any broker.
    turn: AtomicUsize,
}

impl Kafka {
    /// The cluster that is declared at `address`. Nothing is sent yet.
    pub fn new(address: &Address, cluster: &Cluster) -> Self {
        Self {
            name: address.name.clone(),
            cluster: cluster.clone(),
            connection: OnceCell::new(),
            requests: Requests::default(),
            turn: AtomicUsize::new(0),
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

    /// Brokers that the controller holds for alive.
    pub(super) async fn alive(&self) -> krafka::Result<Vec<ClusterBroker>> {
        let cluster = self.connected()?.admin.describe_cluster(DescribeClusterOptions::default()).await?;
        Ok(cluster.brokers.into_iter().filter(|broker| !broker.is_fenced).collect())
    }

    /// A broker that takes a connection: another one each time, so that a second attempt does not meet the broker that
    /// was silent at the first.
    pub(super) async fn any_broker(&self) -> krafka::Result<Broker> {
        let mut unreachable = KrafkaError::timeout("the cluster names no brokers");
        let mut brokers = self.alive().await?;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % brokers.len().max(1);
        brokers.rotate_left(turn);
        for broker in brokers {
            match self.broker(&broker.host, broker.port).await {
                Ok(broker) => return Ok(broker),
                Err(error) => unreachable = error,
            }
        }
        Err(unreachable)
    }

    /// Just this broker.
    pub(super) async fn broker(&self, host: &str, port: i32) -> krafka::Result<Broker> {
        let connection = kafka_pool(&self.connected()?.kafka).get_connection(&format!("{host}:{port}")).await;
        connection.map(Broker::new)
    }

    fn connected(&self) -> krafka::Result<&Connection> {
        self.connection.get().ok_or_else(|| KrafkaError::illegal_state("not connected yet"))
    }

    /// How this cluster is logged into.
    pub(super) fn auth(&self) -> krafka::Result<AuthConfig> {
        auth(&self.cluster.security)
    }

    async fn connect(&self) -> krafka::Result<krafka::Kafka> {
        // Short enough for a second broker to be asked when the first one hangs.
        let request = (self.timeout() * 2 / 3).max(Duration::from_millis(100));
        let builder = krafka::Kafka::builder(self.cluster.bootstrap.join(","))
            .client_id("leeward")
            .request_timeout(request)
            .connect_timeout(request / 2)
            .security(self.auth()?);
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
