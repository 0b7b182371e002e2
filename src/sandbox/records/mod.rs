//! Records in and out, so that nobody needs Kafka's own tools to see something move.
//!
//! Every record carries its number, so whoever reads them can tell what is missing and what came twice.

mod consume;
mod fault;
mod pace;
mod produce;
mod topic;

pub use consume::{Consume, Record, consume, follow};
pub use fault::RecordError;
pub use produce::{Produce, Produced, Transactions, Written, produce, stream};
