//! The only network code: Kafka, Connect, DNS and the user's own hooks behind one seam, and the files that tell clients of it.
//!
//! Every folder has the same files: `client` speaks the protocol, `read` answers queries in bulk, `change` makes
//! changes in batches, `perform` does the tasks, `fault` turns the system's errors into what a person can act on.

mod fault;
mod faulty;
mod hook;
mod http;
mod live;
mod requests;
mod seam;
mod starts;

pub mod connect;
pub mod dns;
pub mod file;
pub mod kafka;
pub mod memory;
pub mod records;

pub use faulty::{Faulty, Moment, Trouble};
pub use live::Live;
pub use memory::Memory;
pub use records::{LiveRecords, Records};
pub use requests::Requests;
pub use seam::Provider;
