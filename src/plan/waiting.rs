//! What has to wait because something that it needs could not be read.

use crate::estate::{Address, Declared, Fault, FaultKind, ObjectId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Something that could not be read, and that others wait for.
#[derive(Debug)]
struct Origin {
    address: Address,
    object: ObjectId,
    kind: FaultKind,
}

/// By resource: the places where something that it needs could not be read.
///
/// A resource waits only where it needs the place itself: grants on the standby do not wait for the same topic on
/// a dead active side.
#[derive(Default)]
pub(super) struct Waiting<'a> {
    of: HashMap<&'a Address, BTreeMap<Address, Rc<Origin>>>,
}

impl<'a> Waiting<'a> {
    /// Takes over what the resources that `declared` needs wait for.
    pub(super) fn inherit(&mut self, declared: &'a Declared) {
        let mut places = BTreeMap::new();
        for inherited in declared.after.iter().filter_map(|needed| self.of.get(needed)) {
            for (place, origin) in inherited {
                places.entry(place.clone()).or_insert_with(|| Rc::clone(origin));
            }
        }
        if !places.is_empty() {
            self.of.insert(&declared.address, places);
        }
    }

    /// Notes that an object could not be read, or waits itself.
    pub(super) fn add(&mut self, address: &'a Address, object: &ObjectId, kind: FaultKind) {
        let origin = Origin { address: address.clone(), object: object.clone(), kind };
        let places = self.of.entry(address).or_default();
        places.entry(object.place.clone()).or_insert_with(|| Rc::new(origin));
    }

    /// What an object of `address` that needs `places` has to wait for, if anything.
    pub(super) fn fault(&self, address: &Address, places: &BTreeSet<&Address>) -> Option<Fault> {
        let waits = self.of.get(address)?;
        let origin = places.iter().find_map(|place| waits.get(*place))?;
        Some(origin.fault())
    }

    /// What an object of `address` that needs all that the resource refers to has to wait for, if anything.
    pub(super) fn any_fault(&self, address: &Address) -> Option<Fault> {
        self.of.get(address)?.values().next().map(|origin| origin.fault())
    }
}

impl Origin {
    fn fault(&self) -> Fault {
        let Self { address, object, kind } = self;
        Fault::new(*kind, format!("waits for {address} ({object}), which could not be read"))
    }
}
