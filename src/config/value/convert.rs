//! Conversions between types, as Terraform makes them where an operator or an attribute needs one.

use super::Value;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

impl Value {
    /// The text of a string, number or bool; `None` for everything else. Marks are looked through.
    pub fn to_text(&self) -> Option<Arc<str>> {
        match self.bare() {
            Self::String(text) => Some(Arc::clone(text)),
            Self::Number(number) => Some(number.normalize().to_string().into()),
            Self::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    /// The number that a number or a numeric string is. Marks are looked through.
    pub fn to_number(&self) -> Option<Decimal> {
        match self.bare() {
            Self::Number(number) => Some(*number),
            Self::String(text) => parse_number(text),
            _ => None,
        }
    }

    /// The whole number that a number or a numeric string is. Marks are looked through.
    pub fn to_integer(&self) -> Option<i64> {
        self.to_number().filter(|number| number.fract().is_zero()).and_then(|number| number.to_i64())
    }

    /// The truth value of a bool or of `"true"` and `"false"`. Marks are looked through.
    pub fn to_bool(&self) -> Option<bool> {
        match self.bare() {
            Self::Bool(value) => Some(*value),
            Self::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The elements of a list or set, the values of a map. Marks are looked through.
    pub fn elements(&self) -> Option<Vec<Value>> {
        match self.bare() {
            Self::List(elements) | Self::Set(elements) => Some(elements.to_vec()),
            Self::Map(entries) => Some(entries.values().cloned().collect()),
            _ => None,
        }
    }

    /// The elements of a list or set, without a copy. Marks are looked through.
    pub fn as_sequence(&self) -> Option<&[Value]> {
        match self.bare() {
            Self::List(elements) | Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of a map. Marks are looked through.
    pub fn as_map(&self) -> Option<&BTreeMap<Arc<str>, Value>> {
        match self.bare() {
            Self::Map(entries) => Some(entries),
            _ => None,
        }
    }
}

/// Reads a number as HCL and JSON write it, exactly where 28 digits suffice.
pub(in crate::config) fn parse_number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.contains('_') {
        return None;
    }
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}
