//! Conversions, marks and the process' environment.

use super::arguments::Arguments;
use super::{Answer, Function};
use crate::config::value::Value;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::seeing("env(name, default)", 1, 2, env),
    Function::seeing("issensitive(value)", 1, 1, |a| Ok(a.value(0).holds_sensitive().into())),
    Function::seeing("nonsensitive(value)", 1, 1, |a| Ok(a.value(0).clone().unmark_deep().0)),
    Function::seeing("sensitive(value)", 1, 1, |a| Ok(a.value(0).clone().sensitive())),
    Function::new("tobool(value)", 1, 1, |a| {
        null_or(a, |v| v.to_bool().map(Value::Bool), "a bool, \"true\" or \"false\"")
    }),
    Function::moving("tolist(list or set)", 1, 1, |a| {
        null_or(
            a,
            |v| v.as_sequence().map(|elements| Value::list(elements.iter().cloned())),
            "a list or a set",
        )
    }),
    Function::moving("tomap(map)", 1, 1, |a| {
        null_or(a, |v| matches!(v, Value::Map(_)).then(|| v.clone()), "a map")
    }),
    Function::new("tonumber(value)", 1, 1, |a| {
        null_or(a, |v| v.to_number().map(Value::Number), "a number or a string that holds one")
    }),
    Function::new("toset(list or set)", 1, 1, |a| {
        null_or(
            a,
            |v| v.as_sequence().map(|elements| Value::set(elements.iter().cloned())),
            "a list or a set",
        )
    }),
    Function::new("tostring(value)", 1, 1, |a| {
        null_or(a, |v| v.to_text().map(Value::String), "a string, a number or a bool")
    }),
];

fn null_or(a: &Arguments<'_>, convert: fn(&Value) -> Option<Value>, needed: &str) -> Answer {
    match a.value(0) {
        Value::Null => Ok(Value::Null),
        value => convert(value).ok_or_else(|| a.wrong(0, needed)),
    }
}

/// The environment is how secrets get in, so what comes from it is sensitive; `nonsensitive` says otherwise.
fn env(a: &Arguments<'_>) -> Answer {
    let name: Arc<str> = a.text(0)?;
    match a.evaluator.names.environment(&name) {
        Some(value) => Ok(Value::from(value).sensitive()),
        None if a.has(1) => Ok(a.value(1).clone().sensitive()),
        None => {
            let reason =
                format!("the environment has no {name}; set it, or give a default: env(\"{name}\", \"\")");
            Err(Arguments::refuse(0, reason))
        }
    }
}
