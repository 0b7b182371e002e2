//! What a DNS server tells a client, and whether it would take a change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What one server answers to a client. That a name is not there is an answer, too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The records of the name and type that were asked for, in presentation form.
    pub values: BTreeSet<String>,
    /// For so many seconds the server gives this answer; that there is none, too (RFC 2308).
    pub ttl: u32,
    /// The addresses that the name leads to, over any aliases; only if addresses were asked for.
    pub addresses: Vec<IpAddr>,
    /// The alias at which the server knew no further, if the system's resolver had to say the addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<String>,
}

/// Whether a record set could be changed, as far as that can be told without changing anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// What was tried, and where: `127.0.0.1:53 took an update that changes nothing`.
    pub tried: String,
    /// Why a change would be refused; absent if it would not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}
