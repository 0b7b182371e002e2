//! A plan as Markdown, for a comment on a pull request.

use super::entry::{Entry, Item, entries, lost_topics, summary};
use super::figures::{counted, explained, grouped};
use super::sign::Sign;
use super::text::{View, plan_in};
use crate::estate::{FieldChange, What};
use crate::plan::{Deferred, Finding, Plan, PlanKind, Refusal, Severity};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The most characters that a comment may have on the forges that people use, less a little.
const MOST_CHARACTERS: usize = 60_000;
/// The most rows of the table of changes, and the most characters of it.
const MOST_ROWS: usize = 100;
const MOST_IN_THE_TABLE: usize = 20_000;
/// The most items of any list, and the most characters of it.
const MOST_ITEMS: usize = 50;
const MOST_IN_A_LIST: usize = 8_000;
/// The most characters of one cell.
const MOST_IN_A_CELL: usize = 240;

/// The plan as Markdown; `file` is where it was saved, for the command that applies exactly this plan.
///
/// At most 60,000 characters: what does not fit is left out of the folded part, and the text says so.
pub fn plan(plan: &Plan, file: Option<&str>) -> String {
    let entries = entries(plan);
    let mut text = head(plan);
    danger(&mut text, plan);
    table(&mut text, &entries);
    list(&mut text, "Not possible", plan.refused.iter().map(refusal));
    list(&mut text, "Could not be read", deferred(&plan.deferred).into_iter());
    list(&mut text, "Findings", sorted(&plan.findings).into_iter().map(finding));
    let foot = foot(plan, file);
    let room = MOST_CHARACTERS.saturating_sub(text.chars().count() + foot.chars().count());
    folded(&mut text, plan, room);
    text.push_str(&foot);
    text
}

fn head(plan: &Plan) -> String {
    let what = match plan.kind {
        PlanKind::Apply => "leeward plan",
        PlanKind::Destroy => "leeward plan to destroy",
        PlanKind::Offsets => "leeward offsets plan",
        PlanKind::Abort => "leeward abort",
        PlanKind::Failover => "leeward failover plan",
    };
    let summary = summary(plan);
    let sum = if plan.is_empty() && plan.deferred.is_empty() && plan.refused.is_empty() {
        "No changes. The world matches the estate.".to_owned()
    } else {
        summary.sentence()
    };
    let mut text = format!("## {what}\n\n**{sum}**\n\n");
    if let Some(obstacles) = plan.obstacles() {
        let _ = writeln!(text, "> [!CAUTION]\n> This plan can't be applied: {obstacles}.\n");
    }
    let active = plan.active.iter().map(|(pair, active)| {
        format!("{} → {} ({})", code(&pair.to_string()), active.side, code(&active.cluster.name))
    });
    let active: Vec<String> = active.take(10).collect();
    if !active.is_empty() {
        let _ = writeln!(text, "Active sides: {}.\n", active.join(", "));
    }
    text
}

fn danger(text: &mut String, plan: &Plan) {
    let lost = lost_topics(plan);
    if lost.is_empty() {
        return;
    }
    let names: Vec<String> = lost.iter().take(10).map(|object| code(&object.to_string())).collect();
    let more =
        if lost.len() > 10 { format!(" and {} more", grouped(lost.len() - 10)) } else { String::new() };
    let count = counted(lost.len(), "topic");
    let _ =
        writeln!(text, "> [!WARNING]\n> Deletes {count} **with all records**: {}{more}.\n", names.join(", "));
}

