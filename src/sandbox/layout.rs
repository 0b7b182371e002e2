//! `sandbox.json`: what stands in a sandbox's folder and where it listens.

use super::component::Component;
use super::files::{self, FileError};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The version of `sandbox.json` that this leeward reads and writes.
const FORMAT: u32 = 1;

/// Everything that a sandbox consists of. It holds the sandbox's own passwords, so it is never shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct Layout {
    pub(super) format: u32,
    /// The version of Kafka, Connect and MirrorMaker.
    pub kafka_version: String,
    /// The largest heap of one JVM, as Java writes it.
    pub heap: String,
    /// The two clusters; side A (the usual primary) first.
    pub clusters: Vec<Cluster>,
    /// The zone that BIND (primary) and Knot (secondary) serve.
    pub zone: Zone,
    /// How clients log in, when they must.
    pub sasl: Option<Sasl>,
    /// The authority with an HTTP API, when asked for.
    pub powerdns: Option<PowerDns>,
    /// Where the caching resolver listens, when asked for.
    pub unbound: Option<SocketAddr>,
    /// What runs, in the order in which it is shown.
    pub components: Vec<Component>,
}

/// A Kafka cluster and the Connect worker beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Cluster {
    /// Its name, as in `kafka-NAME` and `connect-NAME`.
    pub name: String,
    /// The cluster id, 16 random bytes in URL-safe base64.
    pub id: String,
    /// The DNS name that clients' names can point at.
    pub endpoint: String,
    /// Its brokers, which are its controllers as well.
    pub nodes: Vec<Node>,
    /// The port of Connect's REST API.
    pub connect_port: u16,
}

/// One broker.
#[derive(Clone, Serialize, Deserialize)]
pub struct Node {
    /// Its `node.id`, from 1.
    pub id: u8,
    /// The port for clients and other brokers.
    pub port: u16,
    /// The port for the controllers' quorum.
    pub controller_port: u16,
}

/// The zone that the failover of names is tried on.
#[derive(Clone, Serialize, Deserialize)]
pub struct Zone {
    /// The zone's name with its last dot.
    pub name: String,
    /// BIND, which takes updates.
    pub primary: SocketAddr,
    /// Knot, which follows.
    pub secondary: SocketAddr,
    /// The text of `_nonce.ZONE`, by which a server proves that it is this sandbox's.
    pub nonce: String,
    /// The key that may update and transfer the zone.
    pub key: Tsig,
    /// The key with which Knot follows BIND.
    pub transfer_key: Tsig,
}

/// A TSIG key (RFC 8945), always HMAC-SHA256.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tsig {
    /// Its name with the last dot.
    pub name: String,
    /// Its secret in base64.
    pub secret: String,
}

/// How clients log in: SCRAM-SHA-512 over a plain connection.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sasl {
    /// The brokers among themselves; may do everything.
    pub broker: User,
    /// For leeward and people; may do everything.
    pub admin: User,
    /// The Connect workers; may do everything.
    pub connect: User,
    /// An application; may do only what an ACL grants.
    pub application: User,
}

/// A name and its password.
#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    /// The principal's name, as in `User:NAME`.
    pub name: String,
    /// The password.
    pub password: String,
}

/// PowerDNS: an authority for a zone of its own.
#[derive(Clone, Serialize, Deserialize)]
pub struct PowerDns {
    /// The zone's name with its last dot.
    pub zone: String,
    /// Where it answers queries and updates.
    pub address: SocketAddr,
    /// The port of its HTTP API.
    pub api_port: u16,
    /// The API's key.
    pub api_key: String,
}

/// Why a folder's layout can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// Nothing stands in the folder.
    #[error("there is no sandbox in {0}; raise one with `leeward sandbox up`")]
    Absent(PathBuf),
    /// The file isn't what leeward wrote.
    #[error(
        "{path} can't be understood ({why}); stop what still runs by hand, remove the folder and start again"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        why: String,
    },
    /// Another leeward wrote the file.
    #[error(
        "{path} has format {found} and this leeward knows {FORMAT}; take it down with the leeward that raised it"
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Layout {
    /// The file's path in a sandbox's folder.
    pub fn path(dir: &Path) -> PathBuf {
        dir.join("sandbox.json")
    }

    /// Reads the layout of the sandbox in this folder.
    pub fn load(dir: &Path) -> Result<Self, LayoutError> {
        let path = Self::path(dir);
        if !path.exists() {
            return Err(LayoutError::Absent(dir.to_owned()));
        }
        let text = files::read(&path)?;
        let damaged =
            |error: serde_json::Error| LayoutError::Damaged { path: path.clone(), why: error.to_string() };
        let format: Format = serde_json::from_str(&text).map_err(damaged)?;
        if format.format != FORMAT {
            return Err(LayoutError::Format { path, found: format.format });
        }
        serde_json::from_str(&text).map_err(damaged)
    }

    /// Writes the layout so that a reader sees the old one or the new one.
    pub(super) fn save(&self, dir: &Path) -> Result<(), LayoutError> {
        let path = Self::path(dir);
        let damaged =
            |error: serde_json::Error| LayoutError::Damaged { path: path.clone(), why: error.to_string() };
        let text = serde_json::to_string_pretty(self).map_err(damaged)?;
        Ok(files::replace(&path, &text)?)
    }

    /// The cluster of this name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.name == name)
    }

    /// The component of exactly this name.
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }

    /// How Kafka calls the listener that clients use.
    pub fn protocol(&self) -> &'static str {
        if self.sasl.is_some() { "SASL_PLAINTEXT" } else { "PLAINTEXT" }
    }

    pub(super) const fn current_format() -> u32 {
        FORMAT
    }
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Cluster {
    /// `host:port` of every broker.
    pub fn bootstrap(&self) -> Vec<String> {
        self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect()
    }

    /// Where Connect's REST API answers.
    pub fn connect_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.connect_port)
    }
}

impl Zone {
    /// Both authorities, the one that takes updates first.
    pub fn authorities(&self) -> [SocketAddr; 2] {
        [self.primary, self.secondary]
    }
}

impl PowerDns {
    /// Where the HTTP API answers.
    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.api_port)
    }
}
