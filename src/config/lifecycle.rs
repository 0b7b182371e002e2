//! `lifecycle` and `depends_on`: what every resource may say of itself.

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::engine::{Engine, WHOLE_MODULE, check};
use super::eval::{Evaluator, Faults};
use super::value::{BlockId, Value};
use crate::estate::Lifecycle;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use std::collections::BTreeSet;

/// Reads the `lifecycle` block of a resource and checks its preconditions; `what` is the resource's address.
pub(super) fn lifecycle(body: &Body, what: &str, evaluator: &Evaluator<'_>) -> Result<Lifecycle, Faults> {
    let mut lifecycle = Lifecycle::default();
    let mut faults = Faults::default();
    for block in body.get_blocks("lifecycle") {
        for attribute in block.body.attributes() {
            match attribute.key.as_str() {
                "prevent_destroy" => {
                    let read = evaluator.condition(&attribute.value, "prevent_destroy");
                    lifecycle.prevent_destroy = faults.keep(read).is_some_and(|(value, _)| value);
                }
                "ignore_changes" => {
                    let read = ignored(&attribute.value, evaluator);
                    lifecycle.ignore_changes = faults.keep(read).unwrap_or_default();
                }
                other => {
                    let fault =
                        Diagnostic::error(Code::Lifecycle, format!("lifecycle has no attribute \"{other}\""));
                    let fault = fault.at(evaluator.place(&attribute.key), "unknown");
                    faults.merge(
                        fault.help("there are prevent_destroy, ignore_changes and precondition { … }").into(),
                    );
                }
            }
        }
        faults.merge(preconditions(block, what, evaluator));
    }
    faults.unless_any(lifecycle)
}

fn preconditions(block: &Block, what: &str, evaluator: &Evaluator<'_>) -> Faults {
    let mut faults = Faults::default();
    for inner in block.body.blocks() {
        if inner.has_ident("precondition") {
            let checked = check(&inner.body, evaluator, Code::Precondition, what, &inner.ident);
            faults.keep(checked);
        } else {
            let word = inner.ident.as_str();
            let fault = Diagnostic::error(Code::Lifecycle, format!("lifecycle has no block \"{word}\""));
            let fault = fault.at(evaluator.place(&inner.ident), "unknown");
            faults.merge(fault.help("there is precondition { condition = …  error_message = … }").into());
        }
    }
    faults
}

/// Fields are written bare, as Terraform has it, or as strings: `[partitions, config["retention.ms"]]`, or `all`.
fn ignored(expression: &Expression, evaluator: &Evaluator<'_>) -> Result<Vec<String>, Faults> {
    let fields = match expression {
        Expression::Array(fields) => fields.iter().map(field).collect::<Option<Vec<_>>>(),
        Expression::Variable(all) if all.as_str() == "all" => Some(vec!["all".to_owned()]),
        _ => None,
    };
    fields.ok_or_else(|| {
        Diagnostic::error(Code::Lifecycle, "ignore_changes takes a list of fields, or all")
            .at(evaluator.place(expression), "this is neither")
            .help("such as [partitions, config[\"retention.ms\"]]")
            .into()
    })
}

fn field(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Variable(name) => Some(name.as_str().to_owned()),
        Expression::String(text) => Some(text.value().clone()),
        Expression::Traversal(traversal) => {
            let mut path = field(&traversal.expr)?;
            for operator in &traversal.operators {
                let part = match operator.value() {
                    TraversalOperator::GetAttr(name) => name.as_str(),
                    TraversalOperator::Index(Expression::String(text)) => text.value(),
                    _ => return None,
                };
                path = format!("{path}.{part}");
            }
            Some(path)
        }
        _ => None,
    }
}

/// The blocks that a `depends_on` names; all blocks of a module that it names.
pub(super) fn depends_on(
    body: &Body,
    engine: &Engine<'_>,
    evaluator: &Evaluator<'_>,
) -> Result<BTreeSet<BlockId>, Faults> {
    let Some(attribute) = body.get_attribute("depends_on") else { return Ok(BTreeSet::new()) };
    let fault = |expression: &Expression, label: String| -> Faults {
        Diagnostic::error(Code::Lifecycle, "depends_on takes a list of references")
            .at(evaluator.place(expression), label)
            .help("such as [topic.orders, module.network]")
            .into()
    };
    let Expression::Array(references) = &attribute.value else {
        return Err(fault(&attribute.value, "this is no list".to_owned()));
    };
    let mut blocks = BTreeSet::new();
    let mut faults = Faults::default();
    for reference in references.iter() {
        let Some(value) = faults.keep(evaluator.value(reference)) else { continue };
        if !collect(&value, engine, &mut blocks) {
            let label = match value.bare() {
                Value::String(_) => "a reference is written without quotes".to_owned(),
                other => format!("this is {}", other.described()),
            };
            faults.merge(fault(reference, label));
        }
    }
    faults.unless_any(blocks)
}

/// Adds the blocks that a value refers to; false if it is no reference.
fn collect(value: &Value, engine: &Engine<'_>, blocks: &mut BTreeSet<BlockId>) -> bool {
    match value {
        Value::Block(block) if block.id.block == WHOLE_MODULE => {
            blocks.extend(engine.blocks_of(block.id.instance));
            true
        }
        Value::Block(block) => {
            blocks.insert(block.id);
            true
        }
        // A block with for_each or count: all of its members, of which there may be none.
        Value::List(elements) => elements.iter().all(|element| collect(element, engine, blocks)),
        Value::Map(entries) => entries.values().all(|element| collect(element, engine, blocks)),
        _ => false,
    }
}
