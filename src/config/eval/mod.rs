//! The evaluator: a walk over `hcl_edit`'s expressions.
//!
//! It knows nothing of modules and blocks: what a name means is asked of [`Names`]. Every fault carries the place
//! of the operator or operand that is to blame, and the elements of a collection are all tried, so that several
//! faults of one expression are told at once.

mod call;
mod collection;
mod faults;
mod operator;
mod template;
mod traversal;
mod walk;

pub(in crate::config) use collection::ELEMENT_LIMIT;
pub(in crate::config) use faults::Faults;
pub(in crate::config) use walk::parse_template_text;

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::source::{Place, SourceFile};
use super::value::{BlockRef, Value};
use hcl_edit::expr::TraversalOperator;
use hcl_edit::{Decorated, Ident, Span};
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

/// How deep evaluation may nest: expressions and chains of references together.
const DEPTH_LIMIT: u32 = 8_000;

/// What names mean where an expression stands, and the little of the world that functions may see.
pub(in crate::config) trait Names {
    /// The value of a name and of as many operators behind it as belong to the name, and how many these are.
    fn root(&self, name: &Root<'_>) -> Result<(Value, usize), Faults>;

    /// An attribute of a declared block.
    fn attribute(&self, block: &BlockRef, name: &str, place: &Place) -> Result<Value, Faults>;

    /// The folder that relative paths start from.
    fn folder(&self) -> &Path;

    /// Notes that a file was read, and what it held.
    fn file_read(&self, path: &Path, bytes: &[u8]);

    /// A variable of the process' environment.
    fn environment(&self, name: &str) -> Option<String>;

    /// How deep evaluation has nested by now.
    fn depth(&self) -> &Cell<u32>;
}

/// A name in an expression and what is applied to it.
pub(in crate::config) struct Root<'a> {
    /// The name.
    pub name: &'a str,
    /// Where it stands.
    pub place: Place,
    /// The operators behind it.
    pub operators: &'a [Decorated<TraversalOperator>],
    /// The file of all of them.
    pub file: &'a Arc<SourceFile>,
}

impl Root<'_> {
    /// The name after the nth dot (from 0), if there is one, and its place.
    pub fn attribute(&self, index: usize) -> Option<(&str, Place)> {
        match self.operators.get(index)?.value() {
            TraversalOperator::GetAttr(name) => Some((name.as_str(), self.operator_place(index))),
            _ => None,
        }
    }

    /// From the name to the end of the nth operator (from 0).
    pub fn place_until(&self, index: usize) -> Place {
        let end = self.operators.get(index).and_then(operator_span).map_or(0, |s| s.end);
        Place::new(self.file, self.place.range.start..end.max(self.place.range.end))
    }

    fn operator_place(&self, index: usize) -> Place {
        match self.operators.get(index).map(Decorated::value) {
            Some(TraversalOperator::GetAttr(name)) => {
                Place::new(self.file, name.span().unwrap_or_else(|| self.place.range.clone()))
            }
            _ => self.place_until(index),
        }
    }
}

fn operator_span(operator: &Decorated<TraversalOperator>) -> Option<std::ops::Range<usize>> {
    operator.span().or_else(|| operator.value().span())
}

/// A name that an expression itself gives a meaning: `for`, `each`, the iterator of a `dynamic` block.
pub(in crate::config) struct Binding<'a> {
    /// The name.
    pub name: &'a str,
    /// What it means.
    pub value: Value,
    /// The bindings around it.
    pub outer: Option<&'a Binding<'a>>,
}

/// Evaluates the expressions of one file in one scope.
#[derive(Clone, Copy)]
pub(in crate::config) struct Evaluator<'a> {
    /// What names mean.
    pub names: &'a dyn Names,
    /// The file that the expressions stand in.
    pub file: &'a Arc<SourceFile>,
    /// The innermost binding.
    pub bindings: Option<&'a Binding<'a>>,
}

impl<'a> Evaluator<'a> {
    /// Where something of this file stands.
    pub fn place(&self, spanned: &impl Span) -> Place {
        Place::new(self.file, spanned.span().unwrap_or_default())
    }

    /// The value that a binding gives a name.
    fn bound(&self, name: &str) -> Option<&'a Value> {
        let mut next = self.bindings;
        while let Some(binding) = next {
            if binding.name == name {
                return Some(&binding.value);
            }
            next = binding.outer;
        }
        None
    }

    /// The same evaluator inside one more binding.
    fn within<'b>(&self, bindings: &'b Binding<'b>) -> Evaluator<'b>
    where
        'a: 'b,
    {
        Evaluator { bindings: Some(bindings), ..*self }
    }

    /// Counts one level of nesting until the answer is dropped.
    fn deeper(&self, place: impl FnOnce() -> Place) -> Result<Level<'a>, Faults> {
        let depth = self.names.depth();
        if depth.get() >= DEPTH_LIMIT {
            return Err(Diagnostic::error(Code::TooDeep, "this needs too many others to be evaluated first")
                .at(place(), format!("given up after {DEPTH_LIMIT} levels"))
                .into());
        }
        depth.set(depth.get() + 1);
        Ok(Level(depth))
    }
}

/// One level of nesting.
struct Level<'a>(&'a Cell<u32>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// The name that an identifier holds.
fn name(ident: &Decorated<Ident>) -> &str {
    ident.value().as_str()
}
