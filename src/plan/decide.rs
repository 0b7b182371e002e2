//! What has to be done about one object that is desired.

use super::mask::{Masked, masked};
use super::world::{Holder, Sight, World};
use super::{Action, Expect};
use crate::estate::{
    Comparison, Connector, ConnectorState, Desired, Fault, FieldChange, Object, OnRemove, Owned,
};

/// What has to be done about one object that is desired.
pub(super) enum Decision {
    /// It is as desired. The state may have something to learn of it.
    Same(Option<Box<Owned>>),
    /// It is to be changed.
    Change(Box<Change>),
    /// It can't be changed so.
    Refused(String),
    /// It could not be read.
    Deferred(Fault),
}

/// How an object is to be changed.
pub(super) struct Change {
    /// Absent if only the connector's state is to be changed.
    pub action: Option<Action>,
    pub expect: Expect,
    pub reason: Option<String>,
    /// Of a connector that is there: the state that it is to be brought from.
    pub restart_from: Option<ConnectorState>,
}

/// Decides what has to be done about one desired object.
pub(super) fn decide(world: &World<'_>, desired: &Desired) -> Decision {
    let holder = world.holder(&desired.id);
    match world.sight(&desired.id) {
        Sight::Unseen(fault) => Decision::Deferred(fault),
        Sight::Gone => Decision::Change(Box::new(creation(desired, holder))),
        Sight::There(observed) if world.replaces(&desired.address) => {
            replacement(world, desired, observed, holder, "as requested with -replace".into())
        }
        Sight::There(observed) => compared(world, desired, observed, holder),
    }
}

fn creation(desired: &Desired, holder: Option<Holder<'_>>) -> Change {
    Change {
        action: Some(Action::Create(newborn(&desired.object))),
        expect: Expect::Absent,
        reason: holder.map(|_| "it was deleted outside of leeward".to_owned()),
        restart_from: None,
    }
}

/// An object as it is right after it was made: a connector is made stopped, and started by a step of its own.
fn newborn(object: &Object) -> Object {
    match object {
        Object::Connector(connector) => {
            Object::Connector(Connector { state: ConnectorState::Stopped, ..connector.clone() })
        }
        other => other.clone(),
    }
}

fn replacement(
    world: &World<'_>,
    desired: &Desired,
    observed: &Object,
    holder: Option<Holder<'_>>,
    why: String,
) -> Decision {
    if holder.is_none() {
        return Decision::Refused(format!(
            "{why}, but leeward does not own it: apply first, then replace it"
        ));
    }
    if world.lifecycle(&desired.address).prevent_destroy {
        return Decision::Refused(format!("{why}, but lifecycle.prevent_destroy forbids to delete it"));
    }
    if matches!(observed, Object::Topic(_)) && desired.on_remove != OnRemove::Delete {
        return Decision::Refused(format!(
            "{why}, but that deletes its records: say on_remove = \"delete\" in its block first"
        ));
    }
    Decision::Change(Box::new(Change {
        action: Some(Action::Replace { from: observed.clone(), to: newborn(&desired.object), why }),
        expect: Expect::Present(observed.clone()),
        reason: None,
        restart_from: None,
    }))
}

fn compared(world: &World<'_>, desired: &Desired, observed: &Object, holder: Option<Holder<'_>>) -> Decision {
    let Masked { from, to } = masked(world, &desired.id, &desired.object, observed);
    let fields = match to.compare(&from) {
        Comparison::Same => Vec::new(),
        Comparison::Update(fields) => fields,
        Comparison::Replace(why) => return replacement(world, desired, observed, holder, why),
        Comparison::Impossible(why) => return Decision::Refused(why),
    };
    let (fields, restart_from) = split(&from, fields);
    let to = settled(&from, to);
    let expect = Expect::Present(from.clone());
    match standing(desired, &from, holder) {
        Standing::Ours(owned) if fields.is_empty() && restart_from.is_none() => {
            Decision::Same(to_remember(desired, &to, from, owned).map(Box::new))
        }
        Standing::Ours(_) => {
            let action = (!fields.is_empty()).then_some(Action::Update { from, to, fields });
            Decision::Change(Box::new(Change { action, expect, reason: None, restart_from }))
        }
        Standing::NotOurs { replaces, reason } => {
            let action = Some(Action::Adopt { from, to, fields, replaces });
            Decision::Change(Box::new(Change { action, expect, reason: Some(reason), restart_from }))
        }
    }
}

/// Whose an object is that is there.
enum Standing<'a> {
    Ours(&'a Owned),
    NotOurs { replaces: Option<String>, reason: String },
}

fn standing<'a>(desired: &Desired, observed: &Object, holder: Option<Holder<'a>>) -> Standing<'a> {
    let not_ours = |replaces, reason| Standing::NotOurs { replaces, reason };
    let Some(holder) = holder else {
        return not_ours(None, "it exists already, and leeward does not own it yet".into());
    };
    match (&holder.owned.incarnation, incarnation(observed)) {
        (Some(ours), Some(theirs)) if ours != theirs => not_ours(
            Some(ours.clone()),
            "someone deleted it and made it anew: what it held before is gone".into(),
        ),
        _ if *holder.address != desired.address => {
            not_ours(None, format!("it belonged to {} until now", holder.address))
        }
        _ => Standing::Ours(holder.owned),
    }
}

pub(super) fn incarnation(object: &Object) -> Option<&String> {
    match object {
        Object::Topic(topic) => topic.incarnation.as_ref(),
        _ => None,
    }
}

/// Splits off what is not changed by a connector's settings but by its state.
fn split(from: &Object, fields: Vec<FieldChange>) -> (Vec<FieldChange>, Option<ConnectorState>) {
    let Object::Connector(connector) = from else { return (fields, None) };
    let (settings, running): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|change| change.field.starts_with("config."));
    (settings, (!running.is_empty()).then_some(connector.state))
}

/// What an object is once its own step is done: a connector keeps its state, which has a step of its own.
fn settled(from: &Object, to: Object) -> Object {
    match (from, to) {
        (Object::Connector(from), Object::Connector(to)) => {
            Object::Connector(Connector { config: to.config, ..from.clone() })
        }
        (Object::Topic(from), Object::Topic(mut to)) => {
            to.incarnation.clone_from(&from.incarnation);
            Object::Topic(to)
        }
        (_, to) => to,
    }
}

/// What the state has to learn of an object that is as desired, and was seen as `from`.
fn to_remember(desired: &Desired, to: &Object, from: Object, owned: &Owned) -> Option<Owned> {
    let now = Owned { last: from, ..Owned::of(&desired.id, to, desired.on_remove) };
    let is_known = now.incarnation == owned.incarnation
        && now.keys == owned.keys
        && now.bindings == owned.bindings
        && now.on_remove == owned.on_remove
        && is_last(to, &owned.last);
    (!is_known).then_some(now)
}

/// Whether the state still remembers an object rightly; whether a connector runs is not worth a write, and neither is
/// an entry that was granted for the sake of another `access` as well.
fn is_last(to: &Object, last: &Object) -> bool {
    match (to, last) {
        (Object::Connector(to), Object::Connector(last)) => to.config == last.config,
        (Object::Grants(to), Object::Grants(last)) => to.bindings.is_subset(&last.bindings),
        (to, last) => to.compare(last) == Comparison::Same,
    }
}
