//! The types of variables, and values made to fit them.

use crate::config::value::Value;
use crate::estate::Kind;
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a variable's value must be.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::config) enum Constraint {
    /// Anything.
    Any,
    /// Text, or what converts to it.
    String,
    /// A number, or what converts to it.
    Number,
    /// A bool, or what converts to it.
    Bool,
    /// A list of these.
    List(Box<Constraint>),
    /// A set of these.
    Set(Box<Constraint>),
    /// A map of these.
    Map(Box<Constraint>),
    /// So many elements of these types.
    Tuple(Vec<Constraint>),
    /// A map with these attributes; others are dropped.
    Object(BTreeMap<String, Attribute>),
    /// A reference to a block of this kind.
    Block(Kind),
}

/// An attribute of an object type.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::config) struct Attribute {
    /// Its type.
    pub constraint: Constraint,
    /// What stands for it when it is not there, if it need not be.
    pub default: Option<Value>,
}

/// Evaluates the default of an optional attribute.
type Default<'a> = &'a dyn Fn(&Expression) -> Option<Value>;

impl Constraint {
    /// Reads a type as it is written, or says what is no type.
    pub fn read(expression: &Expression, default: Default<'_>) -> Result<Self, String> {
        match expression {
            Expression::Variable(name) => Self::named(name.as_str()),
            Expression::FuncCall(call) => Self::built(call, default),
            Expression::Parenthesis(inner) => Self::read(inner.inner(), default),
            Expression::String(text) => Err(format!("a type is written without quotes: {}", text.as_str())),
            _ => {
                Err("a type is string, number, bool, any, list(…), set(…), map(…), object({…}) or tuple([…])"
                    .into())
            }
        }
    }

    fn named(name: &str) -> Result<Self, String> {
        match name {
            "any" => Ok(Self::Any),
            "string" => Ok(Self::String),
            "number" => Ok(Self::Number),
            "bool" => Ok(Self::Bool),
            "list" | "set" | "map" | "object" | "tuple" => Err(format!("{name} needs the type of its elements: {name}(string)")),
            other => other.parse().map(Self::Block).map_err(|_| {
                format!("there is no type {other}; there are string, number, bool, any, list(…), set(…), map(…), object({{…}}), tuple([…]) and the kinds of blocks")
            }),
        }
    }

    fn built(call: &FuncCall, default: Default<'_>) -> Result<Self, String> {
        let name = call.name.name.as_str();
        let argument = || match call.args.get(0) {
            Some(argument) if call.args.len() == 1 => Ok(argument),
            _ => Err(format!("{name}(…) takes one type")),
        };
        match (name, argument()?) {
            ("list", element) => Ok(Self::List(Box::new(Self::read(element, default)?))),
            ("set", element) => Ok(Self::Set(Box::new(Self::read(element, default)?))),
            ("map", element) => Ok(Self::Map(Box::new(Self::read(element, default)?))),
            ("tuple", Expression::Array(elements)) => {
                Ok(Self::Tuple(elements.iter().map(|e| Self::read(e, default)).collect::<Result<_, _>>()?))
            }
            ("object", Expression::Object(object)) => Ok(Self::Object(attributes(object, default)?)),
            ("object", _) => Err("object takes its attributes in braces: object({ name = string })".into()),
            ("tuple", _) => Err("tuple takes its types in brackets: tuple([string, number])".into()),
            ("optional", _) => Err("optional(…) stands inside of object({…}) only".into()),
            _ => Err(format!("there is no type {name}(…)")),
        }
    }

    /// The value, converted to the type; or what does not fit, and where in it.
    pub fn convert(&self, value: &Value) -> Result<Value, String> {
        self.convert_at(value, &mut Vec::new())
    }

