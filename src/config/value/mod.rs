//! The values of the language.
//!
//! A list, set or map is shared: passing one on costs a counter, never a copy. A mark [`Value::Sensitive`] wraps
//! what must not be shown; whatever is computed from it is wrapped again.

pub(super) mod convert;
mod mark;
mod show;

pub use mark::Marked;

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an expression evaluates to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Value {
    /// Nothing: as if the attribute were not there.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An exact decimal number of up to 28 digits.
    Number(Decimal),
    /// Text.
    String(Arc<str>),
    /// Elements in order.
    List(Arc<Vec<Value>>),
    /// Elements sorted, each once; made by `toset`.
    Set(Arc<Vec<Value>>),
    /// Elements by name, sorted by it.
    Map(Arc<BTreeMap<Arc<str>, Value>>),
    /// A declared block.
    Block(BlockRef),
    /// What must not be shown.
    Sensitive(Arc<Value>),
}

/// A reference to one declared block.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockRef {
    /// Which one: module instance, block, repetition.
    pub(super) id: BlockId,
    /// Its kind, such as `topic`.
    pub kind: &'static str,
    /// Its address as text, such as `topic.orders["eu"]`.
    pub address: Arc<str>,
}

/// Where a declared block is found while a configuration is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct BlockId {
    /// The instance of the module that declares it.
    pub instance: u32,
    /// Its number in the module.
    pub block: u32,
    /// Its number in its repetition; 0 where it has none.
    pub ordinal: u32,
}

impl Value {
    /// A list of these.
    pub fn list(elements: impl IntoIterator<Item = Value>) -> Self {
        Self::List(Arc::new(elements.into_iter().collect()))
    }

    /// A set of these.
    pub fn set(elements: impl IntoIterator<Item = Value>) -> Self {
        let mut elements: Vec<Value> = elements.into_iter().collect();
        elements.sort();
        elements.dedup();
        Self::Set(Arc::new(elements))
    }

    /// A map of these.
    pub fn map<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(Arc::new(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }

    /// True for `null`, marked or not.
    pub fn is_null(&self) -> bool {
        matches!(self.bare(), Self::Null)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value.into())
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Number(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Number(value.into())
    }
}
