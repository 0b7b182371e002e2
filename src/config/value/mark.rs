//! Marks: what must not be shown, and how they travel.

use super::Value;
use std::sync::Arc;

/// A value without its mark, and whether it had one.
pub type Marked<T> = (T, bool);

impl Value {
    /// The value below its mark.
    pub fn bare(&self) -> &Value {
        match self {
            Self::Sensitive(inner) => inner.bare(),
            other => other,
        }
    }

    /// True when the value itself is marked.
    pub fn is_sensitive(&self) -> bool {
        matches!(self, Self::Sensitive(_))
    }

    /// True when the value or anything in it is marked.
    pub fn holds_sensitive(&self) -> bool {
        match self {
            Self::Sensitive(_) => true,
            Self::List(elements) | Self::Set(elements) => elements.iter().any(Self::holds_sensitive),
            Self::Map(entries) => entries.values().any(Self::holds_sensitive),
            _ => false,
        }
    }

    /// The value, marked; marking twice changes nothing.
    #[must_use]
    pub fn sensitive(self) -> Value {
        match self {
            Self::Sensitive(_) => self,
            other => Self::Sensitive(Arc::new(other)),
        }
    }

    /// The value, marked if `mark`.
    #[must_use]
    pub fn marked(self, mark: bool) -> Value {
        if mark { self.sensitive() } else { self }
    }

    /// The value without its own mark, and whether it had one; marks of its elements stay.
    pub fn unmark(self) -> Marked<Value> {
        match self {
            Self::Sensitive(inner) => (inner.bare().clone(), true),
            other => (other, false),
        }
    }

    /// The value without any mark, and whether there was one.
    pub fn unmark_deep(self) -> Marked<Value> {
        if self.holds_sensitive() { (self.without_marks(), true) } else { (self, false) }
    }

    fn without_marks(&self) -> Value {
        match self {
            Self::Sensitive(inner) => inner.without_marks(),
            Self::List(elements) => Self::list(elements.iter().map(Self::without_marks)),
            Self::Set(elements) => Self::set(elements.iter().map(Self::without_marks)),
            Self::Map(entries) => {
                Self::map(entries.iter().map(|(key, value)| (Arc::clone(key), value.without_marks())))
            }
            other => other.clone(),
        }
    }
}
