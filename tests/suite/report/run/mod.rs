//! What is told of a run: its times, its model, its forms.

mod forms;
mod names;
mod spans;
pub mod stage;
mod tell;
