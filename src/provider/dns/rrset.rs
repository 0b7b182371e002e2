//! A record set as it travels.

use super::value::{self, BadValue};
use crate::estate::{RecordSet, RecordType};
use hickory_proto::rr::{Name, RData, Record};
use std::collections::{BTreeMap, BTreeSet};

/// A record set with its name, in the form of the wire.
#[derive(Debug, Clone)]
pub struct Rrset {
    /// The owner, absolute and in lower case.
    pub name: Name,
    /// The type of all records.
    pub rtype: RecordType,
    /// In seconds.
    pub ttl: u32,
    /// The data by its canonical text.
    data: BTreeMap<String, RData>,
}

impl Rrset {
    pub(super) fn new(
        name: Name,
        rtype: RecordType,
        ttl: u32,
        data: impl IntoIterator<Item = RData>,
    ) -> Self {
        let data = data.into_iter().map(|data| (value::text(&data), data)).collect();
        Self { name: name.to_lowercase(), rtype, ttl, data }
    }

    /// A set of the estate, ready to travel.
    ///
    /// # Errors
    /// [`BadValue`], for the first thing that does not fit.
    pub fn of(name: &str, rtype: RecordType, set: &RecordSet) -> Result<Self, BadValue> {
        let data = set.values.iter().map(|text| value::parse(rtype, text)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(value::name(name)?, rtype, value::ttl(set.ttl)?, data))
    }

    /// The set of this name and type among `records`, if there is one; of differing TTLs, which RFC 2181
    /// section 5.2 forbids, the lowest.
    pub fn among<'a>(
        records: impl IntoIterator<Item = &'a Record>,
        name: &Name,
        rtype: RecordType,
    ) -> Option<Self> {
        let kind = value::wire_type(rtype);
        let is_own = |record: &&Record| record.record_type() == kind && record.name == *name;
        let own: Vec<&Record> = records.into_iter().filter(is_own).collect();
        let ttl = own.iter().map(|record| record.ttl).min()?;
        Some(Self::new(name.clone(), rtype, ttl, own.into_iter().map(|record| record.data.clone())))
    }

    /// The data, in the order of its canonical text.
    pub fn data(&self) -> impl Iterator<Item = &RData> {
        self.data.values()
    }

    /// The canonical texts of the data.
    pub fn values(&self) -> BTreeSet<String> {
        self.data.keys().cloned().collect()
    }

    /// The set as the estate has it.
    pub fn record_set(&self) -> RecordSet {
        RecordSet { ttl: self.ttl, values: self.values(), seen: Vec::new() }
    }
}

impl PartialEq for Rrset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.rtype == other.rtype
            && self.ttl == other.ttl
            && self.data.keys().eq(other.data.keys())
    }
}
