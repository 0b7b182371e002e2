//! Columns of text.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// The text in lines of at most `width` characters, the first behind `first` and the others indented by as much. A word
/// that is longer than a line is cut.
pub(super) fn fitted(first: &str, text: &str, width: usize) -> Vec<String> {
    let indentation = first.chars().count().min(width / 2);
    let room = width.saturating_sub(indentation).max(1);
    let mut pieces: Vec<String> = Vec::new();
    for word in glued(text) {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(room) {
            let piece: String = piece.iter().collect();
            match pieces.last_mut() {
                Some(last) if last.chars().count() + 1 + piece.chars().count() <= room => {
                    last.push(' ');
                    last.push_str(&piece);
                }
                _ => pieces.push(piece),
            }
        }
    }
    let rest = " ".repeat(indentation);
    let begin: String = first.chars().take(indentation).collect();
    let mut lines = vec![begin];
    for (at, piece) in pieces.into_iter().enumerate() {
        if at > 0 {
            lines.push(rest.clone());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&piece);
        }
    }
    lines
}

/// The words of a text; a number and its unit are one.
fn glued(text: &str) -> Vec<String> {
    const UNITS: [&str; 6] = ["s", "ms", "min", "h", "d", "KiB"];
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_unit = UNITS.contains(&word.trim_end_matches(['.', ',', ';', ':', ')']));
        match words.last_mut() {
            Some(last) if is_unit && last.ends_with(|last: char| last.is_ascii_digit()) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// A table without lines: two spaces stand between the columns, and columns of numbers stand to the right.
pub(super) struct Columns {
    table: Table,
    numbers: Vec<usize>,
}

impl Columns {
    /// A table without a head.
    pub fn bare() -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        Self { table, numbers: Vec::new() }
    }

    /// A table with these heads; those that begin with `>` are columns of numbers.
    pub fn new(heads: &[&str]) -> Self {
        let mut columns = Self::bare();
        columns.table.set_header(heads.iter().map(|head| head.trim_start_matches('>')));
        columns.numbers = (0..heads.len()).filter(|at| heads[*at].starts_with('>')).collect();
        columns
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    /// The lines, each after `indent` spaces, without spaces at their ends.
    pub fn lines(mut self, indent: usize) -> String {
        for (at, column) in self.table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.numbers.contains(&at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let lines = self.table.lines();
        lines.map(|line| format!("{:indent$}{}", "", line).trim_end().to_owned() + "\n").collect()
    }
}
