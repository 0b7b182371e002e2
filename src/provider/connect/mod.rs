//! Kafka Connect by its REST interface (Connect 3.6 and later: KIP-875 for stopped connectors and their offsets).
//!
//! [`ConnectPlace`] is one `connect` block. Secrets that connectors are configured with come from the estate's
//! vault and never leave this folder: what is read back is compared in memory and dropped.

mod body;
mod change;
mod client;
mod fault;
mod perform;
mod place;
mod read;
mod vault;

pub use client::{Client, Waits};
pub use fault::RestFault;
pub use place::ConnectPlace;
pub use vault::Vault;
