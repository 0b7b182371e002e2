//! Many steps that are left out, told as one.

use super::line;
use crate::report::figures::counted;
use crate::run::Happening;

/// Holds back what is said of steps that are left out until something else happens: one step is told by itself, many are
/// counted.
#[derive(Debug, Default)]
pub(super) struct Fold {
    left_out: usize,
    /// What is said of the first of them, and what it needs.
    first: Option<(String, String)>,
}

impl Fold {
    /// The lines that are to be written now.
    pub fn lines(&mut self, happening: &Happening<'_>) -> Vec<String> {
        let line = line(happening);
        if let (Happening::Skipped { because, .. }, Some(line)) = (happening, &line) {
            self.left_out += 1;
            self.first.get_or_insert_with(|| (line.clone(), because.address.to_string()));
            return Vec::new();
        }
        self.held().into_iter().chain(line).collect()
    }

    fn held(&mut self) -> Option<String> {
        let (line, because) = self.first.take()?;
        Some(match std::mem::take(&mut self.left_out) {
            1 => line,
            number => format!("  - {} left out, because {because} is not done", counted(number, "step")),
        })
    }
}
