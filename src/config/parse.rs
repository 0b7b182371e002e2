//! From text to a tree, or the first thing that is no HCL.

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::source::{Place, ReadError, SourceFile};
use hcl_edit::structure::Body;
use std::sync::Arc;

/// A file and its tree.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its tree.
    pub body: Body,
}

/// Parses a file.
pub(super) fn parse(file: Arc<SourceFile>) -> Result<Parsed, Diagnostic> {
    match hcl_edit::parser::parse_body(&file.text) {
        Ok(body) => Ok(Parsed { file, body }),
        Err(error) => Err(syntax(&file, &error)),
    }
}

/// The diagnostic of a syntax error.
pub(super) fn syntax(file: &Arc<SourceFile>, error: &hcl_edit::parser::Error) -> Diagnostic {
    let start = error.location().offset().min(file.text.len());
    let rest = file.text.get(start..).unwrap_or_default();
    let length = rest.chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let message = error.message();
    let (what, expected) = message.split_once("; expected ").unwrap_or((message, ""));
    let label = if expected.is_empty() { what.to_owned() } else { format!("expected {expected}") };
    let found = match rest.chars().next() {
        None => "the file ends too early".to_owned(),
        Some('\n' | '\r') => "the line ends too early".to_owned(),
        Some(next) => format!("`{next}` cannot stand here"),
    };
    Diagnostic::error(Code::Syntax, found)
        .at(Place::new(file, start..start + length), label)
        .maybe_help(hint(rest))
}

fn hint(rest: &str) -> Option<&'static str> {
    match rest.chars().next()? {
        ':' => Some("an attribute is written name = value"),
        '\'' | '“' | '‘' | '”' => Some("strings are written in double quotes: \"text\""),
        ';' => Some("attributes are separated by new lines; no semicolons"),
        _ => None,
    }
}

/// The diagnostic of a file that cannot be read.
pub(super) fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, error)
}
