//! From text to a tree, or the first thing that is no HCL.

use super::code::Code;
use super::cut::cut;
use super::diagnostic::Diagnostic;
use super::source::{ReadError, SourceFile};
use super::syntax::syntax;
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
    // What is wrong is told of the text as it was written.
    let pieces = cut(&file.text).and_then(|text| hcl_edit::parser::parse_body(&text).ok());
    match pieces.map_or_else(|| hcl_edit::parser::parse_body(&file.text), Ok) {
        Ok(body) => Ok(Parsed { file, body }),
        Err(error) => Err(syntax(&file, &error)),
    }
}

/// The diagnostic of a file that cannot be read.
pub(super) fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, error)
}
