//! Failovers in a world in memory whose mirror carries, whose clients write and read where names lead them, and which dies at
//! every step.

mod aborted;
mod continued;
mod declared;
mod field;
mod killed;
mod rebuild;
mod stage;
mod synced;
