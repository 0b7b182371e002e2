//! What has to be tried before names may be relied on to move.

use crate::estate::{Estate, Object, ObjectId, Query, What, desired};
use std::collections::BTreeMap;

/// The trials of the record sets that are otherwise under other roles: whether their service would take the change. What only
/// reads asks for none of them, for some send a message that could change something, and does not.
pub fn trials(now: &Estate, then: &Estate) -> Vec<Query> {
    let today: BTreeMap<ObjectId, Object> =
        desired(now).into_iter().map(|wanted| (wanted.id, wanted.object)).collect();
    let moved = desired(then).into_iter().filter(|wanted| today.get(&wanted.id) != Some(&wanted.object));
    moved.filter_map(|wanted| trial(&wanted.id)).collect()
}

/// The trial of a record set; none of anything else.
fn trial(record: &ObjectId) -> Option<Query> {
    let What::RecordSet { zone, name, rtype } = &record.what else { return None };
    let (dns, zone, name) = (record.place.clone(), zone.clone(), name.clone());
    Some(Query::Trial { dns, zone, name, rtype: *rtype })
}
