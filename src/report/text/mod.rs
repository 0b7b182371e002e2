//! Plans as text for a terminal or a log.
//!
//! The text carries ANSI colours, which only repeat what a sign says; whoever prints it takes them out where the
//! stream is no terminal (anstream does).

mod block;
pub(super) mod paint;
mod plan;
mod tail;
mod value;
pub(super) mod wrap;

pub use plan::{View, plan, plan_in};
pub(super) use tail::findings;
