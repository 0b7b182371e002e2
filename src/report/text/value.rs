//! How one field of an object changes, as lines.

use super::paint::{dim, green, paint, red};
use super::wrap::shortened;
use crate::estate::FieldChange;
use crate::report::figures::{counted, explained};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

/// Lists that are longer than this are compared item by item.
const LONG_LIST: usize = 60;
/// Unchanged lines that are shown around a changed one.
const CONTEXT: usize = 2;

/// How a field is shown: its name in a column of `column` characters, old → new, and a note.
pub(super) fn lines(change: &FieldChange, indentation: usize, column: usize, width: usize) -> Vec<String> {
    let name = &change.field;
    let lead = format!("{:indentation$}{name:column$}   ", "");
    let (from, to) = (change.from.as_deref(), change.to.as_deref());
    if let (Some(from), Some(to)) = (from, to) {
        if from.contains('\n') || to.contains('\n') {
            return multiline(&lead, from, to, indentation + 2);
        }
        if from.len().max(to.len()) > LONG_LIST && (from.contains(',') || to.contains(',')) {
            return list(&lead, from, to, width);
        }
    }
    let room = width.saturating_sub(lead.chars().count()).max(40);
    let shown = |value: &str| shortened(&explained(name, &first_line(value)), room * 2);
    let text = match (from, to) {
        (Some(from), Some(to)) => format!("{} → {}", shown(from), shown(to)),
        (Some(from), None) => format!("{} → {}", shown(from), paint(dim(), "(not set)")),
        (None, Some(to)) => shown(to),
        (None, None) => String::new(),
    };
    let line = format!("{lead}{text}");
    let Some(note) = &change.note else { return vec![line] };
    let note = format!("# {note}");
    if printed(&line) + 3 + printed(&note) <= width {
        return vec![format!("{line}   {}", paint(dim(), &note))];
    }
    let indentation = lead.chars().count();
    vec![line, format!("{:indentation$}{}", "", paint(dim(), &note))]
}

/// How many columns a line takes, its colours aside.
fn printed(line: &str) -> usize {
    anstream::adapter::strip_str(line).to_string().chars().count()
}

/// A value of many lines (a certificate) is told by its first one where there is nothing to compare it with.
fn first_line(value: &str) -> String {
    match value.split_once('\n') {
        Some((first, rest)) => format!("{first} … ({} more)", counted(rest.lines().count(), "line")),
        None => value.to_owned(),
    }
}

/// The lines that differ, with a few around them.
fn multiline(lead: &str, from: &str, to: &str, indentation: usize) -> Vec<String> {
    let mut lines = vec![lead.trim_end().to_owned()];
    let diff = TextDiff::from_lines(from, to);
    for (at, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            lines.push(format!("{:indentation$}⋮", ""));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n');
            lines.push(match change.tag() {
                ChangeTag::Equal => format!("{:indentation$}  {text}", ""),
                ChangeTag::Delete => format!("{:indentation$}{}", "", paint(red(), &format!("- {text}"))),
                ChangeTag::Insert => format!("{:indentation$}{}", "", paint(green(), &format!("+ {text}"))),
            });
        }
    }
    lines
}

/// The items of a list that come and go.
fn list(lead: &str, from: &str, to: &str, width: usize) -> Vec<String> {
    let items = |list: &'_ str| list.split(',').map(|item| item.trim().to_owned()).collect::<BTreeSet<_>>();
    let (old, new) = (items(from), items(to));
    let kept = old.intersection(&new).count();
    let gone: Vec<&str> = old.difference(&new).map(String::as_str).collect();
    let come: Vec<&str> = new.difference(&old).map(String::as_str).collect();
    let indentation = lead.chars().count();
    let mut lines = vec![format!("{lead}{}", paint(dim(), &format!("({} stay)", counted(kept, "item"))))];
    for (sign, style, items) in [('-', red(), gone), ('+', green(), come)] {
        if !items.is_empty() {
            let room = width.saturating_sub(indentation).max(40);
            let text = shortened(&items.join(", "), room * 4);
            lines.push(format!("{:indentation$}{}", "", paint(style, &format!("{sign} {text}"))));
        }
    }
    lines
}
