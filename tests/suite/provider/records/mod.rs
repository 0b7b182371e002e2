//! One contract, held by the records of real clusters and by those in memory.

mod contract;
mod dead;
mod ground;
mod memory;
mod speed;
mod unsettled;
