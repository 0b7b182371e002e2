//! The connection to a cluster.

use super::fault;
use crate::estate::{Address, Cluster, Fault, FaultKind, Mechanism, Sasl, Security};
use crate::provider::Requests;
use krafka::admin::AdminClient;
use krafka::auth::{AuthConfig, TlsConfig};
use std::time::Duration;
use tokio::sync::OnceCell;

/// One Kafka cluster, connected to when it is first asked something.
pub struct Kafka {
    pub(super) name: String,
    cluster: Cluster,
    admin: OnceCell<AdminClient>,
    requests: Requests,
}

impl Kafka {
    /// The cluster that is declared at `address`. Nothing is sent yet.
    pub fn new(address: &Address, cluster: &Cluster) -> Self {
        Self {
            name: address.name.clone(),
            cluster: cluster.clone(),
            admin: OnceCell::new(),
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
        let connect = self.admin.get_or_try_init(|| async {
            let connected = self.connect(&self.cluster.bootstrap.join(",")).await;
            let kafka = connected.map_err(|error| fault::of(&self.name, "connect", &error))?;
            Ok(kafka.admin().default_api_timeout(self.timeout()))
        });
        match tokio::time::timeout(self.timeout(), connect).await {
            Ok(admin) => admin,
            Err(_) => Err(self.silent()),
        }
    }

    /// Opens a connection that knows only of these brokers.
    pub(super) async fn connect(&self, bootstrap: &str) -> krafka::Result<krafka::Kafka> {
        // Short enough for a second broker to be asked when the first one hangs.
        let request = (self.timeout() * 2 / 3).max(Duration::from_millis(100));
        let builder = krafka::Kafka::builder(bootstrap)
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
