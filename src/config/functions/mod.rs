//! The functions of the language: one file per family, one table row per function.
//!
//! They are Terraform's, with Terraform's names and answers, but for those that read a clock or make up values: a
//! plan must come out the same whenever it is made. `try` and `can` are not here: they take their arguments
//! unevaluated (`eval::call`).

mod arguments;
mod collection;
mod conversion;
mod encoding;
mod filesystem;
mod format;
mod hash;
mod network;
mod numeric;
mod regular;
mod select;
mod set;
mod string;

pub(super) use arguments::{Arguments, Refusal};

use super::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The value as JSON in one line, or why it has none.
pub(super) fn json(value: &Value) -> Result<String, String> {
    encoding::json(value).map_err(|refusal| match refusal {
        Refusal::Because(reason) | Refusal::Argument(_, reason) => reason,
        Refusal::Faults(_) => "it cannot be evaluated".to_owned(),
    })
}

/// What a function answers.
pub(super) type Answer = Result<Value, Refusal>;

/// What becomes of the marks of arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// A mark anywhere in an argument marks the answer.
    Deep,
    /// A mark of an argument marks the answer; marks of elements travel with the elements.
    Shallow,
    /// The function sees the marks and deals with them itself.
    Seen,
}

/// A function of the language.
pub(super) struct Function {
    /// How it is called, such as `upper(string)`.
    pub usage: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments.
    pub most: usize,
    /// What becomes of the marks of arguments.
    pub marks: Marks,
    /// What it does.
    pub body: fn(&Arguments<'_>) -> Answer,
}

impl Function {
    /// A function that a mark anywhere in its arguments makes sensitive.
    const fn new(usage: &'static str, least: usize, most: usize, body: fn(&Arguments<'_>) -> Answer) -> Self {
        Self { usage, least, most, marks: Marks::Deep, body }
    }

    /// A function that moves elements as they are.
    const fn moving(
        usage: &'static str,
        least: usize,
        most: usize,
        body: fn(&Arguments<'_>) -> Answer,
    ) -> Self {
        Self { usage, least, most, marks: Marks::Shallow, body }
    }

    /// A function that deals with marks itself.
    const fn seeing(
        usage: &'static str,
        least: usize,
        most: usize,
        body: fn(&Arguments<'_>) -> Answer,
    ) -> Self {
        Self { usage, least, most, marks: Marks::Seen, body }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.usage.split('(').next().unwrap_or_default()
    }

    /// True when it may be called with so many arguments.
    pub fn takes(&self, arguments: usize) -> bool {
        (self.least..=self.most).contains(&arguments)
    }
}

/// As many arguments as one likes.
const ANY: usize = usize::MAX;

/// The function of this name.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    table().get(name).copied()
}

/// The names of all functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    table().keys().copied().chain(["try", "can"])
}

/// How each function is called, by name: for the reference.
pub fn usages() -> Vec<&'static str> {
    let mut usages: Vec<&str> = table().values().map(|function| function.usage).collect();
    usages.extend(["try(expression, …, default)", "can(expression)"]);
    usages.sort_unstable();
    usages
}

fn table() -> &'static HashMap<&'static str, &'static Function> {
    static TABLE: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let families = [
            collection::FUNCTIONS,
            conversion::FUNCTIONS,
            encoding::FUNCTIONS,
            filesystem::FUNCTIONS,
            format::FUNCTIONS,
            hash::FUNCTIONS,
            network::FUNCTIONS,
            numeric::FUNCTIONS,
            regular::FUNCTIONS,
            select::FUNCTIONS,
            set::FUNCTIONS,
            string::FUNCTIONS,
        ];
        families.into_iter().flatten().map(|function| (function.name(), function)).collect()
    })
}
