//! Takes out of a comparison what is none of its business.

use super::world::World;
use crate::estate::{Connector, Grants, Lifecycle, Object, ObjectId, RecordSet, Setting, TopicObject};

/// An object as it was read and as it has to be, without what the estate ignores and what belongs to others.
pub(super) struct Masked {
    pub from: Object,
    pub to: Object,
}

/// Takes out of both objects what `ignore_changes` names and, of grants, what another `access` wants as well.
///
/// What is taken out is in neither, so that a provider, which makes the difference between the two, leaves it
/// alone, and a change of it by someone else does not make a plan stale.
pub(super) fn masked(world: &World<'_>, id: &ObjectId, desired: &Object, observed: &Object) -> Masked {
    let (mut from, mut to) = (observed.clone(), desired.clone());
    let lifecycle = world.wanted_by(id).map(|address| world.lifecycle(address)).unwrap_or_default();
    match (&mut from, &mut to) {
        (Object::Topic(from), Object::Topic(to)) => mask_topic(&lifecycle, from, to),
        (Object::Grants(from), Object::Grants(to)) => {
            from.bindings.retain(|binding| {
                to.bindings.contains(binding) || !world.is_granted_elsewhere(&id.place, binding, to)
            });
            mask_grants(&lifecycle, from, to);
        }
        (Object::Connector(from), Object::Connector(to)) => mask_connector(&lifecycle, from, to),
        (Object::RecordSet(from), Object::RecordSet(to)) => mask_record_set(&lifecycle, from, to),
        _ => {}
    }
    Masked { from, to }
}

fn mask_topic(lifecycle: &Lifecycle, from: &mut TopicObject, to: &mut TopicObject) {
    if lifecycle.ignores("partitions") {
        to.partitions = from.partitions;
    }
    if lifecycle.ignores("replication_factor") {
        to.replication_factor = from.replication_factor;
    }
    from.config.retain(|key, _| !lifecycle.ignores(&format!("config.{key}")));
    to.config.retain(|key, _| !lifecycle.ignores(&format!("config.{key}")));
}

fn mask_grants(lifecycle: &Lifecycle, from: &mut Grants, to: &mut Grants) {
    if lifecycle.ignores("bindings") {
        to.bindings.clone_from(&from.bindings);
    }
}

/// A connector's settings are always written as a whole: what is ignored keeps the value that it has. A secret
/// that is not the declared one can't be kept, for it is not known.
fn mask_connector(lifecycle: &Lifecycle, from: &Connector, to: &mut Connector) {
    to.config.retain(|key, _| from.config.contains_key(key) || !lifecycle.ignores(&format!("config.{key}")));
    for (key, setting) in &from.config {
        if *setting != Setting::OtherSecret && lifecycle.ignores(&format!("config.{key}")) {
            to.config.insert(key.clone(), setting.clone());
        }
    }
    if lifecycle.ignores("state") {
        to.state = from.state;
    }
}

fn mask_record_set(lifecycle: &Lifecycle, from: &RecordSet, to: &mut RecordSet) {
    if lifecycle.ignores("values") {
        to.values.clone_from(&from.values);
    }
    if lifecycle.ignores("ttl") {
        to.ttl = from.ttl;
    }
}
