//! The difference between what stands and what has to be, and nothing more.

use crate::estate::{Change, Grants, Object, Query, Reading, TopicObject, TopicSetting, Verb, What};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Settings that change from one topic to the other: the new value, or none to inherit again.
///
/// Settings that neither names are left alone, whoever set them.
pub(in crate::provider) fn setting_changes(
    from: &TopicObject,
    to: &TopicObject,
) -> BTreeMap<String, Option<String>> {
    let own = |topic: &TopicObject, key: &str| match topic.config.get(key) {
        Some(TopicSetting::Own(value)) => Some(value.clone()),
        Some(TopicSetting::Inherited(_)) | None => None,
    };
    let keys: BTreeSet<&String> = from.config.keys().chain(to.config.keys()).collect();
    keys.into_iter()
        .filter(|key| own(from, key) != own(to, key))
        .map(|key| (key.clone(), own(to, key)))
        .collect()
}

/// The query that shows whether a change is made; none for what can't be changed.
pub(super) fn query_of(change: &Change) -> Option<Query> {
    let cluster = change.id.place.clone();
    let objects = match &change.verb {
        Verb::Create(object) | Verb::Delete(object) => [Some(object), None],
        Verb::Update { from, to } => [Some(from), Some(to)],
    };
    let objects = objects.into_iter().flatten();
    match &change.id.what {
        What::Topic(name) => {
            let keys = objects.flat_map(|object| match object {
                Object::Topic(topic) => topic.config.keys().cloned().collect(),
                _ => Vec::new(),
            });
            Some(Query::Topic { cluster, name: name.clone(), keys: Arc::new(keys.collect()) })
        }
        What::Grants(access) => {
            let bindings = objects.flat_map(|object| match object {
                Object::Grants(grants) => grants.bindings.iter().cloned().collect(),
                _ => Vec::new(),
            });
            Some(Query::Grants { cluster, access: access.clone(), bindings: bindings.collect() })
        }
        What::Group(name) => Some(Query::Group { cluster, name: name.clone() }),
        _ => None,
    }
}

/// What a reading says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is made.
    Made,
    /// It is not made and can be.
    NotMade,
    /// The world is not as it expects.
    Moved,
    /// It can't be seen.
    Unseen,
}

/// What a reading says of a change.
pub(super) fn progress(verb: &Verb, reading: &Reading) -> Progress {
    match (verb, reading) {
        (_, Reading::Unreachable(_)) => Progress::Unseen,
        (Verb::Delete(_), Reading::Absent) => Progress::Made,
        (Verb::Delete(from), Reading::Present(there)) if other_life(from, there) => Progress::Moved,
        (Verb::Delete(_), Reading::Present(_)) => Progress::NotMade,
        (Verb::Create(to) | Verb::Update { to, .. }, Reading::Absent) if is_nothing(to) => Progress::Made,
        (Verb::Create(_), Reading::Absent) => Progress::NotMade,
        // Entries are made one by one: some of them being there is no reason to stop. A group is made by setting it.
        (Verb::Update { to: Object::Grants(_) | Object::Group(_), .. }, Reading::Absent) => Progress::NotMade,
        (Verb::Update { .. }, Reading::Absent) => Progress::Moved,
        (Verb::Create(to) | Verb::Update { to, .. }, Reading::Present(there)) => {
            match (to.compare(there), verb) {
                (crate::estate::Comparison::Same, _) => Progress::Made,
                (_, Verb::Create(Object::Topic(_))) => Progress::Moved,
                _ => Progress::NotMade,
            }
        }
    }
}

/// Whether every broker shows it, each in its own time; a group is kept by its coordinator alone.
pub(super) const fn is_on_every_broker(what: &What) -> bool {
    matches!(what, What::Topic(_) | What::Grants(_))
}

/// How many partitions a topic has with a change that brings new ones.
pub(super) fn grows_to(verb: &Verb) -> Option<i32> {
    match verb {
        Verb::Create(Object::Topic(to)) => Some(to.partitions),
        Verb::Update { from: Object::Topic(from), to: Object::Topic(to) } => {
            (to.partitions > from.partitions).then_some(to.partitions)
        }
        _ => None,
    }
}

/// Whether another topic has taken the name since it was read.
pub(super) fn other_life(from: &Object, there: &Object) -> bool {
    match (from, there) {
        (Object::Topic(from), Object::Topic(there)) => {
            from.incarnation.is_some() && from.incarnation != there.incarnation
        }
        _ => false,
    }
}

fn is_nothing(object: &Object) -> bool {
    match object {
        Object::Grants(Grants { bindings }) => bindings.is_empty(),
        Object::Group(group) => group.positions.is_empty(),
        _ => false,
    }
}
