//! The table of skipped, repeated and foretold.

use super::verdict::{Case, Judged, Outcome};
use std::fmt;

/// A row for each case, in Markdown.
#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 7]>,
}

impl Table {
    pub fn add(&mut self, phase: &str, case: &Case, judged: &Judged) {
        let ours = judged.ours;
        let (most, certain) = judged.foretold;
        let foretold = format!("{}{}", grouped(most), if certain { "" } else { "*" });
        let exact = format!("{} of {}", judged.exact, judged.partitions);
        self.rows.push([
            phase.to_owned(),
            case.kind.to_string(),
            grouped(case.lag),
            exact,
            format!("{} / {} / {}", grouped(ours.skipped as i64), grouped(ours.repeated as i64), foretold),
            judged.kafkas.map_or("not measured".into(), told),
            told(judged.synced),
        ]);
    }
}

fn told(outcome: Outcome) -> String {
    let none = match outcome.unanswered {
        0 => String::new(),
        count => format!(", {count} unanswered"),
    };
    format!("{} / {}{none}", grouped(outcome.skipped as i64), grouped(outcome.repeated as i64))
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            "",
            "topic",
            "lag",
            "exact",
            "leeward: skipped / repeated / foretold",
            "RemoteClusterUtils: skipped / repeated",
            "synced group: skipped / repeated",
        ];
        writeln!(f, "| {} |", head.join(" | "))?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "| {} |", row.join(" | ")))
    }
}