fn table(text: &mut String, entries: &[Entry<'_>]) {
    if entries.is_empty() {
        return;
    }
    text.push_str("| | Resource | Where | What |\n|---|---|---|---|\n");
    let rows = entries.iter().map(row);
    let left_out = bounded(text, rows, entries.len(), MOST_ROWS, MOST_IN_THE_TABLE);
    if left_out > 0 {
        let _ = writeln!(text, "\n… and {}.", counted(left_out, "more resource"));
    }
    text.push('\n');
}

fn row(entry: &Entry<'_>) -> String {
    let sign = code(entry.sign.as_str());
    let address = code(&entry.address.to_string());
    let places: BTreeSet<String> = entry.items.iter().map(place).collect();
    let places = places.into_iter().collect::<Vec<_>>().join(", ");
    format!("| {sign} | {address} | {places} | {} |", cell(&what(entry)))
}

/// Writes the first lines, as far as number and length allow; answers how many of `all` it left out.
fn bounded(
    text: &mut String,
    lines: impl Iterator<Item = String>,
    all: usize,
    most: usize,
    characters: usize,
) -> usize {
    let mut left = characters;
    let mut written = 0;
    for line in lines.take(most) {
        let length = line.chars().count() + 1;
        if length > left {
            break;
        }
        left -= length;
        written += 1;
        text.push_str(&line);
        text.push('\n');
    }
    all - written
}

fn place(item: &Item<'_>) -> String {
    match item.role {
        Some((_, role)) => format!("{} ({role})", item.object.place.name),
        None => item.object.place.name.clone(),
    }
}

/// What happens, in one cell.
fn what(entry: &Entry<'_>) -> String {
    let reasons: BTreeSet<&str> = entry.items.iter().filter_map(|item| item.reason).collect();
    let reasons = reasons.into_iter().map(|reason| escaped(&short(reason)));
    let parts: Vec<String> = match entry.sign {
        Sign::Change | Sign::Adopt => {
            let changes = entry.items.iter().flat_map(|item| item.fields.iter().map(changed));
            let mut seen = BTreeSet::new();
            changes.filter(|change| seen.insert(change.clone())).chain(reasons).collect()
        }
        Sign::Add | Sign::Replace => made(entry).into_iter().chain(reasons).collect(),
        Sign::Destroy => reasons.collect(),
        Sign::Forget => reasons.chain(["stays, no longer owned".to_owned()]).collect(),
    };
    parts.join("<br>")
}

fn changed(change: &FieldChange) -> String {
    let shown = |value: &Option<String>| match value {
        Some(value) => code(&short(&explained(&change.field, value.lines().next().unwrap_or_default()))),
        None => "not set".to_owned(),
    };
    format!("{} {} → {}", code(&change.field), shown(&change.from), shown(&change.to))
}

/// What is made: a topic's shape, a record's value, or which objects.
fn made(entry: &Entry<'_>) -> Vec<String> {
    let Some(first) = entry.items.first() else { return Vec::new() };
    let value = |field: &str| {
        first.fields.iter().find(|change| change.field == field).and_then(|change| change.to.clone())
    };
    match &first.object.what {
        What::RecordSet { name, rtype, .. } => {
            vec![format!("{} {rtype} {}", code(name), code(&value("values").unwrap_or_default()))]
        }
        What::Grants(_) => first.fields.iter().map(|change| escaped(&change.field)).collect(),
        What::Topic(_) if entry.items.iter().all(|item| matches!(item.object.what, What::Topic(_))) => {
            let partitions = value("partitions").unwrap_or_default();
            let plural = if partitions == "1" { "" } else { "s" };
            let copies = value("replication_factor").unwrap_or_default();
            vec![format!("{partitions} partition{plural}, replication factor {copies}")]
        }
        _ => entry.items.iter().map(|item| code(&item.object.what.to_string())).collect(),
    }
}

fn refusal(refusal: &Refusal) -> String {
    let place =
        refusal.position.as_ref().map(|at| format!(" ({})", code(&at.to_string()))).unwrap_or_default();
    let address = code(&refusal.address.to_string());
    format!("{address} on {}: {}{place}", refusal.object.place.name, escaped(&refusal.reason))
}

/// What could not be read, what is alike in one item.
fn deferred(deferred: &[Deferred]) -> Vec<String> {
    let mut faults: Vec<(String, Vec<&Deferred>)> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for one in deferred {
        let fault = one.fault.to_string();
        let at = *index.entry(fault.clone()).or_insert_with(|| {
            faults.push((fault, Vec::new()));
            faults.len() - 1
        });
        faults[at].1.push(one);
    }
    let told = faults.into_iter().map(|(fault, members)| {
        let names: BTreeSet<String> = members.iter().map(|one| code(&one.address.to_string())).collect();
        let first: Vec<String> = names.iter().take(3).cloned().collect();
        let more = names.len() - first.len();
        let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
        format!("{}{more}: {}", first.join(", "), escaped(&fault))
    });
    told.collect()
}

fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| (finding.ignored.is_some(), finding.severity));
    sorted
}

