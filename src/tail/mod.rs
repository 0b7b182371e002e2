//! The tail: records that the old active side acknowledged and that were never carried.
//!
//! [`find()`] says where it begins and ends, [`count()`] what is in it, [`export()`] keeps it in a folder whose format
//! docs/tail.md describes, [`replay()`] produces it elsewhere, each record once, and [`compare()`] tells which of its records
//! another cluster holds already.

mod compare;
mod count;
mod course;
mod export;
mod fault;
mod find;
mod folder;
mod frame;
mod index;
mod manifest;
mod position;
mod replay;
mod replays;
mod segment;
mod writer;

pub use compare::{Contents, Presence, compare};
pub use count::{Count, contents, count};
pub use course::{Course, Flow};
pub use export::{Exported, export};
pub use fault::TailError;
pub use find::{Evidence, Found, Part, find};
pub use folder::{Export, Stored};
pub use frame::{Kept, KeptHeader, MARK, decode, encode};
pub use index::{Entry, Gap};
pub use manifest::{Manifest, ManifestPart};
pub use replay::{Replay, prepare, replay};
pub use writer::Writer;
