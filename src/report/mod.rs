//! Plans, runs and findings for people and machines: text, Markdown, JSON.

pub mod diagnostics;
mod entry;
pub mod figures;
pub mod progress;
mod sign;
pub mod text;

pub use sign::Summary;
