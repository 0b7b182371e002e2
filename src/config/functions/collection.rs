//! Lists and maps: built, cut, joined and turned.

use super::arguments::{Arguments, Refusal};
use super::{ANY, Answer, Function};
use crate::config::eval::ELEMENT_LIMIT;
use crate::config::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::moving("chunklist(list, size)", 2, 2, chunklist),
    Function::new("compact(list)", 1, 1, |a| {
        Ok(Value::list(a.list(0)?.iter().filter(|v| !is_empty_text(v)).cloned()))
    }),
    Function::moving("concat(list, …)", 1, ANY, concat),
    Function::new("distinct(list)", 1, 1, distinct),
    Function::new("flatten(list)", 1, 1, flatten),
    Function::moving("keys(map)", 1, 1, |a| {
        Ok(Value::list(a.map(0)?.keys().map(|k| Value::String(Arc::clone(k)))))
    }),
    Function::moving("merge(map, …)", 1, ANY, merge),
    Function::new("range(limit) or range(start, limit, step)", 1, 3, range),
    Function::moving("reverse(list)", 1, 1, |a| Ok(Value::list(a.list(0)?.iter().rev().cloned()))),
    Function::moving("slice(list, start, end)", 3, 3, slice),
    Function::new("sort(list)", 1, 1, sort),
    Function::new("transpose(map of lists)", 1, 1, transpose),
    Function::moving("values(map)", 1, 1, |a| Ok(Value::list(a.map(0)?.values().cloned()))),
    Function::moving("zipmap(keys, values)", 2, 2, zipmap),
];

pub(super) fn is_empty_text(value: &Value) -> bool {
    match value.bare() {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn chunklist(a: &Arguments<'_>) -> Answer {
    let list = a.list(0)?;
    match a.size(1)? {
        0 => Ok(Value::list([Value::list(list.iter().cloned())])),
        size => Ok(Value::list(list.chunks(size).map(|chunk| Value::list(chunk.iter().cloned())))),
    }
}

fn concat(a: &Arguments<'_>) -> Answer {
    let mut all = Vec::new();
    for index in 0..a.values.len() {
        all.extend_from_slice(a.list(index)?);
        if all.len() > ELEMENT_LIMIT {
            return Err("the list has too many elements".into());
        }
    }
    Ok(Value::List(Arc::new(all)))
}

fn distinct(a: &Arguments<'_>) -> Answer {
    let mut seen = std::collections::BTreeSet::new();
    Ok(Value::list(a.list(0)?.iter().filter(|value| seen.insert(*value)).cloned()))
}

fn flatten(a: &Arguments<'_>) -> Answer {
    fn collect(value: &Value, into: &mut Vec<Value>) {
        match value.as_sequence() {
            Some(elements) => elements.iter().for_each(|element| collect(element, into)),
            None => into.push(value.clone()),
        }
    }
    let mut flat = Vec::new();
    a.list(0)?.iter().for_each(|element| collect(element, &mut flat));
    Ok(Value::List(Arc::new(flat)))
}

fn merge(a: &Arguments<'_>) -> Answer {
    let mut merged = BTreeMap::new();
    for (index, value) in a.values.iter().enumerate() {
        if !value.is_null() {
            merged.extend(a.map(index)?.iter().map(|(key, value)| (Arc::clone(key), value.clone())));
        }
    }
    Ok(Value::Map(Arc::new(merged)))
}

fn range(a: &Arguments<'_>) -> Answer {
    let first = a.number(0)?;
    let (start, limit) = if a.has(1) { (first, a.number(1)?) } else { (0.into(), first) };
    let down = limit < start;
    let step = if a.has(2) { a.number(2)? } else { if down { -1 } else { 1 }.into() };
    if step.is_zero() || (step.is_sign_negative() != down && limit != start) {
        return Err(Arguments::refuse(2, "the limit is never reached by this step"));
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > limit } else { next < limit } {
        if numbers.len() >= ELEMENT_LIMIT {
            return Err("the range has too many elements".into());
        }
        numbers.push(Value::Number(next));
        next = next.checked_add(step).ok_or("the range has no end")?;
    }
    Ok(Value::List(Arc::new(numbers)))
}

fn slice(a: &Arguments<'_>) -> Answer {
    let list = a.list(0)?;
    let part = list.get(a.size(1)?..a.size(2)?);
    let reason = || format!("start and end must lie in the list, which has {}", list.len());
    Ok(Value::list(part.ok_or_else(|| Refusal::Because(reason()))?.iter().cloned()))
}

fn sort(a: &Arguments<'_>) -> Answer {
    let mut texts = a.texts(0)?;
    texts.sort();
    Ok(Value::list(texts.into_iter().map(Value::String)))
}

fn transpose(a: &Arguments<'_>) -> Answer {
    let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (key, values) in a.map(0)? {
        let texts = values.as_sequence().unwrap_or_default().iter().map(Value::to_text);
        let texts: Vec<_> =
            texts.collect::<Option<_>>().ok_or_else(|| a.wrong(0, "a map of lists of strings"))?;
        for text in texts {
            turned.entry(text).or_default().push(Value::String(Arc::clone(key)));
        }
    }
    Ok(Value::map(turned.into_iter().map(|(key, values)| (key, Value::list(values)))))
}

fn zipmap(a: &Arguments<'_>) -> Answer {
    let (keys, values) = (a.texts(0)?, a.list(1)?);
    if keys.len() != values.len() {
        return Err(format!("there are {} keys and {} values", keys.len(), values.len()).into());
    }
    // A map's keys have no marks of their own.
    let mark = a.value(0).holds_sensitive();
    Ok(Value::map(keys.into_iter().zip(values.iter().cloned())).marked(mark))
}
