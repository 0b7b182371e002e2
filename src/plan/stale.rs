//! Whether a saved plan still fits the world that it was made for.

use super::{Basis, Plan};
use crate::estate::{Address, ObjectId, Observed, Reading};
use std::collections::BTreeSet;
use std::fmt;

/// Something that has moved since a plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// The configuration or its variables.
    Config,
    /// The state is that of another estate.
    Lineage,
    /// The state was written since.
    Serial {
        /// The serial that the plan was made from.
        planned: u64,
        /// The serial now.
        now: u64,
    },
    /// A pair changed its roles.
    Epoch {
        /// The pair.
        pair: Address,
        /// The epoch that the plan was made in.
        planned: u64,
        /// The epoch now.
        now: u64,
    },
    /// An object is not what the plan expects.
    Object {
        /// The resource.
        address: Address,
        /// The object.
        object: ObjectId,
        /// What is known of it now.
        found: Found,
    },
}

/// What became of an object that is not what a plan expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is there, and otherwise than it was, or was not there before.
    Changed,
    /// It is no longer there.
    Gone,
    /// It can't be read now.
    Unread,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config => f.write_str("the configuration or a variable has changed"),
            Self::Lineage => f.write_str("the state is that of another estate"),
            Self::Serial { planned, now } => {
                write!(f, "the state was written: serial {planned} then, {now} now")
            }
            Self::Epoch { pair, planned, now } => {
                write!(f, "{pair} has changed its roles: epoch {planned} then, {now} now")
            }
            Self::Object { address, object, found } => {
                let found = match found {
                    Found::Changed => "is no longer as it was",
                    Found::Gone => "is no longer there",
                    Found::Unread => "can't be read now",
                };
                write!(f, "{address}: {object} {found}")
            }
        }
    }
}

/// What has moved since a plan was made; a plan of which anything has moved must not be applied.
///
/// Of several steps on one object only the first is held against the world, for it changes what the others expect.
/// An object that was not read now does not count: the run looks at it before it changes it.
pub fn stale(plan: &Plan, now: &Basis, observed: &Observed) -> Vec<Moved> {
    let then = &plan.based_on;
    let mut moved = Vec::new();
    if then.config != now.config {
        moved.push(Moved::Config);
    }
    // Before a state is written for the first time its lineage is drawn anew each time.
    if then.serial > 0 && then.lineage != now.lineage {
        moved.push(Moved::Lineage);
    } else if then.serial != now.serial {
        moved.push(Moved::Serial { planned: then.serial, now: now.serial });
    }
    for (pair, planned) in &then.epochs {
        let now = now.epochs.get(pair).copied().unwrap_or_default();
        if *planned != now {
            moved.push(Moved::Epoch { pair: pair.clone(), planned: *planned, now });
        }
    }
    moved.extend(moved_objects(plan, observed));
    moved
}

fn moved_objects(plan: &Plan, observed: &Observed) -> impl Iterator<Item = Moved> {
    let mut known = BTreeSet::new();
    plan.steps.iter().filter_map(move |step| {
        let object = step.object.as_ref().filter(|object| known.insert(*object))?;
        let reading = observed.reading(object).filter(|reading| !step.expect.holds(reading))?;
        let found = match reading {
            Reading::Present(_) => Found::Changed,
            Reading::Absent => Found::Gone,
            Reading::Unreachable(_) => Found::Unread,
        };
        Some(Moved::Object { address: step.address.clone(), object: object.clone(), found })
    })
}
