//! Columns of text.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

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
