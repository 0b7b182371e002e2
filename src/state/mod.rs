//! What leeward owns and which side of each pair is active.
//!
//! The active side is state, not configuration: after a failover the very same configuration plans to "no
//! changes".

#[expect(clippy::module_inception, reason = "the state is the chief noun of the state's module")]
mod state;

pub use state::{OutputState, PairState, State};
