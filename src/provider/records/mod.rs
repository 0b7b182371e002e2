//! The record plane: reading ranges of topics and producing, beside the seam of objects.
//!
//! [`LiveRecords`] speaks through librdkafka, which knows every security mechanism; [`Memory`](super::Memory) keeps
//! records in its world. One contract suite (`tests/suite/provider/records`) holds for both.

mod batch;
mod client;
mod context;
mod fault;
mod live;
mod memory;
mod offsets;
mod produce;
mod queues;
mod record;
mod scan;
mod scanning;
mod seam;

pub use batch::Batch;
pub use live::LiveRecords;
pub use record::{Header, NewRecord, Record, Timestamp, TimestampKind};
pub use scan::{Begin, Extent, Isolation, Range, Scan, Until};
pub use scanning::{Progress, Scanning};
pub use seam::{Partition, Placed, Positions, Producer, Records, Unsettled};
