//! The arguments of a call, read as the types that a function needs.

use crate::config::eval::{Evaluator, Faults};
use crate::config::value::Value;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a function gave no answer.
pub(in crate::config) enum Refusal {
    /// For a reason that concerns the whole call.
    Because(String),
    /// For a reason that concerns one argument.
    Argument(usize, String),
    /// Something evaluated on its behalf is faulty.
    Faults(Faults),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::Because(reason)
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Self {
        Self::Because(reason.to_owned())
    }
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        Self::Faults(faults)
    }
}

/// What a function is called with.
pub(in crate::config) struct Arguments<'a> {
    /// The values, as many as the function takes.
    pub values: Vec<Value>,
    /// Who calls.
    pub evaluator: &'a Evaluator<'a>,
}

impl Arguments<'_> {
    /// The nth argument, null if it was left out.
    pub fn value(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&Value::Null)
    }

    /// True when the nth argument was given.
    pub fn has(&self, index: usize) -> bool {
        index < self.values.len()
    }

    /// The nth argument as a string.
    pub fn text(&self, index: usize) -> Result<Arc<str>, Refusal> {
        self.value(index).to_text().ok_or_else(|| self.wrong(index, "a string"))
    }

    /// The nth argument as a number.
    pub fn number(&self, index: usize) -> Result<Decimal, Refusal> {
        self.value(index).to_number().ok_or_else(|| self.wrong(index, "a number"))
    }

    /// The nth argument as a whole number.
    pub fn integer(&self, index: usize) -> Result<i64, Refusal> {
        self.value(index).to_integer().ok_or_else(|| self.wrong(index, "a whole number"))
    }

    /// The nth argument as a whole number from 0.
    pub fn size(&self, index: usize) -> Result<usize, Refusal> {
        usize::try_from(self.integer(index)?).map_err(|_| self.wrong(index, "a whole number from 0"))
    }

    /// The elements of the nth argument, a list or a set.
    pub fn list(&self, index: usize) -> Result<&[Value], Refusal> {
        self.value(index).as_sequence().ok_or_else(|| self.wrong(index, "a list or a set"))
    }

    /// The strings of the nth argument, a list or a set.
    pub fn texts(&self, index: usize) -> Result<Vec<Arc<str>>, Refusal> {
        let texts = self.list(index)?.iter().map(Value::to_text);
        texts.collect::<Option<_>>().ok_or_else(|| self.wrong(index, "a list of strings"))
    }

    /// The entries of the nth argument, a map.
    pub fn map(&self, index: usize) -> Result<&BTreeMap<Arc<str>, Value>, Refusal> {
        self.value(index).as_map().ok_or_else(|| self.wrong(index, "a map"))
    }

    /// Says that the nth argument is not what the function needs.
    pub fn wrong(&self, index: usize, needed: &str) -> Refusal {
        Refusal::Argument(index, format!("{needed} is needed, this is {}", self.value(index).described()))
    }

    /// Says why the nth argument will not do.
    pub fn refuse(index: usize, reason: impl Into<String>) -> Refusal {
        Refusal::Argument(index, reason.into())
    }
}
