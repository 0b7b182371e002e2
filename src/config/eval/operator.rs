//! Operators: arithmetic is exact, `&&` and `||` stop as soon as the answer is known.

use super::{Evaluator, Faults};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::value::Value;
use hcl_edit::Span;
use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression, UnaryOp, UnaryOperator};
use rust_decimal::Decimal;

impl Evaluator<'_> {
    pub(super) fn unary(&self, operation: &UnaryOp) -> Result<Value, Faults> {
        let operator = operation.operator.value();
        let value = self.value(&operation.expr)?;
        let mark = value.is_sensitive();
        let answer = match operator {
            UnaryOperator::Neg => value.to_number().map(|number| Value::Number(-number)),
            UnaryOperator::Not => value.to_bool().map(|truth| Value::Bool(!truth)),
        };
        let needed = if *operator == UnaryOperator::Neg { "a number" } else { "true or false" };
        answer
            .map(|answer| answer.marked(mark))
            .ok_or_else(|| self.bad_operand(operator.as_str(), needed, &operation.expr, &value))
    }

    pub(super) fn binary(&self, operation: &BinaryOp) -> Result<Value, Faults> {
        match operation.operator.value() {
            BinaryOperator::And => self.logical(operation, false),
            BinaryOperator::Or => self.logical(operation, true),
            BinaryOperator::Eq => self.equal(operation).map(|(equal, mark)| Value::Bool(equal).marked(mark)),
            BinaryOperator::NotEq => {
                self.equal(operation).map(|(equal, mark)| Value::Bool(!equal).marked(mark))
            }
            operator => self.numeric(operation, *operator),
        }
    }

    fn logical(&self, operation: &BinaryOp, decisive: bool) -> Result<Value, Faults> {
        let symbol = operation.operator.value().as_str();
        let operand = |expression: &Expression| {
            let value = self.value(expression)?;
            let mark = value.is_sensitive();
            match value.to_bool() {
                Some(truth) => Ok((truth, mark)),
                None => Err(self.bad_operand(symbol, "true or false", expression, &value)),
            }
        };
        let (left, left_mark) = operand(&operation.lhs_expr)?;
        if left == decisive {
            return Ok(Value::Bool(left).marked(left_mark));
        }
        let (right, right_mark) = operand(&operation.rhs_expr)?;
        Ok(Value::Bool(right).marked(left_mark || right_mark))
    }

    fn equal(&self, operation: &BinaryOp) -> Result<(bool, bool), Faults> {
        let (left, right) = self.both(operation)?;
        let (left, left_mark) = left.unmark_deep();
        let (right, right_mark) = right.unmark_deep();
        Ok((left == right, left_mark || right_mark))
    }

    fn numeric(&self, operation: &BinaryOp, operator: BinaryOperator) -> Result<Value, Faults> {
        let (left, right) = self.both(operation)?;
        let mark = left.is_sensitive() || right.is_sensitive();
        let number = |value: &Value, expression: &Expression| {
            value
                .to_number()
                .ok_or_else(|| self.bad_operand(operator.as_str(), "a number", expression, value))
        };
        let mut faults = Faults::default();
        let a = faults.keep(number(&left, &operation.lhs_expr));
        let b = faults.keep(number(&right, &operation.rhs_expr));
        let (Some(a), Some(b)) = (a, b) else { return Err(faults) };
        compute(operator, a, b).map(|value| value.marked(mark)).map_err(|reason| {
            let span = operation.operator.span().unwrap_or_default();
            let place = crate::config::source::Place::new(self.file, span);
            Diagnostic::error(Code::Operator, format!("`{}` cannot be computed here", operator.as_str()))
                .at(place, reason)
                .into()
        })
    }

    fn both(&self, operation: &BinaryOp) -> Result<(Value, Value), Faults> {
        let mut faults = Faults::default();
        let left = faults.keep(self.value(&operation.lhs_expr));
        let right = faults.keep(self.value(&operation.rhs_expr));
        match (left, right) {
            (Some(left), Some(right)) => Ok((left, right)),
            _ => Err(faults),
        }
    }

    fn bad_operand(&self, symbol: &str, needed: &str, operand: &Expression, value: &Value) -> Faults {
        let hint = match value.bare() {
            Value::String(_) if symbol == "+" => Some("strings are joined by a template: \"${a}${b}\""),
            Value::List(_) | Value::Set(_) if symbol == "+" => Some("lists are joined by concat(a, b)"),
            Value::Map(_) if symbol == "+" => Some("maps are joined by merge(a, b)"),
            Value::Null => Some("a default for null: coalesce(value, default)"),
            _ => None,
        };
        Diagnostic::error(Code::Operator, format!("`{symbol}` needs {needed}"))
            .at(self.place(operand), format!("this is {}", value.described()))
            .maybe_help(hint)
            .into()
    }
}

fn compute(operator: BinaryOperator, a: Decimal, b: Decimal) -> Result<Value, &'static str> {
    let too_large = "the result has more than 28 digits";
    let number = |result: Option<Decimal>| result.map(Value::Number).ok_or(too_large);
    match operator {
        BinaryOperator::Plus => number(a.checked_add(b)),
        BinaryOperator::Minus => number(a.checked_sub(b)),
        BinaryOperator::Mul => number(a.checked_mul(b)),
        BinaryOperator::Div | BinaryOperator::Mod if b.is_zero() => Err("division by zero"),
        BinaryOperator::Div => number(a.checked_div(b)),
        BinaryOperator::Mod => number(a.checked_rem(b)),
        BinaryOperator::Less => Ok(Value::Bool(a < b)),
        BinaryOperator::LessEq => Ok(Value::Bool(a <= b)),
        BinaryOperator::Greater => Ok(Value::Bool(a > b)),
        BinaryOperator::GreaterEq => Ok(Value::Bool(a >= b)),
        // The other operators do not come here: they are not numeric.
        BinaryOperator::Eq => Ok(Value::Bool(a == b)),
        BinaryOperator::NotEq => Ok(Value::Bool(a != b)),
        BinaryOperator::And | BinaryOperator::Or => Err("not a numeric operator"),
    }
}
