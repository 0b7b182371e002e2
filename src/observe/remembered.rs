//! What leeward last saw, in the place of a look at the world.

use crate::estate::{Address, ObjectId, Observed, Owned, Query, Reading};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// Answers queries from what the state remembers: an object that is owned is as it was when it was last seen, one
/// that is not owned is absent. What places tell about themselves is not known.
pub fn remembered(owned: &BTreeMap<Address, Vec<Owned>>, queries: &[Query]) -> Observed {
    let last: HashMap<&ObjectId, &Owned> = owned.values().flatten().map(|owned| (&owned.id, owned)).collect();
    let is_object = |query: &&Query| {
        matches!(
            query,
            Query::Topic { .. } | Query::Grants { .. } | Query::Connector { .. } | Query::RecordSet { .. }
        )
    };
    let reading = |query: &Query| {
        let id = query.id();
        let reading = last.get(&id).map_or(Reading::Absent, |owned| Reading::Present(owned.last.clone()));
        (id, reading)
    };
    Observed { at: Timestamp::now(), readings: queries.iter().filter(is_object).map(reading).collect() }
}
