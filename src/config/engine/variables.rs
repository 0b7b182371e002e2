//! Variables and locals.

use super::memo::{Inherit, Known, Node};
use super::{Engine, Instance};
use crate::config::code::Code;
use crate::config::diagnostic::{Diagnostic, Visible};
use crate::config::eval::{Evaluator, Faults};
use crate::config::module::{Constraint, Raw, Variable};
use crate::config::source::{Place, SourceFile};
use crate::config::syntax::syntax;
use crate::config::value::Value;
use hcl_edit::Span;
use hcl_edit::expr::Expression;

/// A value before it fits its type, and where it was given.
struct Unfit {
    value: Value,
    place: Place,
}

impl Engine<'_> {
    /// A local of an instance.
    pub fn local(&self, instance: u32, index: u32, place: &Place) -> Result<Value, Faults> {
        let compute = || {
            let Some(of) = self.instance(instance) else { return Err(Faults::default()) };
            let Some(local) = of.module.locals.get(index).copied() else { return Err(Faults::default()) };
            self.evaluate(&of, local.file, None, |evaluator| evaluator.value(local.value)).map(Known::Value)
        };
        self.value_of(Node::Local(instance, index), compute, place)
    }

    /// A variable of an instance, of its type and marked as it says.
    pub fn variable(&self, instance: u32, index: u32, place: &Place) -> Result<Value, Faults> {
        let compute = || {
            let Some(of) = self.instance(instance) else { return Err(Faults::default()) };
            let Some(variable) = of.module.variables.get(index).copied() else {
                return Err(Faults::default());
            };
            self.fitted(&of, &variable).map(Known::Value)
        };
        self.value_of(Node::Variable(instance, index), compute, place)
    }

    fn value_of(
        &self,
        node: Node,
        compute: impl FnOnce() -> Result<Known, Faults>,
        place: &Place,
    ) -> Result<Value, Faults> {
        match self.memo.once(node, Inherit::Yes, compute, |circle| self.circular(&circle, place))? {
            Known::Value(value) => Ok(value),
            Known::Expansion(_) => Err(Faults::default()),
        }
    }

    fn fitted(&self, instance: &Instance<'_>, variable: &Variable<'_>) -> Result<Value, Faults> {
        let constraint = self.constraint(variable)?;
        let nullable = self.flag(variable, "nullable", true)?;
        let sensitive = self.flag(variable, "sensitive", false)?;
        let given = self.given(instance, variable, &constraint);
        let given = given.map_err(|faults| {
            let message =
                format!("the value of variable \"{}\", which is sensitive, is broken", variable.name);
            if sensitive { faults.concealed(&message) } else { faults }
        })?;
        let given = given.filter(|given| nullable || !given.value.is_null());
        let unfit = match given {
            Some(given) => given,
            None => self.default(variable)?.ok_or_else(|| missing(instance, variable))?,
        };
        if !nullable && unfit.value.is_null() {
            return Err(Diagnostic::error(
                Code::VariableType,
                format!("variable \"{}\" cannot be null", variable.name),
            )
            .at(unfit.place, "this is null")
            .into());
        }
        match constraint.convert(&unfit.value) {
            Ok(value) => Ok(value.marked(sensitive)),
            Err(misfit) => {
                let (misfit, visible) = if sensitive {
                    ("the value, which is sensitive, is of another type".into(), Visible::Nothing)
                } else {
                    (misfit, Visible::All)
                };
                Err(Diagnostic::error(
                    Code::VariableType,
                    format!("variable \"{}\" has a value of the wrong type", variable.name),
                )
                .at(unfit.place, misfit)
                .showing(visible)
                .into())
            }
        }
    }

    /// The type that a variable declares.
    pub fn constraint(&self, variable: &Variable<'_>) -> Result<Constraint, Faults> {
        let Some(attribute) = variable.tree.body.get_attribute("type") else { return Ok(Constraint::Any) };
        let constant = |expression: &Expression| {
            self.evaluate_bare(variable.file, |evaluator| evaluator.value(expression).ok())
        };
        Constraint::read(&attribute.value, &constant).map_err(|reason| {
            Diagnostic::error(Code::VariableType, format!("variable \"{}\" has no valid type", variable.name))
                .at(variable.place(&attribute.value), reason)
                .into()
        })
    }

    fn flag(&self, variable: &Variable<'_>, name: &str, otherwise: bool) -> Result<bool, Faults> {
        match variable.tree.body.get_attribute(name) {
            None => Ok(otherwise),
            Some(attribute) => self
                .evaluate_bare(variable.file, |evaluator| evaluator.condition(&attribute.value, name))
                .map(|(value, _)| value),
        }
    }

    fn default(&self, variable: &Variable<'_>) -> Result<Option<Unfit>, Faults> {
        let Some(attribute) = variable.tree.body.get_attribute("default") else { return Ok(None) };
        let value = self.evaluate_bare(variable.file, |evaluator| evaluator.value(&attribute.value))?;
        Ok(Some(Unfit { value, place: variable.place(&attribute.value) }))
    }

    /// What the caller of the module, or the caller of leeward, gives.
    fn given(
        &self,
        instance: &Instance<'_>,
        variable: &Variable<'_>,
        constraint: &Constraint,
    ) -> Result<Option<Unfit>, Faults> {
        if let Some(caller) = &instance.caller {
            let Some(attribute) = caller.call.tree.body.get_attribute(variable.name) else { return Ok(None) };
            let Some(calling) = self.instance(caller.instance) else { return Ok(None) };
            let place = caller.call.place(&attribute.value);
            let value = self.evaluate(&calling, caller.call.file, caller.repeated.as_ref(), |evaluator| {
                evaluator.value(&attribute.value)
            })?;
            return Ok(Some(Unfit { value, place }));
        }
        match self.given.get(variable.name) {
            None => Ok(None),
            Some(Raw::Expression(expression, file)) => {
                let value = self.evaluate_bare(file, |evaluator| evaluator.value(expression))?;
                Ok(Some(Unfit { value, place: Place::new(file, expression.span().unwrap_or_default()) }))
            }
            Some(Raw::Text(text, origin)) => self.typed(text, origin, constraint).map(Some),
        }
    }

    /// A text from the command line or the environment: itself for a string, else an expression.
    fn typed(&self, text: &str, origin: &str, constraint: &Constraint) -> Result<Unfit, Faults> {
        let file = SourceFile::new(origin, text);
        let place = Place::new(&file, 0..text.len());
        let is_expression = match constraint {
            Constraint::String | Constraint::Number | Constraint::Bool => false,
            Constraint::Any => text.trim_start().starts_with(['[', '{', '"']),
            _ => true,
        };
        if !is_expression {
            return Ok(Unfit { value: Value::from(text), place });
        }
        let expression: Expression = text.trim_end().parse().map_err(|error| syntax(&file, &error))?;
        let value = self.evaluate_bare(&file, |evaluator| evaluator.value(&expression))?;
        Ok(Unfit { value, place })
    }

    /// Checks the `validation` blocks of a variable whose value is known.
    pub fn validate(&self, instance: u32, index: u32) -> Result<(), Faults> {
        let Some(of) = self.instance(instance) else { return Ok(()) };
        let Some(variable) = of.module.variables.get(index).copied() else { return Ok(()) };
        let mut faults = Faults::default();
        for validation in variable.tree.body.get_blocks("validation") {
            let checked = self.evaluate(&of, variable.file, None, |evaluator| {
                let message = format!("variable \"{}\" is refused", variable.name);
                check(&validation.body, evaluator, Code::Validation, &message, &validation.ident)
            });
            faults.keep(checked);
        }
        faults.unless_any(())
    }
}

