//! From a pair's flow to a [`Plan`](crate::plan::Plan) of what moves with it: pure and synchronous.
//!
//! [`commit`] plans the positions of groups on the standby. [`failover`] plans a change of roles: the difference between
//! the objects that the estate wants under today's roles and under tomorrow's, as the steady planner finds it, put into the
//! waves of a recipe, with the waits and notes that belong between them; [`in_waves`] puts those of several pairs into one. A drill goes the same way with a topic and a group of its
//! own, and [`sweep`] removes whatever one leaves.

mod begun;
mod commit;
mod drill;
mod drilled;
mod failover;
mod foretold;
mod guards;
mod held;
mod moving;
mod names;
mod rebuild;
mod recipe;
mod rehearsal;
mod shared;
mod signs;
mod sources;
mod together;
mod waves;

pub use begun::{Begun, BegunError};
pub use commit::{commit, findings};
pub use drill::{rehearsed, sweep};
pub use drilled::{foretold, results};
pub use failover::failover;
pub use held::{Exported, Held, HeldTail, HeldTopic};
pub use signs::Asker;
pub use sources::Sources;
pub use together::{Several, in_waves};
