//! Attributes, indexes and splats.

use super::{Evaluator, Faults, Root, name, operator_span};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::config::value::Value;
use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use std::collections::BTreeMap;
use std::sync::Arc;

type Operators<'a> = &'a [Decorated<TraversalOperator>];

impl Evaluator<'_> {
    pub(super) fn traversal(&self, traversal: &Traversal) -> Result<Value, Faults> {
        let operators: Operators<'_> = &traversal.operators;
        let (start, used) = match &traversal.expr {
            Expression::Variable(variable) => match self.bound(name(variable)) {
                Some(value) => (value.clone(), 0),
                None => {
                    let place = self.place(variable);
                    self.names.root(&Root { name: name(variable), place, operators, file: self.file })?
                }
            },
            other => (self.value(other)?, 0),
        };
        self.apply(start, operators.get(used..).unwrap_or_default())
    }

    /// Applies operators to a value, one after the other.
    fn apply(&self, start: Value, operators: Operators<'_>) -> Result<Value, Faults> {
        let mut value = start;
        for (index, operator) in operators.iter().enumerate() {
            let place = Place::new(self.file, operator_span(operator).unwrap_or_default());
            value = match operator.value() {
                TraversalOperator::GetAttr(attribute) => self.attribute(&value, name(attribute), &place)?,
                TraversalOperator::Index(key) => {
                    let key = self.value(key)?;
                    self.index(&value, &key, &place)?
                }
                TraversalOperator::LegacyIndex(number) => {
                    self.index(&value, &Value::Number((*number.value()).into()), &place)?
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    return self.splat(&value, operators.get(index + 1..).unwrap_or_default());
                }
            };
        }
        Ok(value)
    }

    /// Applies the operators behind `[*]` or `.*` to every element; null is none, anything else than a list is one.
    fn splat(&self, value: &Value, rest: Operators<'_>) -> Result<Value, Faults> {
        let mark = value.is_sensitive();
        let elements = match value.bare() {
            Value::List(elements) | Value::Set(elements) => elements.to_vec(),
            Value::Null => Vec::new(),
            other => vec![other.clone()],
        };
        let mut made = Vec::with_capacity(elements.len());
        for element in elements {
            // What is said of an element of a sensitive list must not show it.
            made.push(self.apply(element.marked(mark), rest)?);
        }
        Ok(Value::List(Arc::new(made)).marked(mark))
    }

    /// `value.name`.
    fn attribute(&self, value: &Value, name: &str, place: &Place) -> Result<Value, Faults> {
        let mark = value.is_sensitive();
        match value.bare() {
            Value::Block(block) => self.names.attribute(block, name, place).map(|value| value.marked(mark)),
            Value::Map(entries) => match entries.get(name) {
                Some(value) => Ok(value.clone().marked(mark)),
                None => Err(no_key(entries, name, mark, place)),
            },
            Value::Null => {
                Err(Diagnostic::error(Code::NoSuchElement, format!("null has no attribute \"{name}\""))
                    .at(place.clone(), "what stands before this is null")
                    .help("try(value.name, default) answers a default")
                    .into())
            }
            Value::List(_) | Value::Set(_) => Err(Diagnostic::error(
                Code::NoSuchElement,
                format!("{} has no attribute \"{name}\"", value.type_name()),
            )
            .at(place.clone(), format!("what stands before this is {}", value.described()))
            .help(format!("an element has: list[0].{name}; all of them: list[*].{name}"))
            .into()),
            _ => Err(Diagnostic::error(
                Code::NoSuchElement,
                format!("{} has no attributes", value.type_name()),
            )
            .at(place.clone(), format!("what stands before this is {}", value.described()))
            .into()),
        }
    }

    /// `value[key]`.
    pub(in crate::config) fn index(
        &self,
        value: &Value,
        key: &Value,
        place: &Place,
    ) -> Result<Value, Faults> {
        let mark = value.is_sensitive() || key.is_sensitive();
        match value.bare() {
            Value::List(elements) => element_at(elements, key, place).map(|element| element.marked(mark)),
            Value::Map(entries) => {
                let text =
                    key.to_text().ok_or_else(|| wrong_key("a map is indexed by a string", key, place))?;
                match entries.get(&text) {
                    Some(value) => Ok(value.clone().marked(mark)),
                    None => Err(no_key(entries, &text, mark, place)),
                }
            }
            Value::Block(block) => {
                let text =
                    key.to_text().ok_or_else(|| wrong_key("a block is indexed by a name", key, place))?;
                self.names.attribute(block, &text, place).map(|value| value.marked(mark))
            }
            Value::Set(_) => Err(wrong_key("a set has no order and cannot be indexed", key, place)),
            _ => Err(Diagnostic::error(
                Code::NoSuchElement,
                format!("{} cannot be indexed", value.type_name()),
            )
            .at(place.clone(), format!("what stands before this is {}", value.described()))
            .into()),
        }
    }
}

fn element_at(elements: &[Value], key: &Value, place: &Place) -> Result<Value, Faults> {
    let index =
        key.to_integer().ok_or_else(|| wrong_key("a list is indexed by a whole number", key, place))?;
    let found = usize::try_from(index).ok().and_then(|index| elements.get(index));
    found.cloned().ok_or_else(|| {
        let message = if key.is_sensitive() {
            "the list has no element of this index".to_owned()
        } else {
            format!("the list has no element {index}")
        };
        Diagnostic::error(Code::NoSuchElement, message)
            .at(place.clone(), format!("it has {}, counted from 0", elements.len()))
            .help("element(list, index) starts again from the front; try(list[index], default) answers a default")
            .into()
    })
}

fn wrong_key(message: &str, key: &Value, place: &Place) -> Faults {
    Diagnostic::error(Code::NoSuchElement, message)
        .at(place.clone(), format!("the index is {}", key.described()))
        .into()
}

fn no_key(entries: &BTreeMap<Arc<str>, Value>, key: &str, mark: bool, place: &Place) -> Faults {
    if mark {
        return Diagnostic::error(Code::NoSuchElement, "the map has no such key")
            .at(place.clone(), "the key or the map is sensitive and not shown")
            .into();
    }
    let keys = || entries.keys().map(|key| &**key);
    let help = match (nearest(key, keys()), entries.values().next()) {
        (Some(near), _) => format!("there is \"{near}\""),
        (None, Some(Value::Block(block))) => {
            format!("the block has for_each, so a key comes first: {}", block.address)
        }
        (None, _) => format!("there are: {}", listed(keys())),
    };
    Diagnostic::error(Code::NoSuchElement, format!("there is no \"{key}\" in the map"))
        .at(place.clone(), "no such key")
        .help(help)
        .into()
}
