//! The table of what came of each fault.

use super::scene::{CELLS, Outcome};
use super::trouble::Trouble;
use std::fmt;
use std::path::Path;

/// A row for each fault, in Markdown.
#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
}

impl Table {
    /// With one more row.
    pub fn with(mut self, trouble: Trouble, row: &[Outcome; CELLS.len()]) -> Self {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        self.rows.push(format!("| {trouble} | {} |", cells.join(" | ")));
        self
    }
}

fn head() -> String {
    format!("| | {} |", CELLS.map(|cell| cell.to_string()).join(" | "))
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n|{}", head(), "---|".repeat(CELLS.len() + 1))?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

/// The page shows every fault in every case, and nothing but what can come of one.
#[test]
fn the_page_has_a_row_for_each_fault() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&head()), "{}", head());
    let came: Vec<String> = Outcome::ALL.iter().map(ToString::to_string).collect();
    for trouble in Trouble::ALL {
        let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {trouble} | ")));
        let cells: Vec<&str> = row.unwrap_or_else(|| panic!("no row for {trouble}")).split(" | ").collect();
        assert_eq!(cells.len(), CELLS.len(), "{trouble}");
        for cell in cells.iter().map(|cell| cell.trim_end_matches(" |")) {
            assert!(came.iter().any(|known| known == cell), "{trouble}: {cell}");
        }
    }
}
