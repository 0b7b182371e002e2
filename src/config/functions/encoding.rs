//! Encodings: base64, JSON, YAML, CSV, URLs.

use super::arguments::{Arguments, Refusal};
use super::{Answer, Function};
use crate::config::value::Value;
use crate::config::value::convert::parse_number;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64decode(string)", 1, 1, |a| {
        let bytes = STANDARD.decode(a.text(0)?.as_bytes()).map_err(|_| Arguments::refuse(0, "not base64"))?;
        String::from_utf8(bytes)
            .map(Value::from)
            .map_err(|_| Arguments::refuse(0, "what it holds is not UTF-8 text"))
    }),
    Function::new("base64encode(string)", 1, 1, |a| Ok(STANDARD.encode(a.text(0)?.as_bytes()).into())),
    Function::new("csvdecode(string)", 1, 1, csvdecode),
    Function::new("jsondecode(string)", 1, 1, |a| {
        let decoded: Result<serde_json::Value, _> = serde_json::from_str(&a.text(0)?);
        decoded.map(from_json).map_err(|error| Arguments::refuse(0, format!("not JSON: {error}")))
    }),
    Function::new("jsonencode(value)", 1, 1, |a| Ok(json(a.value(0))?.into())),
    Function::new("urldecode(string)", 1, 1, urldecode),
    Function::new("urlencode(string)", 1, 1, urlencode),
    Function::new("yamldecode(string)", 1, 1, |a| {
        let decoded: Result<serde_json::Value, _> = serde_saphyr::from_str(&a.text(0)?);
        decoded.map(from_json).map_err(|error| {
            Arguments::refuse(
                0,
                format!("not YAML: {}", error.to_string().lines().next().unwrap_or_default()),
            )
        })
    }),
    Function::new("yamlencode(value)", 1, 1, |a| {
        let value: serde_json::Value =
            serde_json::from_str(&json(a.value(0))?).map_err(|error| Refusal::Because(error.to_string()))?;
        serde_saphyr::to_string(&value).map(Value::from).map_err(|error| Refusal::Because(error.to_string()))
    }),
];

/// The value as JSON in one line, numbers exact.
pub(super) fn json(value: &Value) -> Result<String, Refusal> {
    let mut out = String::new();
    write_json(value, &mut out)?;
    Ok(out)
}

fn write_json(value: &Value, out: &mut String) -> Result<(), Refusal> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", number.normalize());
        }
        Value::String(text) => out.push_str(&serde_json::Value::from(&**text).to_string()),
        Value::List(elements) | Value::Set(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_json(element, out)?;
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, element)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&serde_json::Value::from(&**key).to_string());
                out.push(':');
                write_json(element, out)?;
            }
            out.push('}');
        }
        Value::Block(block) => {
            return Err(Arguments::refuse(
                0,
                format!("{} is a reference; encode its attributes", block.address),
            ));
        }
        Value::Sensitive(inner) => write_json(inner, out)?,
    }
    Ok(())
}

fn from_json(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => {
            parse_number(&number.to_string()).map_or(Value::Null, Value::Number)
        }
        serde_json::Value::String(text) => text.into(),
        serde_json::Value::Array(elements) => Value::list(elements.into_iter().map(from_json)),
        serde_json::Value::Object(entries) => {
            Value::map(entries.into_iter().map(|(key, value)| (key, from_json(value))))
        }
    }
}

fn urlencode(a: &Arguments<'_>) -> Answer {
    let mut encoded = String::new();
    for byte in a.text(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            b' ' => encoded.push('+'),
            // Writing to a string cannot fail.
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    Ok(encoded.into())
}

fn urldecode(a: &Arguments<'_>) -> Answer {
    let text = a.text(0)?;
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let pair = digit(bytes.next()).zip(digit(bytes.next()));
                let byte = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                byte.ok_or_else(|| Arguments::refuse(0, "`%` must be followed by two hexadecimal digits"))?
            }
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map(Value::from)
        .map_err(|_| Arguments::refuse(0, "what it holds is not UTF-8 text"))
}

/// Reads comma-separated values (RFC 4180): the first line names the columns.
fn csvdecode(a: &Arguments<'_>) -> Answer {
    let mut rows = csv_rows(&a.text(0)?)?.into_iter();
    let Some(header) = rows.next() else { return Ok(Value::list([])) };
    let header: Vec<Arc<str>> = header.into_iter().map(Arc::from).collect();
    let mut records = Vec::new();
    for (index, row) in rows.enumerate() {
        if row.len() != header.len() {
            let reason = format!("line {} has {} fields, the header {}", index + 2, row.len(), header.len());
            return Err(Arguments::refuse(0, reason));
        }
        records.push(Value::map(header.iter().cloned().zip(row.into_iter().map(Value::from))));
    }
    Ok(Value::list(records))
}

fn csv_rows(text: &str) -> Result<Vec<Vec<String>>, Refusal> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err(Arguments::refuse(0, "a quoted field does not end"));
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows.retain(|row| row.iter().any(|field| !field.is_empty()));
    Ok(rows)
}
