//! What is wrong with a text that is no HCL, in words of ours: the parser tells where it gave up and what it would
//! have taken, which is often far from the slip.

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::format::{Kind, tokens};
use super::source::{Place, SourceFile};
use std::ops::Range;
use std::sync::Arc;

/// A slip, before it is a diagnostic.
struct Slip {
    message: String,
    range: Range<usize>,
    label: String,
    help: Option<&'static str>,
}

/// The diagnostic of a syntax error.
pub(super) fn syntax(file: &Arc<SourceFile>, error: &hcl_edit::parser::Error) -> Diagnostic {
    let text = file.text.as_str();
    let at = text.floor_char_boundary(error.location().offset());
    let slip = known(text, at, error.message())
        .or_else(|| open_string(text, at))
        .or_else(|| open_bracket(text, at, error.message()))
        .or_else(|| shape(text, at, error.message()))
        .unwrap_or_else(|| unexpected(text, at, error.message()));
    let range = slip.range.start..text.ceil_char_boundary(slip.range.end);
    Diagnostic::error(Code::Syntax, slip.message)
        .at(Place::new(file, range), slip.label)
        .maybe_help(slip.help)
}

/// What the parser itself tells plainly.
fn known(text: &str, at: usize, said: &str) -> Option<Slip> {
    let word = text.get(at..)?.find(|c: char| !c.is_alphanumeric() && !"_-\"".contains(c)).unwrap_or(1);
    let slip = |message: &str, label: &str, help| {
        Some(Slip { message: message.into(), range: at..at + word.max(1), label: label.into(), help })
    };
    match said {
        _ if said.contains("unique attribute key") => slip("an attribute is there twice", "the second", None),
        _ if said.contains("unique object key") => slip("a key is there twice", "the second", None),
        _ if said.contains("nested levels") => slip("brackets nest too deep", "at most 64 levels", None),
        _ if said.contains("heredoc end delimiter") => slip(
            "a heredoc does not end",
            "still inside of the heredoc",
            Some("its last line is the word behind << and nothing else"),
        ),
        _ => None,
    }
}

/// A string or a `${` that does not end on its line.
fn open_string(text: &str, at: usize) -> Option<Slip> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.split('\n').next()?.trim_end();
    let code = line.split(" #").next()?;
    let quotes: Vec<usize> = code
        .char_indices()
        .filter(|(index, c)| *c == '"' && !code[..*index].ends_with('\\'))
        .map(|(index, _)| index)
        .collect();
    if quotes.len() % 2 == 1 {
        let from = start + quotes.last()?;
        return Some(Slip {
            message: "a string does not end on its line".into(),
            range: from..start + line.len(),
            label: "it begins here".into(),
            help: Some("a text of several lines is a heredoc: <<EOT … EOT"),
        });
    }
    let open = code.rfind("${").or_else(|| code.rfind("%{"))?;
    let closed = code.get(open..)?.contains('}') || code.get(..open)?.ends_with(['$', '%']);
    (!closed).then(|| Slip {
        message: "an interpolation is not closed".into(),
        range: start + open..start + open + 2,
        label: "its `}` is missing".into(),
        help: Some("a literal ${ is written $${"),
    })
}

/// A bracket that is never closed, or one that closes another.
fn open_bracket(text: &str, at: usize, said: &str) -> Option<Slip> {
    let at_end = text.get(at..)?.trim().is_empty();
    if !at_end && !["`}`", "`]`", "`)`"].iter().any(|close| said.contains(close)) {
        return None;
    }
    let mut open: Vec<(&str, usize)> = Vec::new();
    for token in tokens(text) {
        let offset = token.text.as_ptr() as usize - text.as_ptr() as usize;
        match token.kind {
            Kind::Open => open.push((token.text, offset)),
            Kind::Close => {
                let (bracket, start) = open.pop()?;
                let fits = matches!((bracket, token.text), ("{", "}") | ("[", "]") | ("(", ")"));
                if !fits {
                    return Some(unclosed(bracket, start));
                }
            }
            _ => {}
        }
    }
    open.pop().map(|(bracket, start)| unclosed(bracket, start))
}

fn unclosed(bracket: &str, start: usize) -> Slip {
    Slip {
        message: format!("a `{bracket}` is not closed"),
        range: start..start + bracket.len(),
        label: "this one".into(),
        help: None,
    }
}

/// Attributes and blocks that stand where they cannot.
fn shape(text: &str, at: usize, said: &str) -> Option<Slip> {
    let rest = text.get(at..)?;
    let next = rest.chars().next();
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()).max(1);
    let slip = |message: &str, length: usize, label: &str, help| {
        let range = at..at + length.min(rest.len());
        Some(Slip { message: message.into(), range, label: label.into(), help: Some(help) })
    };
    match next {
        Some(':') => slip("a `:` cannot stand here", 1, "here", "an attribute is written name = value"),
        Some('\'' | '‘' | '“' | '”') => {
            let length = next.map_or(1, char::len_utf8);
            slip("this is no quotation mark of HCL", length, "here", "strings are in double quotes: \"text\"")
        }
        Some(';') => slip("a `;` cannot stand here", 1, "here", "attributes stand on lines of their own"),
        _ if said.contains("newline or eof") => slip(
            "a new line must begin here",
            length,
            "too much for one line",
            "attributes stand on lines of their own",
        ),
        _ if said.ends_with("`}`, newline or identifier") => slip(
            "this does not fit on one line",
            length,
            "a second one",
            "a block on one line holds one attribute and no block",
        ),
        _ if said.contains("letter or digit") && matches!(next, None | Some('\n' | '\r')) => Some(Slip {
            message: "a value is missing".into(),
            range: at..at,
            label: "nothing follows".into(),
            help: None,
        }),
        _ => None,
    }
}

/// Everything else: what stands there, and what the parser would have taken.
fn unexpected(text: &str, at: usize, said: &str) -> Slip {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let message = match next {
        None => "the text ends too early".to_owned(),
        Some('\n' | '\r') => "the line ends too early".to_owned(),
        Some(next) => format!("`{next}` cannot stand here"),
    };
    let length = next.filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let label = match said.split_once("expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => said.to_owned(),
    };
    Slip { message, range: at..at + length, label, help: None }
}
