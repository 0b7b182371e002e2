//! The words of a file, comments and line ends among them.

/// What a word is, as far as its layout depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Kind {
    Name,
    Number,
    /// A quoted string with all that is in it, or a heredoc up to its closing word.
    Text,
    Open,
    Close,
    Equal,
    Comma,
    Dot,
    Ellipsis,
    DoubleColon,
    Colon,
    Question,
    Bang,
    Minus,
    /// Any other operator.
    Operator,
    Comment,
    LineEnd,
}

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
}

impl Token<'_> {
    /// How many brackets it opens; negative for one that closes.
    pub fn brackets(&self) -> i32 {
        match self.kind {
            Kind::Open => 1,
            Kind::Close => -1,
            _ => 0,
        }
    }

    /// True when it goes over more than one line.
    pub fn is_long(&self) -> bool {
        self.kind != Kind::LineEnd && self.text.contains('\n')
    }
}

/// The words of a text; space between them is left out.
pub(in crate::config) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        let Some(first) = rest.chars().next() else { return tokens };
        let (kind, length) = word(rest, first);
        let (text, behind) = rest.split_at(length);
        tokens.push(Token { kind, text });
        rest = behind;
    }
}

fn word(rest: &str, first: char) -> (Kind, usize) {
    match first {
        '\n' => (Kind::LineEnd, 1),
        '#' => (Kind::Comment, line_length(rest)),
        '/' if rest.starts_with("//") => (Kind::Comment, line_length(rest)),
        '/' if rest.starts_with("/*") => (Kind::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2)),
        '"' => (Kind::Text, quoted_length(rest)),
        '<' if rest.starts_with("<<") => (Kind::Text, heredoc_length(rest)),
        c if c.is_ascii_digit() => (Kind::Number, number_length(rest)),
        c if is_name(c) => (Kind::Name, rest.find(|c| !is_name(c) && c != '-').unwrap_or(rest.len())),
        _ => symbol(rest, first),
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn line_length(rest: &str) -> usize {
    rest.find('\n').map_or(rest.len(), |end| if rest[..end].ends_with('\r') { end - 1 } else { end })
}

fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while digit(at) {
        at += 1;
    }
    if bytes.get(at) == Some(&b'.') && digit(at + 1) {
        at += 1;
        while digit(at) {
            at += 1;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if digit(at + 1 + sign) {
            at += 1 + sign;
            while digit(at) {
                at += 1;
            }
        }
    }
    at
}

/// The length of a quoted string, with the expressions in it.
fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            b'$' | b'%'
                if text.get(at + 1..).is_some_and(|r| r.starts_with(['$', '%']))
                    && bytes.get(at + 2) == Some(&b'{') =>
            {
                at += 3;
            }
            b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') => {
                at += 2 + inner_length(text.get(at + 2..).unwrap_or_default())
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of what stands in `${…}`, with the closing brace.
fn inner_length(text: &str) -> usize {
    let mut depth = 1;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest.as_bytes().first() {
            Some(b'"') => {
                at += quoted_length(rest);
                continue;
            }
            Some(b'{') => depth += 1,
            Some(b'}') => depth -= 1,
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of a heredoc: from `<<` to the end of the line that holds nothing but the closing word.
fn heredoc_length(text: &str) -> usize {
    let word_start = if text.starts_with("<<-") { 3 } else { 2 };
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next() else { return text.len() };
    let word = first.get(word_start..).unwrap_or_default().trim();
    if word.is_empty() || !word.chars().all(|c| is_name(c) || c == '-') {
        return 2;
    }
    let mut length = first.len();
    for line in lines {
        if line.trim() == word {
            return length + line.trim_end().len();
        }
        length += line.len();
    }
    text.len()
}

fn symbol(rest: &str, first: char) -> (Kind, usize) {
    const TWO: [&str; 7] = ["==", "!=", "<=", ">=", "&&", "||", "=>"];
    if rest.starts_with("...") {
        return (Kind::Ellipsis, 3);
    }
    if rest.starts_with("::") {
        return (Kind::DoubleColon, 2);
    }
    if TWO.iter().any(|two| rest.starts_with(two)) {
        return (Kind::Operator, 2);
    }
    let kind = match first {
        '{' | '[' | '(' => Kind::Open,
        '}' | ']' | ')' => Kind::Close,
        '=' => Kind::Equal,
        ',' => Kind::Comma,
        '.' => Kind::Dot,
        ':' => Kind::Colon,
        '?' => Kind::Question,
        '!' => Kind::Bang,
        '-' => Kind::Minus,
        _ => Kind::Operator,
    };
    (kind, first.len_utf8())
}