    fn convert_at(&self, value: &Value, path: &mut Vec<String>) -> Result<Value, String> {
        if let Value::Sensitive(inner) = value {
            // The text of a misfit would quote the value.
            return self
                .convert_at(inner.bare(), path)
                .map(Value::sensitive)
                .map_err(|_| format!("{}{} is needed, the value is sensitive", at(path), self.article()));
        }
        let misfit = |path: &[String]| {
            format!("{}{} is needed, this is {}", at(path), self.article(), value.described())
        };
        match (self, value) {
            (Self::Any, _) | (_, Value::Null) => Ok(value.clone()),
            (Self::String, _) => value.to_text().map(Value::String).ok_or_else(|| misfit(path)),
            (Self::Number, _) => value.to_number().map(Value::Number).ok_or_else(|| misfit(path)),
            (Self::Bool, _) => value.to_bool().map(Value::Bool).ok_or_else(|| misfit(path)),
            (Self::List(element), Value::List(all) | Value::Set(all)) => {
                sequence(all, |_| Some(element), path).map(|all| Value::List(Arc::new(all)))
            }
            (Self::Set(element), Value::List(all) | Value::Set(all)) => {
                sequence(all, |_| Some(element), path).map(Value::set)
            }
            (Self::Tuple(types), Value::List(all)) if types.len() == all.len() => {
                sequence(all, |index| types.get(index), path).map(|all| Value::List(Arc::new(all)))
            }
            (Self::Map(element), Value::Map(entries)) => {
                let mut made = BTreeMap::new();
                for (key, value) in entries.iter() {
                    path.push(format!("[\"{key}\"]"));
                    made.insert(Arc::clone(key), element.convert_at(value, path)?);
                    path.pop();
                }
                Ok(Value::Map(Arc::new(made)))
            }
            (Self::Object(attributes), Value::Map(entries)) => object(attributes, entries, path),
            (Self::Block(kind), Value::Block(block)) if block.kind == kind.as_str() => Ok(value.clone()),
            _ => Err(misfit(path)),
        }
    }

    fn article(&self) -> String {
        match self {
            Self::Any => "anything".into(),
            Self::String => "a string".into(),
            Self::Number => "a number".into(),
            Self::Bool => "a bool".into(),
            Self::List(_) => "a list".into(),
            Self::Set(_) => "a set".into(),
            Self::Map(_) => "a map".into(),
            Self::Tuple(types) => format!("a list of exactly {}", types.len()),
            Self::Object(_) => "an object".into(),
            Self::Block(kind) => format!("a reference to a {kind}"),
        }
    }
}

fn at(path: &[String]) -> String {
    if path.is_empty() { String::new() } else { format!("at {}: ", path.concat()) }
}

fn sequence<'a>(
    all: &[Value],
    of: impl Fn(usize) -> Option<&'a Constraint>,
    path: &mut Vec<String>,
) -> Result<Vec<Value>, String> {
    let mut made = Vec::with_capacity(all.len());
    for (index, value) in all.iter().enumerate() {
        path.push(format!("[{index}]"));
        made.push(
            of(index).map_or_else(|| Ok(value.clone()), |constraint| constraint.convert_at(value, path))?,
        );
        path.pop();
    }
    Ok(made)
}

fn object(
    attributes: &BTreeMap<String, Attribute>,
    entries: &BTreeMap<Arc<str>, Value>,
    path: &mut Vec<String>,
) -> Result<Value, String> {
    let mut made = BTreeMap::new();
    for (name, attribute) in attributes {
        path.push(format!(".{name}"));
        let value = match (entries.get(name.as_str()), &attribute.default) {
            (Some(value), None) => value,
            (Some(value), Some(_)) if !value.is_null() => value,
            (_, Some(default)) => default,
            (None, None) => {
                path.pop();
                return Err(format!("{}the attribute \"{name}\" is missing", at(path)));
            }
        };
        made.insert(Arc::from(name.as_str()), attribute.constraint.convert_at(value, path)?);
        path.pop();
    }
    Ok(Value::Map(Arc::new(made)))
}

fn attributes(object: &Object, default: Default<'_>) -> Result<BTreeMap<String, Attribute>, String> {
    let mut attributes = BTreeMap::new();
    for (key, value) in object.iter() {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_owned(),
            ObjectKey::Expression(Expression::String(name)) => name.value().clone(),
            ObjectKey::Expression(_) => return Err("the names of an object type are plain".into()),
        };
        attributes.insert(name, attribute(value.expr(), default)?);
    }
    Ok(attributes)
}

fn attribute(expression: &Expression, default: Default<'_>) -> Result<Attribute, String> {
    let Expression::FuncCall(call) = expression else {
        return Ok(Attribute { constraint: Constraint::read(expression, default)?, default: None });
    };
    if call.name.name.as_str() != "optional" {
        return Ok(Attribute { constraint: Constraint::read(expression, default)?, default: None });
    }
    let constraint = match call.args.get(0) {
        Some(argument) if call.args.len() <= 2 => Constraint::read(argument, default)?,
        _ => return Err("optional takes a type and perhaps a default: optional(number, 1)".into()),
    };
    let value = match call.args.get(1) {
        Some(argument) => {
            default(argument).ok_or("the default of an optional attribute must be a constant")?
        }
        None => Value::Null,
    };
    Ok(Attribute { constraint, default: Some(value) })
}
