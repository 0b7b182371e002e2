//! What speaks for the death of a side that is taken for dead, and what against it.

use super::Sources;
use super::foretold::heartbeat_age;
use crate::estate::{Address, Observed, Reading, Resource};
use crate::plan::{Recipe, Sign, Signs};
use std::time::Duration;

/// Who asked the world. Two who ask from different places may see different sides dead.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    /// The machine.
    pub host: String,
    /// How long it asked.
    pub took: Duration,
}

/// The signs of life of the side that is taken for dead, if one is.
pub(super) fn signs(sources: &Sources<'_>) -> Option<Signs> {
    if sources.recipe != Recipe::Unplanned {
        return None;
    }
    let old = sources.old_side()?;
    let is_beside = |resource: &Resource| matches!(resource, Resource::Connect(it) if it.cluster == *old);
    let resources = sources.now.resources.iter();
    let beside = resources.filter(|(_, it)| is_beside(&it.resource)).map(|(address, _)| address);
    let places = std::iter::once(old).chain(beside).filter_map(|place| sign(sources.observed, place));
    Some(Signs {
        from: sources.asker.host.clone(),
        millis: u64::try_from(sources.asker.took.as_millis()).unwrap_or(u64::MAX),
        places: places.collect(),
        heartbeat_age: heartbeat_age(sources),
    })
}

/// What a place answered, if it was asked.
fn sign(observed: &Observed, place: &Address) -> Option<Sign> {
    let of_place = observed.readings.iter().filter(|(id, _)| id.place == *place);
    let mut sign = Sign { place: place.clone(), asked: 0, answered: 0, fault: None };
    for (_, reading) in of_place {
        sign.asked += 1;
        match reading {
            Reading::Unreachable(fault) => {
                sign.fault.get_or_insert_with(|| fault.message.clone());
            }
            Reading::Present(_) | Reading::Absent => sign.answered += 1,
        }
    }
    (sign.asked > 0).then_some(sign)
}