fn finding(finding: &Finding) -> String {
    let sign = match finding.severity {
        _ if finding.ignored.is_some() => "⚪",
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Info => "🔵",
    };
    let Finding { code: number, severity, message, .. } = finding;
    let address = finding.address.as_ref().map(|a| format!("{}: ", code(&a.to_string()))).unwrap_or_default();
    let place =
        finding.position.as_ref().map(|at| format!(" ({})", code(&at.to_string()))).unwrap_or_default();
    let ignored =
        finding.ignored.as_ref().map(|why| format!(" *ignored: {}*", escaped(why))).unwrap_or_default();
    format!("{sign} **{number}** {severity}: {address}{}{place}{ignored}", escaped(message))
}

fn list(text: &mut String, title: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "### {title}\n");
    let all = items.len();
    let lines = items.into_iter().map(|item| format!("- {item}"));
    let left_out = bounded(text, lines, all, MOST_ITEMS, MOST_IN_A_LIST);
    if left_out > 0 {
        let _ = writeln!(text, "- … and {} more", grouped(left_out));
    }
    text.push('\n');
}

/// The whole plan as text, folded; cut at a line's end if there is no room for all of it.
fn folded(text: &mut String, plan: &Plan, room: usize) {
    const FRAME: usize = 200;
    if plan.is_empty() {
        return;
    }
    let whole = anstream::adapter::strip_str(&plan_in(plan, &View::default(), 100)).to_string();
    let fence = fence(&whole);
    let mut shown = String::new();
    let mut left = room.saturating_sub(FRAME);
    let mut lines = whole.lines();
    let mut left_out = 0;
    for line in lines.by_ref() {
        let length = line.chars().count() + 1;
        if length > left {
            left_out = 1;
            break;
        }
        left -= length;
        shown.push_str(line);
        shown.push('\n');
    }
    left_out += lines.count();
    let _ = writeln!(
        text,
        "<details><summary>The whole plan</summary>\n\n{fence}\n{}\n{fence}",
        shown.trim_end()
    );
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\n{} left out: the plan is longer than a comment may be.",
            counted(left_out, "line")
        );
    }
    text.push_str("\n</details>\n\n");
}

/// A fence of backticks that the text can't close.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

fn foot(plan: &Plan, file: Option<&str>) -> String {
    let command = file
        .map(|file| format!(" · to make exactly this happen: {}", code(&format!("leeward apply {file}"))));
    let config = plan.based_on.config.get(..12).unwrap_or(&plan.based_on.config);
    format!(
        "<sub>plan {} · configuration {} · state serial {} · read {}{}</sub>\n",
        code(plan.short_id()),
        code(config),
        plan.based_on.serial,
        plan.based_on.observed_at,
        command.unwrap_or_default()
    )
}

/// A text as code, whatever backticks it holds.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    if text.contains('`') {
        let fence = fence(&text);
        format!("{fence} {text} {fence}")
    } else {
        format!("`{text}`")
    }
}

/// A text whose characters mean nothing to Markdown or HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

fn short(text: &str) -> String {
    let length = text.chars().count();
    if length <= MOST_IN_A_CELL {
        return text.to_owned();
    }
    format!(
        "{}… ({} more)",
        text.chars().take(MOST_IN_A_CELL).collect::<String>(),
        grouped(length - MOST_IN_A_CELL)
    )
}

/// A cell, of at most so many parts that a row stays a row.
fn cell(text: &str) -> String {
    const MOST_PARTS: usize = 8;
    let parts: Vec<&str> = text.split("<br>").collect();
    match parts.len().checked_sub(MOST_PARTS) {
        Some(more) if more > 0 => format!("{}<br>… and {more} more", parts[..MOST_PARTS].join("<br>")),
        _ => text.to_owned(),
    }
}
