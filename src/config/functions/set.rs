//! Sets.

use super::arguments::{Arguments, Refusal};
use super::{ANY, Answer, Function};
use crate::config::eval::ELEMENT_LIMIT;
use crate::config::value::Value;
use std::collections::BTreeSet;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("setintersection(set, …)", 1, ANY, |a| fold(a, |all, next| &all & next)),
    Function::new("setproduct(set, …)", 1, ANY, setproduct),
    Function::new("setsubtract(set, set)", 2, 2, |a| fold(a, |all, next| &all - next)),
    Function::new("setsymmetricdifference(set, set)", 2, 2, |a| fold(a, |all, next| &all ^ next)),
    Function::new("setunion(set, …)", 1, ANY, |a| fold(a, |all, next| &all | next)),
];

fn fold(a: &Arguments<'_>, step: fn(BTreeSet<Value>, &BTreeSet<Value>) -> BTreeSet<Value>) -> Answer {
    let set = |index| Ok::<_, Refusal>(a.list(index)?.iter().cloned().collect::<BTreeSet<Value>>());
    let mut all = set(0)?;
    for index in 1..a.values.len() {
        all = step(all, &set(index)?);
    }
    Ok(Value::set(all))
}

/// Every way to take one element of each, the last one running fastest.
fn setproduct(a: &Arguments<'_>) -> Answer {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for index in 0..a.values.len() {
        let elements = a.list(index)?;
        if rows.len().saturating_mul(elements.len()) > ELEMENT_LIMIT {
            return Err("the product has too many elements".into());
        }
        let extended = rows.iter().flat_map(|row| {
            elements.iter().map(|element| {
                let mut row = row.clone();
                row.push(element.clone());
                row
            })
        });
        rows = extended.collect();
    }
    let sets = a.values.iter().all(|value| matches!(value, Value::Set(_)));
    let rows = rows.into_iter().map(Value::list);
    Ok(if sets { Value::set(rows) } else { Value::list(rows) })
}
