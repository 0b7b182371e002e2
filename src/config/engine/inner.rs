//! Blocks inside of blocks, written out or made by `dynamic`.

use super::Engine;
use super::repetition::rounds;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::eval::{Binding, Evaluator, Faults};
use crate::config::schema::Inner;
use crate::config::source::Place;
use crate::config::value::{BlockId, Value};
use hcl_edit::Span;
use hcl_edit::structure::{Block, Body};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A block inside of a block, ready to be evaluated.
pub(in crate::config) struct InnerBlock<'a> {
    /// Its label, if it has one.
    pub label: Option<String>,
    /// What stands in it.
    pub body: &'a Body,
    /// What evaluates it: knows the iterator of a `dynamic`.
    pub evaluator: Evaluator<'a>,
    /// Its first word.
    pub place: Place,
}

/// Gives each inner block of a name to `each`, those that `dynamic` makes among them.
pub(in crate::config) fn inner_blocks(
    body: &Body,
    name: &str,
    evaluator: &Evaluator<'_>,
    each: &mut dyn FnMut(&InnerBlock<'_>) -> Result<(), Faults>,
) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for block in body.blocks() {
        let place = Place::new(evaluator.file, block.ident.span().unwrap_or_default());
        let label = block.labels.first().map(|label| label.as_str());
        if block.has_ident(name) {
            let label = label.map(ToOwned::to_owned);
            let inner = InnerBlock { label, body: &block.body, evaluator: *evaluator, place };
            faults.keep(each(&inner));
        } else if block.has_ident("dynamic") && label == Some(name) {
            faults.keep(dynamic(block, name, &place, evaluator, each));
        }
    }
    faults.unless_any(())
}

fn dynamic(
    block: &Block,
    name: &str,
    place: &Place,
    evaluator: &Evaluator<'_>,
    each: &mut dyn FnMut(&InnerBlock<'_>) -> Result<(), Faults>,
) -> Result<(), Faults> {
    let missing = |what: &str| -> Faults {
        Diagnostic::error(Code::Missing, format!("a dynamic block needs {what}"))
            .at(place.clone(), "not here")
            .help(format!("dynamic \"{name}\" {{ for_each = …  content {{ … }} }}"))
            .into()
    };
    let for_each = block.body.get_attribute("for_each").ok_or_else(|| missing("for_each"))?;
    let content = block.body.get_blocks("content").next().ok_or_else(|| missing("content { … }"))?;
    let iterator = match block.body.get_attribute("iterator").map(|attribute| &attribute.value) {
        None => name,
        Some(hcl_edit::expr::Expression::Variable(iterator)) => iterator.as_str(),
        Some(other) => {
            return Err(Diagnostic::error(Code::WrongType, "iterator is a bare name")
                .at(evaluator.place(other), "write it without quotes")
                .into());
        }
    };
    let mut faults = Faults::default();
    for (key, value) in rounds(&for_each.value, evaluator)? {
        let value = Value::map([("key", key), ("value", value)]);
        let binding = Binding { name: iterator, value, outer: evaluator.bindings };
        let evaluator = Evaluator { bindings: Some(&binding), ..*evaluator };
        let made = label(block, &evaluator).and_then(|label| {
            each(&InnerBlock { label, body: &content.body, evaluator, place: place.clone() })
        });
        faults.keep(made);
    }
    faults.unless_any(())
}

/// The first of `labels = [...]`.
fn label(block: &Block, evaluator: &Evaluator<'_>) -> Result<Option<String>, Faults> {
    let Some(labels) = block.body.get_attribute("labels") else { return Ok(None) };
    let value = evaluator.value(&labels.value)?;
    let first = value.as_sequence().and_then(|labels| labels.first()).filter(|label| !label.is_sensitive());
    match first.and_then(Value::to_text) {
        Some(text) => Ok(Some(text.to_string())),
        None => Err(Diagnostic::error(Code::WrongType, "labels is a list with one string")
            .at(evaluator.place(&labels.value), format!("this is {}", value.described()))
            .into()),
    }
}

impl Engine<'_> {
    /// The inner blocks of a name as a value, for someone who refers to them: one map, or a list or map of them.
    pub(super) fn inner_value(&self, id: BlockId, inner: &Inner) -> Result<Value, Faults> {
        let (Some(instance), Some(block)) = (self.instance(id.instance), self.block(id)) else {
            return Err(Faults::default());
        };
        let repeated = self.repeated(id);
        let mut all: Vec<(Option<String>, Value)> = Vec::new();
        self.evaluate(&instance, block.file, repeated.as_ref(), |evaluator| {
            inner_blocks(&block.tree.body, inner.name, evaluator, &mut |made| {
                all.push((made.label.clone(), map_of(made, inner)?));
                Ok(())
            })
        })?;
        if inner.labels > 0 {
            let labelled = all.into_iter().filter_map(|(label, value)| Some((label?, value)));
            return Ok(Value::map(labelled));
        }
        Ok(all.into_iter().next().map_or(Value::Null, |(_, value)| value))
    }
}

fn map_of(made: &InnerBlock<'_>, inner: &Inner) -> Result<Value, Faults> {
    let mut entries: BTreeMap<Arc<str>, Value> =
        inner.schema.attributes.iter().map(|name| (Arc::from(*name), Value::Null)).collect();
    for attribute in made.body.attributes() {
        entries.insert(attribute.key.as_str().into(), made.evaluator.value(&attribute.value)?);
    }
    for deeper in inner.schema.blocks {
        inner_blocks(made.body, deeper.name, &made.evaluator, &mut |made| {
            entries.insert(deeper.name.into(), map_of(made, deeper)?);
            Ok(())
        })?;
    }
    Ok(Value::Map(Arc::new(entries)))
}
