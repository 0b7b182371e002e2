//! `for_each` and `count`: how often a block is there, and what `each` and `count` mean in it.

use super::Repeated;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::eval::{ELEMENT_LIMIT, Evaluator, Faults};
use crate::config::source::Place;
use crate::config::value::Value;
use crate::estate::Key;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use std::sync::Arc;

/// A member's key, and what `each` or `count` means in it; neither if its block is not repeated.
pub(super) type Keyed = (Option<Key>, Option<Repeated>);

/// The keys of a repeated block and what `each` or `count` means for them; one without a key if it is not repeated.
pub(super) fn members(body: &Body, evaluator: &Evaluator<'_>) -> Result<Vec<Keyed>, Faults> {
    let for_each = body.get_attribute("for_each");
    let count = body.get_attribute("count");
    match (for_each, count) {
        (None, None) => Ok(vec![(None, None)]),
        (Some(for_each), Some(count)) => {
            let place =
                |span: Option<std::ops::Range<usize>>| Place::new(evaluator.file, span.unwrap_or_default());
            Err(Diagnostic::error(Code::Conflict, "a block has either for_each or count")
                .at(place(count.key.span()), "the second")
                .at(place(for_each.key.span()), "the first")
                .into())
        }
        (Some(for_each), None) => {
            let each = each(&for_each.value, evaluator)?;
            Ok(each.into_iter().map(|(key, value)| keyed(key, value)).collect())
        }
        (None, Some(count)) => {
            let count = counted(&count.value, evaluator)?;
            Ok((0..count).map(numbered).collect())
        }
    }
}

fn keyed(key: Arc<str>, value: Value) -> Keyed {
    let each = Value::map([("key", Value::String(Arc::clone(&key))), ("value", value)]);
    (Some(Key::Name(key.to_string())), Some(Repeated { name: "each", value: each }))
}

fn numbered(index: usize) -> Keyed {
    let count = Value::map([("index", Value::from(index))]);
    (Some(Key::Index(index)), Some(Repeated { name: "count", value: count }))
}

/// The keys and values that a `for_each` of a block goes over.
fn each(expression: &Expression, evaluator: &Evaluator<'_>) -> Result<Vec<(Arc<str>, Value)>, Faults> {
    let value = evaluator.value(expression)?;
    let place = evaluator.place(expression);
    let fault = |message: &str, label: String, help: &str| -> Faults {
        Diagnostic::error(Code::Repetition, message).at(place.clone(), label).help(help).into()
    };
    let label = || format!("this is {}", value.described());
    match &value {
        Value::Sensitive(_) => Err(Diagnostic::error(Code::Sensitive, "for_each cannot be sensitive")
            .at(place, "its keys become part of addresses, which are shown")
            .help("nonsensitive(value) where nothing in it is a secret; or keys(…) of it")
            .into()),
        Value::Map(entries) => {
            Ok(entries.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect())
        }
        Value::Set(elements) => {
            let mut keyed = Vec::with_capacity(elements.len());
            for element in elements.iter() {
                match element {
                    Value::String(key) => keyed.push((Arc::clone(key), element.clone())),
                    Value::Sensitive(_) => {
                        return Err(Diagnostic::error(Code::Sensitive, "for_each cannot be sensitive")
                            .at(place, "an element is sensitive, and would become part of an address")
                            .into());
                    }
                    other => {
                        let label = format!("it holds {}", other.described());
                        return Err(fault(
                            "the set of a for_each holds strings",
                            label,
                            "a map has any values: { key = value }",
                        ));
                    }
                }
            }
            Ok(keyed)
        }
        Value::List(_) => {
            Err(fault("for_each takes a map or a set of strings", label(), "toset(list) makes a set of it"))
        }
        Value::Null => Err(fault("for_each takes a map or a set of strings", label(), "{} for none at all")),
        _ => Err(fault(
            "for_each takes a map or a set of strings",
            label(),
            "count = condition ? 1 : 0 for one or none",
        )),
    }
}

fn counted(expression: &Expression, evaluator: &Evaluator<'_>) -> Result<usize, Faults> {
    let value = evaluator.value(expression)?;
    let place = evaluator.place(expression);
    if value.is_sensitive() {
        return Err(Diagnostic::error(Code::Sensitive, "count cannot be sensitive")
            .at(place, "how many there are is shown")
            .into());
    }
    let count = value.to_integer().and_then(|count| usize::try_from(count).ok());
    match count {
        Some(count) if count <= ELEMENT_LIMIT => Ok(count),
        Some(_) => Err(Diagnostic::error(Code::Repetition, "count is too large")
            .at(place, format!("at most {ELEMENT_LIMIT} are possible"))
            .into()),
        None => Err(Diagnostic::error(Code::Repetition, "count takes a whole number from 0")
            .at(place, format!("this is {}", value.described()))
            .into()),
    }
}

/// What the `for_each` of a `dynamic` block goes over: keys and values, and lists and sets of anything too.
pub(super) fn rounds(
    expression: &Expression,
    evaluator: &Evaluator<'_>,
) -> Result<Vec<(Value, Value)>, Faults> {
    let value = evaluator.value(expression)?;
    let mark = value.is_sensitive();
    let rounds: Vec<(Value, Value)> = match value.bare() {
        Value::Map(entries) => {
            entries.iter().map(|(key, value)| (Value::String(Arc::clone(key)), value.clone())).collect()
        }
        Value::Set(elements) => elements.iter().map(|element| (element.clone(), element.clone())).collect(),
        Value::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(index, element)| (Value::from(index), element.clone()))
            .collect(),
        _ => {
            return Err(Diagnostic::error(Code::Repetition, "for_each takes a list, a set or a map here")
                .at(evaluator.place(expression), format!("this is {}", value.described()))
                .into());
        }
    };
    Ok(rounds.into_iter().map(|(key, value)| (key.marked(mark), value.marked(mark))).collect())
}
