//! What people and machines are shown.

mod figures;
mod progress;
mod stories;
mod text;
