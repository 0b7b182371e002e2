//! Lines that fit a terminal.

/// The text in lines of at most `width` characters, broken between words; the first begins with `first`, the others
/// are indented by as much. A word that is longer than a line stands alone.
pub(in crate::report) fn wrapped(first: &str, text: &str, width: usize) -> Vec<String> {
    let indentation = " ".repeat(first.chars().count());
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let fits = line.chars().count() + usize::from(!is_empty) + word.chars().count() <= width;
        if !is_empty && !fits {
            lines.push(std::mem::replace(&mut line, indentation.clone()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// A text of at most `most` characters: its beginning and its end, with what was left out said between them.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(24).max(16);
    let (head, tail) = (kept * 2 / 3, kept / 3);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start} … {} more … {end}", super::super::figures::grouped(length - head - tail))
}
