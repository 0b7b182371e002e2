//! Faults that are leeward's own rather than a system's.

use crate::estate::{Address, Fault, FaultKind, ObjectId, Task};

/// Something was asked of a place that the estate does not declare.
pub(super) fn undeclared(place: &Address) -> Fault {
    Fault::new(FaultKind::Invalid, format!("{place} is not declared, so that leeward can't reach it"))
        .hint("declare it again, or take what lives there out of the state with `leeward state rm`")
}

/// An object was to be changed that can only be read.
pub(super) fn unchangeable(id: &ObjectId) -> Fault {
    Fault::new(FaultKind::Invalid, format!("{id} can be read but not changed"))
}

/// A task was given to a provider that is the run's own.
pub(super) fn not_of_the_world(task: &Task) -> Fault {
    Fault::new(
        FaultKind::Invalid,
        format!("a run has to {task} by itself: it is no matter of the outside world"),
    )
}
