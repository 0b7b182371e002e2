//! A Kafka cluster and how to reach it.

use super::Secret;
use std::time::Duration;

/// A Kafka cluster: declared, never created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Brokers to ask first, `host:port`.
    pub bootstrap: Vec<String>,
    /// The host name that clients use and that DNS points at.
    pub endpoint: Option<String>,
    /// How leeward, and the replication, prove who they are.
    pub security: Security,
    /// How long one request may take.
    pub timeout: Duration,
}

/// Transport and authentication of a Kafka client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// Kafka's `security.protocol`.
    pub protocol: Protocol,
    /// Present for `SASL_*`.
    pub sasl: Option<Sasl>,
    /// Used for `SSL` and `SASL_SSL`.
    pub tls: Tls,
}

/// Kafka's `security.protocol`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Neither encrypted nor authenticated.
    #[default]
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without TLS.
    SaslPlaintext,
    /// SASL over TLS.
    SaslSsl,
}

impl Protocol {
    /// The four protocols.
    pub const ALL: [Self; 4] = [Self::Plaintext, Self::Ssl, Self::SaslPlaintext, Self::SaslSsl];

    /// As Kafka's clients spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    /// Whether records and passwords travel encrypted.
    pub const fn is_encrypted(self) -> bool {
        matches!(self, Self::Ssl | Self::SaslSsl)
    }
}

/// A SASL mechanism and its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sasl {
    /// How the password is proven.
    pub mechanism: Mechanism,
    /// The user's name.
    pub username: String,
    /// What leeward itself logs in with.
    pub password: Secret,
    /// What stands for the password in a connector's configuration: a `${provider:path:key}` that Connect
    /// resolves (KIP-297), so that the password never passes through Connect's REST interface.
    pub password_in_connect: Option<String>,
}

/// A SASL mechanism that Kafka knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// The password itself is sent.
    Plain,
    /// RFC 5802 with SHA-256.
    ScramSha256,
    /// RFC 5802 with SHA-512.
    ScramSha512,
}

impl Mechanism {
    /// The mechanisms.
    pub const ALL: [Self; 3] = [Self::Plain, Self::ScramSha256, Self::ScramSha512];

    /// As Kafka's clients spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// Certificates, as PEM texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Authorities to trust instead of the system's.
    pub ca: Option<String>,
    /// The client's own certificate.
    pub certificate: Option<String>,
    /// The key of that certificate.
    pub key: Option<Secret>,
}
