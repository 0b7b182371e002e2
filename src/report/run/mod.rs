//! A run for those who were not there: from its plan and its journal alone, so that it can be told years later.
//!
//! [`Report`] is one pure model; text, Markdown, HTML and JSON show it.

mod draw;
mod html;
mod markdown;
mod markup;
mod model;
mod seen;
mod spans;
mod tell;
mod text;

pub use html::html;
pub use markdown::markdown;
pub use model::{
    About, Approval, Attempt, Group, HookCall, Lost, Milestone, Name, Objective, Outcome, PairTold, Pause,
    Report, Row, Snapshot, SnapshotSide, StepOutcome, StepTold, Times, Wave,
};
pub use spans::{Told, Track, covered, own_time, told};
pub use tell::{restores_clients, shuts_clients_out, tell};
pub(in crate::report) use text::rule;
pub use text::{text, text_in};
