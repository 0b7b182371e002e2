//! A run as plain lines, for a log.

use super::line;
use crate::run::{Happening, Witness};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Writes a line for each thing that happens.
pub struct Lines {
    out: Mutex<Box<dyn Write + Send>>,
}

impl Lines {
    /// Writes them to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out: Mutex::new(out) }
    }
}

impl Witness for Lines {
    fn saw(&self, happening: &Happening<'_>) {
        let Some(line) = line(happening) else { return };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A run does not fail because nobody reads about it.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}
