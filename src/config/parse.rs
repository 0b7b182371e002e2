//! From text to a tree, or the first thing that is no HCL.

use super::code::Code;
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
    match hcl_edit::parser::parse_body(&file.text) {
        Ok(body) => Ok(Parsed { file, body }),
        Err(error) => Err(syntax(&file, &error)),
    }
}

/// The diagnostic of a file that cannot be read.
pub(super) fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, error)
}
