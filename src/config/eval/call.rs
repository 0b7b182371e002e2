//! Calls: arguments are evaluated before the call, except for `try` and `can`.

use super::{Evaluator, Faults};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::functions::{self, Arguments, Function, Marks, Refusal};
use crate::config::source::Place;
use crate::config::suggestion::nearest;
use crate::config::value::Value;
use hcl_edit::expr::FuncCall;

impl Evaluator<'_> {
    pub(super) fn call(&self, call: &FuncCall) -> Result<Value, Faults> {
        let name = call.name.name.value().as_str();
        if call.name.is_namespaced() {
            return Err(self.unknown(call, "no namespace holds functions"));
        }
        match name {
            "try" => self.first_that_works(call),
            "can" => self.works(call),
            _ => match functions::named(name) {
                Some(function) => self.apply_function(function, call),
                None => Err(self.unknown(call, "no such function")),
            },
        }
    }

    fn unknown(&self, call: &FuncCall, label: &str) -> Faults {
        let name = call.name.name.value().as_str();
        let place = self.place(&call.name.name);
        let near = nearest(name, functions::names());
        let fault = Diagnostic::error(Code::Call, format!("there is no function {name}"))
            .at(place.clone(), label)
            .maybe_help(near.map(|near| format!("there is {near}")));
        match near {
            Some(near) => fault.patch(place, near).into(),
            None => fault.into(),
        }
    }

    fn first_that_works(&self, call: &FuncCall) -> Result<Value, Faults> {
        let mut last = None;
        for argument in call.args.iter() {
            match self.value(argument) {
                Ok(value) => return Ok(value),
                Err(faults) => last = Some(faults),
            }
        }
        Err(last.unwrap_or_else(|| self.miscalled(call, "try(expression, …, default)")))
    }

    fn works(&self, call: &FuncCall) -> Result<Value, Faults> {
        match call.args.get(0) {
            Some(argument) if call.args.len() == 1 => Ok(match self.value(argument) {
                Ok(value) => Value::Bool(true).marked(value.holds_sensitive()),
                Err(_) => Value::Bool(false),
            }),
            _ => Err(self.miscalled(call, "can(expression)")),
        }
    }

    fn apply_function(&self, function: &'static Function, call: &FuncCall) -> Result<Value, Faults> {
        let (arguments, spread_mark) = self.arguments(call)?;
        if !function.takes(arguments.len()) {
            return Err(self.miscalled(call, function.usage));
        }
        let (arguments, mark) = match function.marks {
            Marks::Seen => (arguments, false),
            Marks::Shallow => without(arguments, Value::unmark),
            Marks::Deep => without(arguments, Value::unmark_deep),
        };
        let mark = mark || spread_mark;
        let answer = (function.body)(&Arguments { values: arguments, evaluator: self });
        answer.map(|value| value.marked(mark)).map_err(|refusal| self.refused(function, call, refusal, mark))
    }

    /// The values of the arguments; a last one with `...` is spread out.
    fn arguments(&self, call: &FuncCall) -> Result<(Vec<Value>, bool), Faults> {
        let mut faults = Faults::default();
        let mut values = Vec::with_capacity(call.args.len());
        for argument in call.args.iter() {
            values.extend(faults.keep(self.value(argument)));
        }
        let mut values = faults.unless_any(values)?;
        let last = if call.args.expand_final() { values.pop() } else { None };
        let Some(last) = last else { return Ok((values, false)) };
        match last.as_sequence() {
            Some(elements) => values.extend(elements.iter().map(|e| e.clone().marked(last.is_sensitive()))),
            None => {
                let place = call.args.iter().last().map_or_else(|| self.place(call), |e| self.place(e));
                return Err(Diagnostic::error(Code::Call, "only a list or set can be spread with `...`")
                    .at(place, format!("this is {}", last.described()))
                    .into());
            }
        }
        Ok((values, last.is_sensitive()))
    }

    fn miscalled(&self, call: &FuncCall, usage: &str) -> Faults {
        let given = call.args.len();
        Diagnostic::error(Code::Call, format!("{} takes other arguments", call.name.name.value().as_str()))
            .at(self.place(call), format!("called with {given}"))
            .help(format!("it is called like {usage}"))
            .into()
    }

    fn refused(&self, function: &Function, call: &FuncCall, refusal: Refusal, mark: bool) -> Faults {
        let (reason, argument) = match refusal {
            Refusal::Faults(faults) => return faults,
            Refusal::Because(reason) => (reason, None),
            Refusal::Argument(index, reason) => (reason, call.args.get(index)),
        };
        let place: Place = argument.map_or_else(|| self.place(call), |argument| self.place(argument));
        let fault = Diagnostic::error(Code::Function, format!("{} cannot take this", function.name()));
        if mark {
            return fault.at(place, "an argument is sensitive, so no more is said").into();
        }
        match reason.split_once("; ") {
            Some((reason, help)) => fault.at(place, reason).help(help).into(),
            None => fault.at(place, reason).into(),
        }
    }
}

fn without(arguments: Vec<Value>, unmark: fn(Value) -> (Value, bool)) -> (Vec<Value>, bool) {
    let mut any = false;
    let values = arguments
        .into_iter()
        .map(|argument| {
            let (value, mark) = unmark(argument);
            any |= mark;
            value
        })
        .collect();
    (values, any)
}
