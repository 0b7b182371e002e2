//! A small faithful fake of the world: topics, grants, connectors and records, held in memory.
//!
//! It follows the same contract as the real providers (one suite tests them all), counts requests by the same
//! batches, and can be edited from the outside, as operators do with the real one. Cheap with 100,000 topics.

mod change;
mod cluster;
mod defaults;
#[expect(clippy::module_inception, reason = "the folder is named after the one thing that it offers")]
mod memory;
mod perform;
mod read;
mod world;

pub use memory::Memory;
pub use world::{
    Called, MemoryCluster, MemoryConnect, MemoryDns, MemoryRecord, MemoryTopic, MemoryZone, RecordState,
    World,
};
