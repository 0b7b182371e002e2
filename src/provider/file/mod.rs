//! Files on the machine that runs leeward.

mod change;
mod fault;
mod place;
mod read;

pub use place::FilePlace;
