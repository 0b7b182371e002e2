//! Offset translation: from a group's position on the source to its position on the target, with the evidence.
//!
//! Pure: it is fed with what others have read (offset syncs, the noted starts, ends, the connector's position, records'
//! digests) and answers. It never says more than the evidence allows: an answer above the true position loses records.
//!
//! The way of a question: [`Syncs`] are read once for all groups; [`Anchors`] puts a partition's evidence together;
//! [`Anchors::foresee`] says what a failover would probably answer (for a screen), [`Anchors::reads`] what to
//! read on the target so that it can be said for certain, [`Anchors::learn`] takes it in, and [`Anchors::translate`]
//! gives the answer that may be committed. With the source readable, [`Anchors::twin`] makes more of it exact, and
//! [`Flow::differences`] finds records that are not what the source holds.
//!
//! The theory and its proof are in the doc comment of `translate`.

mod anchors;
mod answer;
mod compare;
mod doubt;
mod flow;
mod known;
mod passed;
mod reads;
mod record;
mod row;
mod settle;
mod syncs;
mod timed;
mod track;
mod translate;
mod twin;
mod untold;
mod wire;

pub use anchors::{Anchors, End};
pub use answer::{Answer, Cause, Duplicates, Evidence, Ground};
pub use compare::{Compared, Difference, Mismatch, Payload, Shown};
pub use doubt::{Doubt, Neighbours};
pub use flow::{Checkpoints, Flow, Known, Seen};
pub use passed::Passed;
pub use record::{Digest, Entry, Original, Originals, Window};
pub use row::{Certainty, Position, Row, Teller, by_group};
pub use settle::Settlement;
pub use syncs::{Arrived, Syncs};
pub use timed::{Basis, Moment, Timed};
pub use track::{Sync, Track};
pub use twin::{Proven, Twin};
pub use wire::{
    Checkpoint, Heartbeat, OffsetSync, WireError, checkpoints_topic, heartbeats_topic, syncs_topic,
};
