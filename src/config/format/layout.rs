//! Lines: how far each is indented, and the columns of `=` and of comments behind code.

use super::spacing::space_between;
use super::token::{Kind, Token};

/// How far each level is indented.
const INDENT: usize = 2;

/// One line, in up to three cells.
#[derive(Default)]
struct Line<'a> {
    /// All of it, or what stands before the `=` of an attribute that ends on this line.
    lead: Vec<Token<'a>>,
    /// From that `=` on.
    assign: Vec<Token<'a>>,
    /// A comment behind code.
    comment: Option<Token<'a>>,
    indent: usize,
    /// The spaces before `assign`.
    assign_gap: usize,
    /// The spaces before `comment`.
    comment_gap: usize,
}

/// Writes words in normal layout.
pub(super) fn lay_out(tokens: Vec<Token<'_>>) -> String {
    let mut lines: Vec<Line<'_>> = tokens
        .split(|token| token.kind == Kind::LineEnd)
        .map(|words| Line { lead: words.to_vec(), ..Line::default() })
        .collect();
    while lines.last().is_some_and(|line| line.lead.is_empty()) {
        lines.pop();
    }
    indent(&mut lines);
    lines.iter_mut().for_each(Line::split);
    align_assignments(&mut lines);
    align_comments(&mut lines);
    let mut text = String::new();
    for line in &lines {
        line.write(&mut text);
    }
    text
}

/// Indents by the brackets that earlier lines have left open; a line that opens several counts as one level.
fn indent(lines: &mut [Line<'_>]) {
    let mut levels: Vec<i32> = Vec::new();
    for line in lines {
        let net: i32 = line.lead.iter().map(Token::brackets).sum();
        close(&mut levels, -net);
        line.indent = levels.len() * INDENT;
        if net > 0 {
            levels.push(net);
        }
    }
}

/// Takes brackets off the levels.
fn close(levels: &mut Vec<i32>, mut brackets: i32) {
    while brackets > 0 {
        match levels.last_mut() {
            Some(open) if *open > brackets => {
                *open -= brackets;
                return;
            }
            Some(open) => {
                brackets -= *open;
                levels.pop();
            }
            None => return,
        }
    }
}

fn align_assignments(lines: &mut [Line<'_>]) {
    chains(
        lines,
        |line| !line.assign.is_empty(),
        |chain| {
            let widest = chain.iter().map(Line::lead_width).max().unwrap_or_default();
            chain.iter_mut().for_each(|line| line.assign_gap = widest - line.lead_width() + 1);
        },
    );
}

fn align_comments(lines: &mut [Line<'_>]) {
    chains(
        lines,
        |line| line.comment.is_some(),
        |chain| {
            let widest = chain.iter().map(Line::code_width).max().unwrap_or_default();
            chain.iter_mut().for_each(|line| line.comment_gap = widest - line.code_width() + 1);
        },
    );
}

/// Gives each run of lines that belong together to `align`; a word of several lines ends a run.
fn chains<'a>(lines: &mut [Line<'a>], belongs: fn(&Line<'a>) -> bool, align: impl Fn(&mut [Line<'a>])) {
    let mut start = 0;
    while start < lines.len() {
        let length = lines[start..].iter().take_while(|line| belongs(line)).count();
        let long = lines[start..start + length].iter().position(Line::is_long);
        // The line of a long word is the last of its run: what follows it stands far away.
        let length = long.map_or(length, |at| at + 1);
        if length > 0 {
            align(&mut lines[start..start + length]);
        }
        start += length.max(1);
    }
}

impl Line<'_> {
    /// Moves a comment behind code, and an attribute's value if it ends on this line, to their own cells.
    fn split(&mut self) {
        if self.lead.len() > 1 && self.lead.last().is_some_and(|token| token.kind == Kind::Comment) {
            self.comment = self.lead.pop();
        }
        let Some(equal) = self.lead.iter().position(|token| token.kind == Kind::Equal).filter(|at| *at > 0)
        else {
            return;
        };
        if self.lead[equal..].iter().map(Token::brackets).sum::<i32>() == 0 {
            self.assign = self.lead.split_off(equal);
        }
    }

    fn is_long(&self) -> bool {
        self.lead.iter().chain(&self.assign).any(Token::is_long)
    }

    fn lead_width(&self) -> usize {
        self.indent + width(&joined(&self.lead))
    }

    /// The width of the last line of the code: a heredoc before it does not count.
    fn code_width(&self) -> usize {
        let assign = joined(&self.assign);
        match assign.rsplit_once('\n') {
            Some((_, last)) => width(last),
            None if assign.is_empty() => self.lead_width(),
            None => self.lead_width() + self.assign_gap + width(&assign),
        }
    }

    fn write(&self, text: &mut String) {
        let line_start = text.len();
        text.push_str(&" ".repeat(self.indent));
        text.push_str(&joined(&self.lead));
        if !self.assign.is_empty() {
            text.push_str(&" ".repeat(self.assign_gap));
            text.push_str(&joined(&self.assign));
        }
        if let Some(comment) = &self.comment {
            text.push_str(&" ".repeat(self.comment_gap));
            text.push_str(comment.text.trim_end());
        }
        let kept = text[line_start..].trim_end_matches(' ').len();
        text.truncate(line_start + kept);
        text.push('\n');
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The words with the spaces between them.
fn joined(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let left = index.checked_sub(1).and_then(|left| tokens.get(left));
        let before = index.checked_sub(2).and_then(|before| tokens.get(before));
        if left.is_some_and(|left| space_between(before, left, token)) {
            text.push(' ');
        }
        text.push_str(if token.kind == Kind::Comment { token.text.trim_end() } else { token.text });
    }
    text
}
