//! From an expression to its value.

use super::{Evaluator, Faults, Root, name};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::source::{Place, SourceFile};
use crate::config::value::Value;
use crate::config::value::convert::parse_number;
use hcl_edit::expr::{Conditional, Expression};
use hcl_edit::template::Template;
use hcl_edit::{Formatted, Number};
use rust_decimal::Decimal;
use std::sync::Arc;

impl Evaluator<'_> {
    /// The value of an expression.
    pub fn value(&self, expression: &Expression) -> Result<Value, Faults> {
        let _level = self.deeper(|| self.place(expression))?;
        match expression {
            Expression::Null(_) => Ok(Value::Null),
            Expression::Bool(value) => Ok(Value::Bool(*value.value())),
            Expression::Number(number) => self.number(number),
            Expression::String(text) => Ok(Value::from(text.value().as_str())),
            Expression::Array(array) => self.array(array),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => self.template(template),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc),
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Variable(variable) => self.variable(name(variable), self.place(variable)),
            Expression::Conditional(conditional) => self.conditional(conditional),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(operation) => self.unary(operation),
            Expression::BinaryOp(operation) => self.binary(operation),
            Expression::ForExpr(expression) => self.for_expression(expression),
        }
    }

    fn number(&self, number: &Formatted<Number>) -> Result<Value, Faults> {
        let place = self.place(number);
        // The text is exact; the parser's own value may be a float.
        let exact = || number.value().as_i64().map(Decimal::from);
        parse_number(place.text()).or_else(exact).map(Value::Number).ok_or_else(|| {
            Diagnostic::error(Code::TooDeep, format!("the number {} is too large", place.text()))
                .at(place, "more than 28 digits")
                .into()
        })
    }

    fn variable(&self, name: &str, place: Place) -> Result<Value, Faults> {
        if let Some(value) = self.bound(name) {
            return Ok(value.clone());
        }
        self.names.root(&Root { name, place, operators: &[], file: self.file }).map(|(value, _)| value)
    }

    fn conditional(&self, conditional: &Conditional) -> Result<Value, Faults> {
        let (holds, mark) = self.condition(&conditional.cond_expr, "the condition of `? :`")?;
        let branch = if holds { &conditional.true_expr } else { &conditional.false_expr };
        Ok(self.value(branch)?.marked(mark))
    }

    /// The truth of a condition, and whether that is sensitive.
    pub(in crate::config) fn condition(
        &self,
        expression: &Expression,
        what: &str,
    ) -> Result<(bool, bool), Faults> {
        let value = self.value(expression)?;
        let mark = value.is_sensitive();
        value.to_bool().map(|holds| (holds, mark)).ok_or_else(|| {
            Diagnostic::error(Code::WrongType, format!("{what} must be true or false"))
                .at(self.place(expression), format!("this is {}", value.described()))
                .into()
        })
    }
}

/// Parses the text of a template file.
pub(in crate::config) fn parse_template_text(file: &Arc<SourceFile>) -> Result<Template, Faults> {
    hcl_edit::parser::parse_template(&file.text).map_err(|error| {
        let offset = error.location().offset().min(file.text.len());
        Diagnostic::error(Code::Syntax, format!("{} is not a template: {}", file.path, error.message()))
            .at(Place::new(file, offset..offset), "the template goes wrong here")
            .into()
    })
}
