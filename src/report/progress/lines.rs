//! A run as plain lines, for a log.

use super::fold::Fold;
use crate::run::{Happening, Witness};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Writes a line for each thing that happens.
pub struct Lines {
    out: Mutex<(Box<dyn Write + Send>, Fold)>,
}

impl Lines {
    /// Writes them to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out: Mutex::new((out, Fold::default())) }
    }
}

impl Witness for Lines {
    fn saw(&self, happening: &Happening<'_>) {
        let mut held = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let (out, fold) = &mut *held;
        for line in fold.lines(happening) {
            // A run does not fail because nobody reads about it.
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        }
    }
}
