//! A faithful model of what carries records and positions: a source's log, MirrorMaker's source task with its writer of
//! offset syncs, and its store of them; with workers that die at any point.

pub mod history;
pub mod random;
pub mod source;
pub mod store;
pub mod task;
pub mod truth;
