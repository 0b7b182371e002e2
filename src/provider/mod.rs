//! The only network code: Kafka, Connect and DNS behind one seam.
//!
//! Every folder has the same files: `client` speaks the protocol, `read` answers queries in bulk, `change` makes
//! changes in batches, `perform` does the tasks, `fault` turns the system's errors into what a person can act on.

pub mod connect;
pub mod dns;
mod http;
mod seam;

pub use seam::Provider;
