//! Plans, runs and findings for people and machines: text, Markdown, JSON.

pub mod abort;
pub mod approvals;
pub mod diagnostics;
mod entry;
pub mod expected;
pub mod explanation;
pub mod failover;
pub mod figures;
pub mod graph;
pub mod json;
pub mod markdown;
pub mod metrics;
pub mod offsets;
pub mod owned;
pub mod progress;
pub mod run;
pub mod runs;
pub mod schema;
mod sign;
pub mod status;
mod table;
pub mod tail;
pub mod text;

pub use sign::Summary;
