//! PowerDNS' HTTP API (4.7): read, compare, PATCH, read again.
//!
//! The API has no conditional write. Between the comparison and the PATCH another's change can be overwritten;
//! where that matters, use `rfc2136` against the same server.

mod change;
mod client;
mod fault;
mod read;

pub(super) use change::change;
pub(super) use read::said;

pub use client::{Client, Patch};
pub use fault::ApiFault;
