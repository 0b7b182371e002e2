//! What is asked to be changed in the world, and what came of it.

use super::{Fault, Object, ObjectId, Reading};

/// One change; a provider is given many at once and makes them in batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub id: ObjectId,
    /// What happens to it.
    pub verb: Verb,
}

/// What happens to an object.
///
/// A provider makes only the difference between `from` and `to`; whatever else stands in the world is left
/// alone. Where the protocol can, it makes the change conditional on `from` (RFC 2136 prerequisites).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// It is made. A connector is made STOPPED, whatever state it is to have in the end.
    Create(Object),
    /// It goes from what it was read as to what is desired.
    Update {
        /// What it was read as.
        from: Object,
        /// What it has to be.
        to: Object,
    },
    /// It goes away; it was read as this.
    Delete(Object),
}

/// What came of a change or a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T = ()> {
    /// It is done, and was seen to be done where the protocol lets one see it.
    Done(T),
    /// Not done: the world was not as the change expects. What stands there instead.
    Moved(Reading),
    /// Not done.
    Failed(Fault),
    /// It may or may not be done: the answer was lost. The object has to be read again.
    Unknown(Fault),
}
