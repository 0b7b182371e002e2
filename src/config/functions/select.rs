//! Questions to collections: one of them, how many, is it there.

use super::arguments::Arguments;
use super::collection::is_empty_text;
use super::{ANY, Answer, Function};
use crate::config::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("alltrue(list)", 1, 1, |a| truths(a, |all| all.iter().all(|truth| *truth))),
    Function::new("anytrue(list)", 1, 1, |a| truths(a, |all| all.iter().any(|truth| *truth))),
    Function::new("coalesce(value, …)", 1, ANY, |a| {
        let first = a.values.iter().find(|value| !is_empty_text(value));
        first.cloned().ok_or_else(|| "all of them are null or empty".into())
    }),
    Function::new("coalescelist(list, …)", 1, ANY, |a| {
        let first = a.values.iter().find(|value| value.as_sequence().is_some_and(|list| !list.is_empty()));
        first.cloned().ok_or_else(|| "all of the lists are empty".into())
    }),
    Function::new("contains(list, value)", 2, 2, |a| Ok(a.list(0)?.contains(a.value(1)).into())),
    Function::moving("element(list, index)", 2, 2, element),
    Function::new("index(list, value)", 2, 2, |a| {
        let found = a.list(0)?.iter().position(|value| value == a.value(1));
        found.map(Value::from).ok_or_else(|| Arguments::refuse(1, "it is not in the list"))
    }),
    Function::moving("length(list, map or string)", 1, 1, length),
    Function::moving("lookup(map, key, default)", 2, 3, lookup),
    Function::new("matchkeys(values, keys, wanted keys)", 3, 3, matchkeys),
    Function::moving("one(list)", 1, 1, |a| match a.list(0)? {
        [] => Ok(Value::Null),
        [only] => Ok(only.clone()),
        more => Err(Arguments::refuse(0, format!("it has {} elements, not one or none", more.len()))),
    }),
];

fn truths(a: &Arguments<'_>, decide: fn(&[bool]) -> bool) -> Answer {
    let all = a.list(0)?.iter().map(Value::to_bool);
    let all: Vec<bool> = all.collect::<Option<_>>().ok_or_else(|| a.wrong(0, "a list of bools"))?;
    Ok(decide(&all).into())
}

/// Counts on from the front when the index is past the end, and from the end when it is negative.
fn element(a: &Arguments<'_>) -> Answer {
    let list = a.list(0)?;
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Err(Arguments::refuse(0, "the list is empty"));
    }
    let index = usize::try_from(a.integer(1)?.rem_euclid(count)).unwrap_or_default();
    Ok(list.get(index).cloned().unwrap_or_default())
}

fn length(a: &Arguments<'_>) -> Answer {
    match a.value(0) {
        Value::String(text) => Ok(Value::from(text.chars().count())),
        Value::Map(entries) => Ok(Value::from(entries.len())),
        Value::List(elements) | Value::Set(elements) => Ok(Value::from(elements.len())),
        _ => Err(a.wrong(0, "a list, a set, a map or a string")),
    }
}

fn lookup(a: &Arguments<'_>) -> Answer {
    let key = a.text(1)?;
    match a.map(0)?.get(&key) {
        Some(value) => Ok(value.clone()),
        None if a.has(2) => Ok(a.value(2).clone()),
        None => Err(Arguments::refuse(1, format!("the map has no key \"{key}\", and there is no default"))),
    }
}

fn matchkeys(a: &Arguments<'_>) -> Answer {
    let (values, keys, wanted) = (a.list(0)?, a.list(1)?, a.list(2)?);
    if values.len() != keys.len() {
        return Err(format!("there are {} values and {} keys", values.len(), keys.len()).into());
    }
    let found = values.iter().zip(keys).filter(|(_, key)| wanted.contains(key));
    Ok(Value::list(found.map(|(value, _)| value.clone())))
}
