//! What has to be done about one object that leeward owns and that is no longer desired.

use super::decide::incarnation;
use super::world::{Sight, World};
use super::{Action, Expect};
use crate::estate::{Address, Fault, Grants, Object, OnRemove, Owned, What};

/// What has to be done about one object that is no longer desired.
pub(super) enum Leaving {
    /// It stays with another address, or is gone already: only the state lets go of it.
    Gone,
    /// It stays in the world, and leeward lets go of it.
    Forget(Option<String>),
    /// It is deleted.
    Delete { from: Object, reason: Option<String> },
    /// It may not be deleted.
    Refused(String),
    /// It could not be read.
    Deferred(Fault),
}

impl Leaving {
    /// What a step of it does and expects; none if it has no step.
    pub(super) fn into_step(self) -> Option<(Action, Expect, Option<String>)> {
        match self {
            Self::Forget(reason) => Some((Action::Forget, Expect::Anything, reason)),
            Self::Delete { from, reason } => {
                Some((Action::Delete { from: from.clone() }, Expect::Present(from), reason))
            }
            Self::Gone | Self::Refused(_) | Self::Deferred(_) => None,
        }
    }
}

/// Decides what has to be done about an object that `address` owns and that nothing desires any more.
pub(super) fn leave(world: &World<'_>, address: &Address, owned: &Owned) -> Leaving {
    let reason = reason(world, address);
    let is_deleted = is_deleted(world, address, owned);
    let object = match world.sight(&owned.id) {
        Sight::Gone => return Leaving::Gone,
        // Letting go asks nothing of the world.
        _ if !is_deleted => return Leaving::Forget(reason),
        Sight::Unseen(fault) => return Leaving::Deferred(fault),
        Sight::There(object) => object,
    };
    if owned.incarnation.is_some() && incarnation(object) != owned.incarnation.as_ref() {
        return Leaving::Forget(Some("someone deleted it and made another one of its name".into()));
    }
    let from = match object {
        Object::Grants(grants) => match taken_away(world, owned, grants) {
            Some(grants) => Object::Grants(grants),
            None => return Leaving::Gone,
        },
        other => other.clone(),
    };
    if world.destroys() && world.lifecycle(address).prevent_destroy {
        return Leaving::Refused(
            "lifecycle.prevent_destroy forbids to delete it; take that out first if it has to go".into(),
        );
    }
    Leaving::Delete { from, reason }
}

/// Whether an object goes with its declaration. Records are never deleted unless the topic says so, and not
/// because a role moved or a name changed: only when the block itself is gone.
fn is_deleted(world: &World<'_>, address: &Address, owned: &Owned) -> bool {
    match owned.id.what {
        What::Topic(_) => {
            let block_goes = world.destroys() || world.declared(address).is_none();
            block_goes && owned.on_remove == OnRemove::Delete
        }
        What::Grants(_) | What::Connector(_) | What::RecordSet { .. } | What::File(_) => true,
        What::Cluster
        | What::Ends(_)
        | What::Producers(_)
        | What::Group(_)
        | What::Connect
        | What::Carried(_)
        | What::Zone(_)
        | What::Answer { .. }
        | What::Trial { .. }
        | What::Reached(_) => false,
    }
}

/// The entries that go: those that leeward granted, are still there and nobody else wants.
fn taken_away(world: &World<'_>, owned: &Owned, observed: &Grants) -> Option<Grants> {
    let nothing = Grants::default();
    let bindings: std::collections::BTreeSet<_> = observed
        .bindings
        .intersection(&owned.bindings)
        .filter(|binding| !world.is_granted_elsewhere(&owned.id.place, binding, &nothing))
        .cloned()
        .collect();
    (!bindings.is_empty()).then_some(Grants { bindings })
}

/// Why it goes; a destroy needs no reason.
fn reason(world: &World<'_>, address: &Address) -> Option<String> {
    if world.destroys() {
        None
    } else if world.declared(address).is_some() {
        Some(format!("{address} no longer wants it there"))
    } else {
        Some(format!("{address} is no longer declared"))
    }
}
