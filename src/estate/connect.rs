//! A Kafka Connect cluster.

use super::{Address, Secret};
use std::time::Duration;

/// A Connect cluster that runs the mirroring, near the cluster that it writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// REST addresses of its workers, `http://host:port`; tried in turn.
    pub urls: Vec<String>,
    /// The cluster that it is attached to and that its connectors write to.
    pub cluster: Address,
    /// HTTP basic authentication, where the REST interface asks for it.
    pub basic_auth: Option<BasicAuth>,
    /// A certificate authority to trust instead of the system's, as PEM text.
    pub ca: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
}

/// A user name and a password for HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicAuth {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: Secret,
}
