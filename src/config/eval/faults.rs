//! Why an expression has no value.

use crate::config::diagnostic::{Diagnostic, Diagnostics, Visible};
use std::sync::Arc;

/// One or more faults, shared: everything that uses a broken local answers the same ones.
#[derive(Debug, Clone, Default)]
pub(in crate::config) struct Faults(Vec<Arc<Diagnostic>>);

impl Faults {
    /// Adds those of another that are not among them: what is used twice must not be told twice, and a chain of
    /// such uses would double them at each step.
    pub fn merge(&mut self, other: Self) {
        for fault in other.0 {
            if !self.0.iter().any(|known| Arc::ptr_eq(known, &fault)) {
                self.0.push(fault);
            }
        }
    }

    /// The value, or the faults are kept and nothing is answered.
    pub fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result.map_err(|faults| self.merge(faults)).ok()
    }

    /// The value, unless there are faults.
    pub fn unless_any<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The same about a value that must not be shown: where the faults are, and of what sort.
    #[must_use]
    pub fn concealed(self, message: &str) -> Self {
        let conceal = |fault: Arc<Diagnostic>| {
            let mut concealed = Diagnostic::error(fault.code, message).showing(Visible::Nothing);
            if let Some(place) = fault.place() {
                concealed = concealed.at(place.clone(), "");
            }
            Arc::new(concealed)
        };
        Self(self.0.into_iter().map(conceal).collect())
    }

    /// Tells them.
    pub fn tell(self, diagnostics: &mut Diagnostics) {
        diagnostics.extend(self.0.into_iter().map(Arc::unwrap_or_clone));
    }
}

impl From<Diagnostic> for Faults {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![Arc::new(diagnostic)])
    }
}
