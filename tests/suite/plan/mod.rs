//! What the planner decides.

mod connectors;
mod deferred;
mod ending;
mod files;
mod objects;
mod order;
mod peers;
mod properties;
pub mod sample;
mod stale;
mod targets;
