//! Which record set is meant: the zone, the name and the type of a query or a change.

use super::rrset::Rrset;
use super::value::{self, BadValue};
use crate::estate::{Fault, FaultKind, Object, ObjectId, Query, RecordSet, RecordType, Verb, What};
use hickory_proto::rr::Name;

/// A record set's place in DNS.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub zone: Name,
    pub name: Name,
    pub rtype: RecordType,
}

impl Question {
    /// The record set that a query asks for.
    pub fn of_query(query: &Query) -> Result<Self, Fault> {
        Self::of_object(&query.id())
    }

    /// The record set that an object is.
    pub fn of_object(id: &ObjectId) -> Result<Self, Fault> {
        match &id.what {
            What::RecordSet { zone, name, rtype } => Self::new(zone, name, *rtype),
            other => Err(no_record_set(&other.to_string())),
        }
    }

    fn new(zone: &str, name: &str, rtype: RecordType) -> Result<Self, Fault> {
        let (zone_name, owner) = (value::name(zone)?, value::name(name)?);
        if !zone_name.zone_of(&owner) {
            let message = format!("{name} lies outside zone {zone}");
            return Err(Fault::new(FaultKind::Invalid, message)
                .hint("name is the whole name, with the zone at its end"));
        }
        Ok(Self { zone: zone_name, name: owner, rtype })
    }

    /// As people write it, `kafka.example.com. CNAME`.
    pub fn text(&self) -> String {
        format!("{} {}", self.name, self.rtype)
    }

    /// What a verb expects to stand there, and what is to stand there afterwards.
    pub fn swap(&self, verb: &Verb) -> Result<Swap, Fault> {
        let set = |object: &Object| match object {
            Object::RecordSet(set) => self.rrset(set),
            _ => Err(no_record_set("the object")),
        };
        let (expected, wanted) = match verb {
            Verb::Create(to) => (None, Some(set(to)?)),
            Verb::Update { from, to } => (Some(set(from)?), Some(set(to)?)),
            Verb::Delete(from) => (Some(set(from)?), None),
        };
        Ok(Swap { name: self.name.clone(), rtype: self.rtype, expected, wanted })
    }

    /// A set of the estate at this place; an empty one can't exist.
    pub fn rrset(&self, set: &RecordSet) -> Result<Rrset, Fault> {
        if set.values.is_empty() {
            return Err(Fault::new(FaultKind::Invalid, format!("{} has no values", self.text())));
        }
        Ok(Rrset::of(&self.name.to_ascii(), self.rtype, set)?)
    }
}

/// One record set that is exchanged for another; none stands for "no set of this name and type".
#[derive(Debug, Clone, PartialEq)]
pub struct Swap {
    /// The owner.
    pub name: Name,
    /// The type.
    pub rtype: RecordType,
    /// What has to stand there before.
    pub expected: Option<Rrset>,
    /// What stands there afterwards.
    pub wanted: Option<Rrset>,
}

impl Swap {
    /// Where it happens.
    pub(super) fn question(&self, zone: &Name) -> Question {
        Question { zone: zone.clone(), name: self.name.clone(), rtype: self.rtype }
    }
}

impl From<BadValue> for Fault {
    fn from(bad: BadValue) -> Self {
        Self::new(FaultKind::Invalid, bad.to_string())
    }
}

fn no_record_set(what: &str) -> Fault {
    Fault::new(FaultKind::Invalid, format!("a DNS service holds record sets, and {what} is none"))
}
