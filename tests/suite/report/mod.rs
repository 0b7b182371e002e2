//! What people and machines are shown.

mod explanation;
mod figures;
mod graph;
mod json;
mod markdown;
mod progress;
mod stories;
mod text;
