//! Lists, maps and `for` expressions.

use super::{Binding, Evaluator, Faults, name};
use crate::config::code::Code;
use crate::config::cut::pieces;
use crate::config::diagnostic::Diagnostic;
use crate::config::source::Place;
use crate::config::value::{Marked, Value};
use hcl_edit::expr::{Array, Expression, ForExpr, Object, ObjectKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many elements a collection may have: more is a slip, and would only be met as exhausted memory.
pub(in crate::config) const ELEMENT_LIMIT: usize = 2_000_000;

impl Evaluator<'_> {
    pub(super) fn array(&self, array: &Array) -> Result<Value, Faults> {
        if let Some(pieces) = pieces(array, self.place(array).text()) {
            return self.map(pieces);
        }
        let mut faults = Faults::default();
        let mut elements = Vec::with_capacity(array.len());
        for element in array.iter() {
            elements.extend(faults.keep(self.value(element)));
        }
        faults.unless_any(Value::List(Arc::new(elements)))
    }

    pub(super) fn object(&self, object: &Object) -> Result<Value, Faults> {
        self.map([object])
    }

    /// The map that these are together.
    fn map<'o>(&self, pieces: impl IntoIterator<Item = &'o Object>) -> Result<Value, Faults> {
        let mut faults = Faults::default();
        let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        let mut places: BTreeMap<Arc<str>, Place> = BTreeMap::new();
        let mut mark = false;
        for (key, value) in pieces.into_iter().flat_map(Object::iter) {
            let place = self.place(key);
            let key = faults.keep(self.object_key(key));
            let value = faults.keep(self.value(value.expr()));
            let (Some((key, key_mark)), Some(value)) = (key, value) else { continue };
            mark |= key_mark;
            if let Some(first) = places.insert(Arc::clone(&key), place.clone()) {
                faults.merge(
                    Diagnostic::error(
                        Code::Duplicate,
                        format!("the key \"{}\" is there twice", shown(&key, key_mark)),
                    )
                    .at(place, "the second")
                    .at(first, "the first")
                    .into(),
                );
            }
            entries.insert(key, value);
        }
        faults.unless_any(Value::Map(Arc::new(entries)).marked(mark))
    }

    /// A bare name is the key itself; `(name)`, as in Terraform, is the value of that name.
    fn object_key(&self, key: &ObjectKey) -> Result<Marked<Arc<str>>, Faults> {
        let expression = match key {
            ObjectKey::Ident(ident) => return Ok((name(ident).into(), false)),
            ObjectKey::Expression(Expression::Variable(ident)) => return Ok((name(ident).into(), false)),
            ObjectKey::Expression(expression) => expression,
        };
        let value = self.value(expression)?;
        self.key_text(&value, expression).map(|text| (text, value.is_sensitive()))
    }

    fn key_text(&self, value: &Value, expression: &Expression) -> Result<Arc<str>, Faults> {
        value.to_text().ok_or_else(|| {
            Diagnostic::error(Code::WrongType, "the key of a map must be a string")
                .at(self.place(expression), format!("this is {}", value.described()))
                .into()
        })
    }

    pub(super) fn for_expression(&self, expression: &ForExpr) -> Result<Value, Faults> {
        let (entries, mut mark) = self.entries(&expression.intro.collection_expr)?;
        let mut faults = Faults::default();
        let mut made = Made::new(expression);
        for (key, value) in entries {
            let value_binding =
                Binding { name: name(&expression.intro.value_var), value, outer: self.bindings };
            let key_binding;
            let inner = match &expression.intro.key_var {
                Some(key_var) => {
                    key_binding = Binding { name: name(key_var), value: key, outer: Some(&value_binding) };
                    self.within(&key_binding)
                }
                None => self.within(&value_binding),
            };
            match inner.for_element(expression, &mut made) {
                Ok(element_mark) => mark |= element_mark,
                // One fault of a loop tells all there is to tell.
                Err(fault) => {
                    faults.merge(fault);
                    break;
                }
            }
        }
        faults.unless_any(made.value().marked(mark))
    }

    /// Adds what one round of a `for` makes; answers whether its condition or key is sensitive.
    fn for_element(&self, expression: &ForExpr, made: &mut Made) -> Result<bool, Faults> {
        let mut mark = false;
        if let Some(condition) = &expression.cond {
            let (holds, condition_mark) = self.condition(&condition.expr, "the `if` of a for expression")?;
            mark |= condition_mark;
            if !holds {
                return Ok(mark);
            }
        }
        let Some(key_expression) = &expression.key_expr else {
            made.list.push(self.value(&expression.value_expr)?);
            return Ok(mark);
        };
        let key = self.value(key_expression)?;
        mark |= key.is_sensitive();
        let text = self.key_text(&key, key_expression)?;
        let value = self.value(&expression.value_expr)?;
        if expression.grouping {
            made.groups.entry(text).or_default().push(value);
        } else if made.map.insert(Arc::clone(&text), value).is_some() {
            return Err(Diagnostic::error(
                Code::Duplicate,
                format!("two elements of the for expression have the key \"{}\"", shown(&text, mark)),
            )
            .at(self.place(key_expression), "the key must differ for each element")
            .help("`...` behind the value groups the elements of a key into a list")
            .into());
        }
        Ok(mark)
    }

    /// The keys and elements of what a `for` goes over, and whether the collection is sensitive.
    pub(super) fn entries(&self, expression: &Expression) -> Result<Marked<Vec<(Value, Value)>>, Faults> {
        let value = self.value(expression)?;
        let mark = value.is_sensitive();
        let entries: Vec<(Value, Value)> = match value.bare() {
            Value::List(elements) => elements
                .iter()
                .enumerate()
                .map(|(index, element)| (Value::from(index), element.clone()))
                .collect(),
            Value::Set(elements) => {
                elements.iter().map(|element| (element.clone(), element.clone())).collect()
            }
            Value::Map(entries) => {
                entries.iter().map(|(key, value)| (Value::String(Arc::clone(key)), value.clone())).collect()
            }
            _ => {
                return Err(Diagnostic::error(Code::WrongType, "`for` goes over a list, a set or a map")
                    .at(self.place(expression), format!("this is {}", value.described()))
                    .into());
            }
        };
        if !mark {
            return Ok((entries, false));
        }
        // What is said of an element of a sensitive collection must not show it.
        let marked = |(key, value): (Value, Value)| (key.sensitive(), value.sensitive());
        Ok((entries.into_iter().map(marked).collect(), true))
    }
}

/// What a `for` has made so far.
struct Made {
    keyed: bool,
    list: Vec<Value>,
    map: BTreeMap<Arc<str>, Value>,
    groups: BTreeMap<Arc<str>, Vec<Value>>,
}

impl Made {
    fn new(expression: &ForExpr) -> Self {
        Self {
            keyed: expression.key_expr.is_some(),
            list: Vec::new(),
            map: BTreeMap::new(),
            groups: BTreeMap::new(),
        }
    }

    fn value(mut self) -> Value {
        if !self.keyed {
            return Value::List(Arc::new(self.list));
        }
        self.map.extend(self.groups.into_iter().map(|(key, values)| (key, Value::List(Arc::new(values)))));
        Value::Map(Arc::new(self.map))
    }
}

fn shown(key: &str, mark: bool) -> &str {
    if mark { "(sensitive)" } else { key }
}
