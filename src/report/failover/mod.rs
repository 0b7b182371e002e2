//! The plan of a failover: what it costs, its steps in waves, what it needs, for people.

mod markdown;
mod mermaid;
mod rows;
mod several;
mod signs;
mod text;

pub use markdown::markdown;
pub use mermaid::mermaid;
pub(in crate::report) use rows::{one, together};
pub use text::{done, stops, text, text_in};
pub(in crate::report) use text::{repeated, sure};
