//! What leeward owns and which side of each pair is active.
//!
//! The active side is state, not configuration: after a failover the very same configuration plans to "no
//! changes". A [`Store`] keeps the state and its lock; [`Local`] is a file.

mod edit;
mod file;
mod local;
mod local_lock;
mod lock;
mod process;
mod sighting;
#[expect(clippy::module_inception, reason = "the state is the chief noun of the state's module")]
mod state;
mod store;

pub use edit::EditError;
pub use file::{FileError, decode, decode_pushed, encode};
pub use local::{Local, temporary};
pub use lock::{Held, LockError, LockInfo};
pub use process::{Process, host, who};
pub use sighting::{Sighting, Sightings};
pub use state::{LastDrill, OutputState, PairState, Rehearsed, State};
pub use store::{Store, StoreError};
