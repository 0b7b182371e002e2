//! A DNS service and the authorities of its zones.

use super::Secret;
use std::time::Duration;

/// A DNS service that leeward may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dns {
    /// How changes are sent.
    pub service: DnsService,
    /// Authoritative servers to ask, `host:port`; a change is done when all of them show it.
    pub authorities: Vec<String>,
    /// Resolvers that clients ask, `host:port`; a failover waits until each of them gives the new answer. None of them may
    /// be there.
    pub resolvers: Vec<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long a change may take to show on every authority.
    pub propagation: Duration,
}

/// How changes are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsService {
    /// DNS UPDATE (RFC 2136), signed with TSIG (RFC 8945).
    Rfc2136(Rfc2136),
    /// PowerDNS' HTTP API.
    PowerDns(PowerDns),
}

/// A server that takes DNS updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rfc2136 {
    /// The server that takes updates, `host:port`.
    pub server: String,
    /// The name of the TSIG key, `leeward.`.
    pub key_name: String,
    /// The algorithm of the key.
    pub key_algorithm: TsigAlgorithm,
    /// The key, base64.
    pub key_secret: Secret,
}

/// A TSIG algorithm (RFC 8945, section 6) that is not broken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TsigAlgorithm {
    /// HMAC with SHA-256.
    #[default]
    HmacSha256,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with SHA-512.
    HmacSha512,
}

impl TsigAlgorithm {
    /// The algorithms.
    pub const ALL: [Self; 3] = [Self::HmacSha256, Self::HmacSha384, Self::HmacSha512];

    /// As RFC 8945 spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::HmacSha384 => "hmac-sha384",
            Self::HmacSha512 => "hmac-sha512",
        }
    }
}

/// A PowerDNS server's HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerDns {
    /// `http://host:8081`.
    pub url: String,
    /// Sent as `X-API-Key`.
    pub api_key: Secret,
    /// PowerDNS' name for itself; `localhost` unless it stands behind a proxy.
    pub server_id: String,
}
