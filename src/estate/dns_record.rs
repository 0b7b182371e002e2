//! One record set of a zone, as declared.

use super::{Address, RecordType};
use std::collections::BTreeSet;

/// A record set: all records of one name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// The service that it is changed through.
    pub dns: Address,
    /// The zone, `example.com.`.
    pub zone: String,
    /// The owner name, `kafka.example.com.`.
    pub name: String,
    /// The type of all its records.
    pub rtype: RecordType,
    /// Seconds that a resolver may keep it.
    pub ttl: u32,
    /// The records' data in presentation form.
    pub values: BTreeSet<String>,
}
