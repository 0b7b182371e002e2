//! Values for people: in messages, in the console. What is marked is never among them.

use super::{BlockRef, Value};
use std::fmt;

impl Value {
    /// The type with its article, as a message says it: `a string`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Block(_) => "a reference to a block",
            Self::Sensitive(inner) => inner.type_name(),
        }
    }

    /// The value in a few words, as a message says it: `the string "abc"`, `a list of 3`.
    pub fn described(&self) -> String {
        const SHOWN: usize = 40;
        match self {
            Self::Sensitive(_) => "a sensitive value".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => format!("the number {}", value.normalize()),
            Self::String(text) if text.chars().count() > SHOWN => {
                let start: String = text.chars().take(SHOWN).collect();
                format!("the string \"{}…\"", start.escape_debug())
            }
            Self::String(text) => format!("the string \"{}\"", text.escape_debug()),
            Self::List(elements) => format!("a list of {}", elements.len()),
            Self::Set(elements) => format!("a set of {}", elements.len()),
            Self::Map(entries) => format!("a map of {}", entries.len()),
            Self::Block(block) => block.address.to_string(),
        }
    }
}

/// The value as HCL would write it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_indented(self, f, 0)
    }
}

/// Like [`fmt::Display`]: a debug print must not show more.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for BlockRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

fn write_indented(value: &Value, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    let pad = "  ".repeat(depth + 1);
    let close = "  ".repeat(depth);
    match value {
        Value::Sensitive(_) => f.write_str("(sensitive)"),
        Value::Null => f.write_str("null"),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Number(value) => write!(f, "{}", value.normalize()),
        Value::String(text) => f.write_str(&quoted(text)),
        Value::List(elements) if elements.is_empty() => f.write_str("[]"),
        Value::Set(elements) if elements.is_empty() => f.write_str("toset([])"),
        Value::Map(entries) if entries.is_empty() => f.write_str("{}"),
        Value::List(elements) | Value::Set(elements) => {
            let set = matches!(value, Value::Set(_));
            f.write_str(if set { "toset([\n" } else { "[\n" })?;
            for element in elements.iter() {
                f.write_str(&pad)?;
                write_indented(element, f, depth + 1)?;
                f.write_str(",\n")?;
            }
            write!(f, "{close}{}", if set { "])" } else { "]" })
        }
        Value::Map(entries) => {
            f.write_str("{\n")?;
            for (key, element) in entries.iter() {
                write!(f, "{pad}{} = ", quoted(key))?;
                write_indented(element, f, depth + 1)?;
                f.write_str("\n")?;
            }
            write!(f, "{close}}}")
        }
        Value::Block(block) => f.write_str(&block.address),
    }
}

/// A string as HCL quotes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if text[index + 1..].starts_with('{') => quoted.extend([character, character]),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
