//! A pair on one screen: what it is, how each thing stands, what would be lost, and what to do.

use super::rows::{Row, Sign, rows};
use super::wording::{age, loss, objective};
use super::{groups, groups::repeated_if_lost};
use crate::report::figures::lasted;
use crate::report::text::paint::{bold, dim, green, paint, red, yellow};
use crate::report::text::wrap::wrapped;
use crate::status::{Condition, GroupStanding};
use anstyle::Style;

/// The width of a log.
const DEFAULT_WIDTH: usize = 120;
/// So many groups are named in the figure of what is repeated; the table has the rest.
const NAMED: usize = 6;

/// The pairs, as wide as the terminal.
pub fn text(conditions: &[Condition]) -> String {
    let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    text_in(conditions, width.clamp(60, 160))
}

/// The pairs, `width` characters wide.
pub fn text_in(conditions: &[Condition], width: usize) -> String {
    let blocks: Vec<String> = conditions.iter().map(|condition| block(condition, width)).collect();
    blocks.join("\n")
}

fn block(condition: &Condition, width: usize) -> String {
    let mut lines = head(condition, width);
    lines.push(String::new());
    let rows = rows(condition);
    let column = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
    lines.extend(rows.iter().flat_map(|row| said(row, column, width)));
    lines.push(String::new());
    lines.extend(figures(condition, width));
    let mut text = lines.join("\n") + "\n";
    for mirroring in &condition.mirrorings {
        for table in [groups::topics(mirroring, condition), groups::groups(mirroring, condition)] {
            if !table.is_empty() {
                text += &format!("\n{table}");
            }
        }
        if mirroring.groups.iter().any(|group| !group.repeated.certain) {
            text += "  * as far as the offset syncs show; leeward offsets reads the standby's records\n";
        }
    }
    text + &obstacles(condition, width)
}

fn head(condition: &Condition, width: usize) -> Vec<String> {
    let (style, ready) = match condition.ready {
        true => (green(), "ready to fail over"),
        false => (red(), "not ready to fail over"),
    };
    let since = condition.since.map_or_else(String::new, |since| {
        format!(" since {since:.0} ({} ago)", lasted(age(since, condition.at)))
    });
    let (active, standby) = (&condition.active, &condition.standby);
    let roles = format!(
        "active {} ({}), standby {} ({}), epoch {}{since}",
        active.cluster.name, active.side, standby.cluster.name, standby.side, condition.epoch
    );
    let title = format!("{}: {}", paint(bold(), &condition.pair.to_string()), paint(style, ready));
    std::iter::once(title).chain(wrapped("  ", &roles, width)).collect()
}

fn said(row: &Row, column: usize, width: usize) -> Vec<String> {
    let (style, sign) = match row.sign {
        Sign::Good => (green(), "✓"),
        Sign::Bad => (red(), "✗"),
        Sign::Unknown => (yellow(), "?"),
        Sign::Note => (yellow(), "!"),
    };
    if row.name.is_empty() {
        return vec![format!("  {}", row.text)];
    }
    let name = format!("  {:column$}  ", row.name);
    let mut lines = wrapped(&format!("{name}{sign} "), &row.text, width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(sign, &paint(style, sign), 1);
    }
    lines
}

/// The two figures that an owner wants.
fn figures(condition: &Condition, width: usize) -> Vec<String> {
    let name = format!("  if {} died now  ", condition.active.cluster.name);
    let blank = " ".repeat(name.chars().count());
    let lost = format!("{} ({})", loss(&condition.loss, condition.at), objective(&condition.loss));
    let mut lines = wrapped(&format!("{name}lost      "), &lost, width);
    let groups: Vec<&GroupStanding> = condition.mirrorings.iter().flat_map(|one| &one.groups).collect();
    if !groups.is_empty() {
        let named =
            groups.iter().take(NAMED).map(|group| format!("{} {}", group.group, repeated_if_lost(group)));
        let more = match groups.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", {more} more groups"),
        };
        let text = named.collect::<Vec<_>>().join(", ") + &more;
        lines.extend(wrapped(&format!("{blank}repeated  "), &text, width));
    }
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(name.trim(), &paint(bold(), name.trim()), 1);
    }
    lines
}

fn obstacles(condition: &Condition, width: usize) -> String {
    if condition.obstacles.is_empty() {
        return String::new();
    }
    let mut lines = vec![String::new(), paint(bold(), "Not ready:")];
    for obstacle in &condition.obstacles {
        let mut told = wrapped("  ✗ ", &obstacle.message, width);
        if let Some(first) = told.first_mut() {
            *first = first.replacen('✗', &paint(red(), "✗"), 1);
        }
        lines.extend(told);
        if let Some(hint) = &obstacle.hint {
            lines.extend(wrapped("    ", hint, width).iter().map(|line| painted(dim(), line)));
        }
    }
    lines.join("\n") + "\n"
}

/// A line whose indentation stays plain.
fn painted(style: Style, line: &str) -> String {
    let text = line.trim_start();
    format!("{}{}", " ".repeat(line.len() - text.len()), paint(style, text))
}
