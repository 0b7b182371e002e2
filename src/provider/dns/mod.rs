//! DNS: the servers that take changes, and the authorities that clients' resolvers ask.
//!
//! [`DnsPlace`] is one `dns` block. What is common to both services stands here: asking authorities
//! ([`authority`]), record data ([`value`], [`rrset`]) and waiting for a change to show everywhere.

mod answer;
pub mod authority;
mod frame;
mod perform;
mod place;
pub mod powerdns;
mod question;
mod read;
pub mod rfc2136;
pub mod rrset;
mod trial;
pub mod value;

pub use place::DnsPlace;
