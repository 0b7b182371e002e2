//! Values that must never be shown or stored.

use std::fmt;

/// A secret: it can be handed to the world, but neither printed nor serialised.
///
/// That it has no `Serialize` is the guarantee that no plan, state, journal or report holds one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value; from here on only [`Secret::expose`] gives it back.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(sensitive)")
    }
}
