//! Dynamic updates by RFC 2136, signed with TSIG (RFC 8945): BIND, Knot, PowerDNS, Windows and others.

mod change;
mod client;
mod fault;
mod message;
mod read;
mod signature;
mod transfer;
mod trial;

pub(super) use change::change;
pub(in crate::provider) use read::TRANSFER_FROM;
pub(super) use read::said;
pub(super) use trial::tried;

pub use super::question::Swap;
pub use client::{Client, Verdict};
pub use fault::UpdateFault;
pub use message::update;
pub use signature::{BadKey, Key};
