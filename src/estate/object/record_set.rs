//! All records of one name and type.

use super::{Comparison, FieldChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// All records of one name and type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordSet {
    /// Seconds that a resolver may keep it, 0 to 2^31 - 1 (RFC 2181, section 8).
    pub ttl: u32,
    /// The records' data in presentation form; names in lower case with the last dot.
    pub values: BTreeSet<String>,
    /// Observed: what each authority answers; empty while desired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
}

/// What one authority answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// The authority, `host:port`.
    pub authority: String,
    /// Its records; absent if it has none or does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeSet<String>>,
    /// Why it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

impl RecordSet {
    /// A record set with its values in normal form for their type.
    pub fn new(rtype: RecordType, ttl: u32, values: impl IntoIterator<Item = String>) -> Self {
        Self { ttl, values: values.into_iter().map(|value| rtype.normal(&value)).collect(), seen: Vec::new() }
    }

    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        let mut fields = Vec::new();
        if self.values != observed.values {
            let text = |set: &Self| Some(set.values.iter().cloned().collect::<Vec<_>>().join(", "));
            fields.push(FieldChange::new("values", text(observed), text(self)));
        }
        if self.ttl != observed.ttl {
            let (from, to) = (observed.ttl.to_string(), self.ttl.to_string());
            fields.push(FieldChange::new("ttl", Some(from), Some(to)));
        }
        Comparison::of(fields)
    }
}

/// The type of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Another name for a name.
    Cname,
    /// A service's host and port (RFC 2782).
    Srv,
    /// Text.
    Txt,
}

impl RecordType {
    /// The types.
    pub const ALL: [Self; 5] = [Self::A, Self::Aaaa, Self::Cname, Self::Srv, Self::Txt];

    /// As zone files spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }

    /// A value in the form in which it is compared: names in lower case and absolute, addresses as Rust prints
    /// them, text without the quotes of a zone file unless it is several strings or holds escapes.
    pub fn normal(self, value: &str) -> String {
        match self {
            Self::A | Self::Aaaa => value
                .parse::<std::net::IpAddr>()
                .map_or_else(|_| value.to_owned(), |address| address.to_string()),
            Self::Cname | Self::Srv => {
                let value = value.to_ascii_lowercase();
                if value.ends_with('.') { value } else { format!("{value}.") }
            }
            Self::Txt => {
                let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                inner.filter(|inner| !inner.contains(['"', '\\'])).unwrap_or(value).to_owned()
            }
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no record type that leeward manages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a record type that leeward manages")]
pub struct UnknownRecordType(pub String);

impl FromStr for RecordType {
    type Err = UnknownRecordType;

    fn from_str(word: &str) -> Result<Self, UnknownRecordType> {
        Self::ALL
            .into_iter()
            .find(|rtype| rtype.as_str() == word)
            .ok_or_else(|| UnknownRecordType(word.to_owned()))
    }
}
