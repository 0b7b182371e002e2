//! Plans, runs and findings for people and machines: text, Markdown, JSON.

pub mod diagnostics;
pub mod progress;