fn missing(instance: &Instance<'_>, variable: &Variable<'_>) -> Faults {
    let name = variable.name;
    match &instance.caller {
        Some(caller) => {
            Diagnostic::error(Code::Missing, format!("module.{} needs \"{name}\"", caller.call.name))
                .at(caller.call.header(), format!("{name} = … is missing"))
                .at(variable.header(), "declared here without a default")
                .into()
        }
        None => Diagnostic::error(Code::NoValue, format!("variable \"{name}\" has no value"))
            .at(variable.header(), "no default, and nothing gives it a value")
            .help(format!("-var {name}=…, a *.vars.hcl file with {name} = …, or LEEWARD_VAR_{name}=…"))
            .into(),
    }
}

/// Checks a `validation` or `precondition`: its condition, and if that does not hold, says its message.
pub(in crate::config) fn check(
    body: &hcl_edit::structure::Body,
    evaluator: &Evaluator<'_>,
    code: Code,
    message: &str,
    word: &impl Span,
) -> Result<(), Faults> {
    let part = |name: &str| -> Result<&Expression, Faults> {
        body.get_attribute(name).map(|attribute| &attribute.value).ok_or_else(|| {
            Diagnostic::error(Code::Missing, format!("this needs {name} = …"))
                .at(evaluator.place(word), "not here")
                .into()
        })
    };
    let (condition, error_message) = (part("condition")?, part("error_message")?);
    let (holds, _) = evaluator.condition(condition, "the condition")?;
    if holds {
        return Ok(());
    }
    let text = evaluator.value(error_message)?;
    let text = if text.holds_sensitive() {
        "the message is sensitive and not shown".to_owned()
    } else {
        text.to_text().map_or_else(String::new, |text| text.to_string())
    };
    Err(Diagnostic::error(code, format!("{message}: {text}"))
        .at(evaluator.place(condition), "this does not hold")
        .into())
}
