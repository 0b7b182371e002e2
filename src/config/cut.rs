//! Large maps, cut into pieces for the parser.
//!
//! hcl-edit holds each key of a map against every key before it: 10,000 keys take it a second, and 100,000 minutes. So
//! before a text is parsed, a map of many keys becomes a list of small maps: `{` and the space behind it become `[{`,
//! the space before some of the keys becomes `},{`, and the last `}` and the space before it become `}]`. No byte moves,
//! so every place is what it was, and the evaluator knows such a list by the brace where it begins.

use super::format::{Kind, Token, tokens};
use hcl_edit::expr::{Array, Expression, Object};

/// So many keys are a piece. A smaller map is left alone.
const KEYS: usize = 256;

/// The text with its large maps cut; none if there are none.
pub(super) fn cut(text: &str) -> Option<String> {
    // A key, its value and what stands between them and the next key are at least this long.
    if text.len() < KEYS * "a=1\n".len() {
        return None;
    }
    let tokens = tokens(text);
    let offset = |token: &Token<'_>| token.text.as_ptr() as usize - text.as_ptr() as usize;
    let mut open: Vec<Bracket> = Vec::new();
    let mut edits: Vec<(usize, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = tokens.get(..index).unwrap_or_default();
        match token.kind {
            Kind::Open => open.push(Bracket::new(token, offset(token), before)),
            Kind::Close => edits.extend(
                open.pop().and_then(|map| map.edits(text, offset(token), before)).into_iter().flatten(),
            ),
            Kind::Equal | Kind::Colon => {
                if let (Some(map), Some((key, before))) = (open.last_mut(), before.split_last()) {
                    map.key(text, offset(key), key, before);
                }
            }
            _ => {}
        }
    }
    if edits.is_empty() { None } else { Some(edited(text, edits)) }
}

/// The pieces of a map that was cut; none for what was written as a list. `text` is what the file has in its place.
pub(super) fn pieces<'a>(array: &'a Array, text: &str) -> Option<Vec<&'a Object>> {
    let piece = |element: &'a Expression| match element {
        Expression::Object(object) => Some(object),
        _ => None,
    };
    let is_map = text.starts_with('{') && text.ends_with('}');
    if is_map { array.iter().map(piece).collect() } else { None }
}

/// Something that is open where the text is read.
struct Bracket {
    at: usize,
    is_map: bool,
    /// Keys since the last cut.
    keys: usize,
    /// The keys that a piece begins with.
    cuts: Vec<usize>,
}

impl Bracket {
    fn new(token: &Token<'_>, at: usize, before: &[Token<'_>]) -> Self {
        // Behind a word or a label stands the body of a block.
        let is_body = before.last().is_none_or(|before| matches!(before.kind, Kind::Name | Kind::Text));
        Self { at, is_map: token.text == "{" && !is_body, keys: 0, cuts: Vec::new() }
    }

    /// Takes note of what may be a key, and begins a piece with it where that can be done.
    fn key(&mut self, text: &str, at: usize, key: &Token<'_>, before: &[Token<'_>]) {
        if !self.is_map || !matches!(key.kind, Kind::Name | Kind::Text) || !ends_item(before) {
            return;
        }
        self.keys += 1;
        if self.keys > KEYS && is_free(text, at.saturating_sub("},{".len())..at, before) {
            self.cuts.push(at);
            self.keys = 0;
        }
    }

    /// What is written over the text once the map is closed at `end`; nothing if it stays whole.
    fn edits(self, text: &str, end: usize, before: &[Token<'_>]) -> Option<Vec<(usize, &'static str)>> {
        let opens = text.as_bytes().get(self.at + 1).is_some_and(u8::is_ascii_whitespace);
        let closes = is_free(text, end.saturating_sub(1)..end, before);
        if self.cuts.is_empty() || !opens || !closes {
            return None;
        }
        let cuts = self.cuts.into_iter().map(|key| (key - "},{".len(), "},{"));
        Some([(self.at, "[{"), (end - 1, "}]")].into_iter().chain(cuts).collect())
    }
}

/// Whether a key can follow: an item of the map, with its value, has come to its end.
fn ends_item(before: &[Token<'_>]) -> bool {
    let is_line_end = |token: &&Token<'_>| token.kind == Kind::LineEnd;
    let goes_on = before.last().is_some_and(|last| matches!(last.kind, Kind::LineEnd | Kind::Comma));
    let last = before.iter().rev().find(|token| !is_line_end(token));
    let whole = [Kind::Name, Kind::Number, Kind::Text, Kind::Close, Kind::Comma, Kind::Comment];
    goes_on && last.is_some_and(|last| whole.contains(&last.kind))
}

/// Whether these bytes are nothing but space, and no line end that a comment or a heredoc needs.
fn is_free(text: &str, range: std::ops::Range<usize>, before: &[Token<'_>]) -> bool {
    let last = before.iter().rev().find(|token| token.kind != Kind::LineEnd);
    let needs_line_end = last.is_some_and(|last| last.kind == Kind::Comment || last.text.starts_with("<<"));
    let space = text.as_bytes().get(range).unwrap_or(b"x");
    space.iter().all(|byte| byte.is_ascii_whitespace() && !(needs_line_end && matches!(byte, b'\n' | b'\r')))
}

/// The text with these written over it.
fn edited(text: &str, mut edits: Vec<(usize, &str)>) -> String {
    edits.sort_unstable();
    let mut edited = String::with_capacity(text.len());
    for (at, over) in edits {
        edited.push_str(text.get(edited.len()..at).unwrap_or_default());
        edited.push_str(over);
    }
    edited.push_str(text.get(edited.len()..).unwrap_or_default());
    edited
}
