//! From a pair's flow to a [`Plan`](crate::plan::Plan) of what moves with it: pure and synchronous.
//!
//! [`commit`] plans the positions of groups on the standby. The recipes of a failover will stand beside it.

mod commit;

pub use commit::{commit, findings};
