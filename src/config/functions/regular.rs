//! Regular expressions, in Rust's dialect, which is nearly Go's.

use super::arguments::{Arguments, Refusal};
use super::{Answer, Function};
use crate::config::value::Value;
use regex::{Captures, Regex, RegexBuilder};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regex(pattern, string)", 2, 2, first),
    Function::new("regexall(pattern, string)", 2, 2, all),
];

/// Compiles the pattern that stands in an argument.
pub(super) fn compiled(pattern: &str, argument: usize) -> Result<Regex, Refusal> {
    RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Arguments::refuse(argument, format!("not a regular expression: {reason}"))
    })
}

fn first(a: &Arguments<'_>) -> Answer {
    let pattern = compiled(&a.text(0)?, 0)?;
    let text = a.text(1)?;
    match pattern.captures(&text) {
        Some(captures) => Ok(matched(&pattern, &captures)),
        None => Err(Arguments::refuse(1, "the pattern does not match; regexall answers an empty list then")),
    }
}

fn all(a: &Arguments<'_>) -> Answer {
    let pattern = compiled(&a.text(0)?, 0)?;
    let text = a.text(1)?;
    Ok(Value::list(pattern.captures_iter(&text).map(|captures| matched(&pattern, &captures))))
}

/// The whole match, or a list of its groups, or a map of its named groups.
fn matched(pattern: &Regex, captures: &Captures<'_>) -> Value {
    let text = |group: Option<regex::Match<'_>>| group.map_or(Value::Null, |group| group.as_str().into());
    if captures.len() == 1 {
        return text(captures.get(0));
    }
    if pattern.capture_names().flatten().next().is_some() {
        let named = pattern.capture_names().flatten();
        return Value::map(named.map(|name| (name, text(captures.name(name)))));
    }
    Value::list((1..captures.len()).map(|index| text(captures.get(index))))
}
