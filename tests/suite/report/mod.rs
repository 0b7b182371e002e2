//! What people and machines are shown.

mod explanation;
mod failover;
pub mod failovers;
mod figures;
pub mod fits;
mod graph;
mod json;
mod markdown;
mod metrics;
mod offsets;
mod progress;
mod run;
mod runs;
mod schema;
pub mod status;
mod stories;
mod text;
