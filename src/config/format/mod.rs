//! `leeward fmt`: the layout of Terraform's formatter. Comments, blank lines, heredocs and strings stay as they are.

mod layout;
mod spacing;
mod token;

pub(super) use token::{Kind, Token, tokens};

use super::diagnostic::Diagnostics;
use super::parse::parse;
use super::source::SourceFile;
use std::sync::Arc;

/// The text of a file in normal layout.
///
/// # Errors
///
/// When it is not HCL: what can't be read is left alone.
pub fn format(file: &Arc<SourceFile>) -> Result<String, Diagnostics> {
    parse(Arc::clone(file))?;
    let formatted = layout::lay_out(tokens(&file.text));
    // A formatter that changes a meaning would be worse than none: the words that it wrote must be the same.
    let same = words(&formatted).eq(words(&file.text));
    Ok(if same && parse(SourceFile::new("", formatted.clone())).is_ok() {
        formatted
    } else {
        file.text.clone()
    })
}

/// The words of a text as they count: line ends at its end and spaces at the end of comments do not.
fn words(text: &str) -> impl Iterator<Item = &str> {
    tokens(text.trim_end()).into_iter().map(|token| token.text.trim_end_matches([' ', '\t', '\r']))
}
