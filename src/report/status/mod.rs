//! The condition of pairs: a screen, a line, and JSON.

mod groups;
mod line;
mod rows;
mod screen;
mod wording;

pub use line::line;
pub use screen::{text, text_in};

use crate::status::Condition;
use schemars::JsonSchema;
use serde::Serialize;

/// The condition of pairs as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusDocument<'a> {
    /// The version of this format.
    pub format: u32,
    /// Whether every pair is ready.
    pub ready: bool,
    /// The pairs.
    pub pairs: &'a [Condition],
}

/// The condition of pairs as JSON.
pub fn document(conditions: &[Condition]) -> StatusDocument<'_> {
    let ready = conditions.iter().all(|condition| condition.ready);
    StatusDocument { format: 1, ready, pairs: conditions }
}
