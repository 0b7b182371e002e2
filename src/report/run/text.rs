//! The report as text.

use super::draw::{
    self, Line, Shown, figures, guard_sign, line_of, origin, purpose, sign, snapshots, title, verdict,
};
use super::model::{Report, Snapshot, StepOutcome, Wave};
use crate::report::failover::{repeated, sure};
use crate::report::figures::{counted, grouped, took};
use crate::report::table::{Columns, fitted};
use crate::report::text::paint::{bold, green, paint, red, yellow};
use crate::report::text::wrap::wrapped;

/// The width of a log.
const DEFAULT_WIDTH: usize = 100;
const TIMES: usize = 20;
/// Holds words together where lines are broken.
const GLUE: &str = "\u{2060}";

/// The report, as wide as the terminal.
pub fn text(report: &Report) -> String {
    let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    text_in(report, width.clamp(60, 140))
}

/// The report, `width` characters wide.
pub fn text_in(report: &Report, width: usize) -> String {
    let mut lines = vec![paint(bold(), &title(report))];
    lines.extend(wrapped("", &origin(report), width));
    lines.push(String::new());
    lines.extend(wrapped("", &verdict(report), width));
    lines.push(String::new());
    for (name, figure) in figures(report) {
        lines.extend(wrapped(&format!("  {name:<6}"), &figure, width));
    }
    lines.extend(milestones(report, width));
    lines.extend(pairs(report, width));
    lines.extend(timeline(report, width));
    for section in [groups(report), guards(report, width), words(report, width), hooks(report, width)] {
        lines.extend(section);
    }
    lines.extend(names(report, width));
    lines.extend(ends(report, width));
    lines.extend(list("Notes", &report.notes, width));
    lines.extend(list("What is left", &report.left, width));
    lines.join("\n") + "\n"
}

/// What came of each of several pairs, a sentence each.
fn pairs(report: &Report, width: usize) -> Vec<String> {
    let told = report.pairs.iter().flat_map(|pair| {
        let [name, wave, way, restored, closed, lost, steps] = draw::pair(pair);
        let text = match pair.begun {
            None => format!("wave {wave}, {way}; {steps}"),
            Some(_) if pair.restored.is_none() => format!("wave {wave}, {way}; not restored; {steps} steps"),
            Some(_) => format!(
                "wave {wave}, {way}; restored after {restored}; no writes for {closed}; {lost}; {steps} steps"
            ),
        };
        wrapped(&format!("  {name}: "), &text, width)
    });
    section("Pairs", told.collect())
}

fn milestones(report: &Report, width: usize) -> Vec<String> {
    let reached: Vec<String> = (report.times.milestones.iter())
        .map(|milestone| format!("{} {}", milestone.what, took(milestone.at)).replace(' ', GLUE))
        .collect();
    if reached.is_empty() {
        return Vec::new();
    }
    let lines = wrapped("  after ", &reached.join(" · "), width);
    lines.into_iter().map(|line| line.replace(GLUE, " ")).collect()
}

/// The steps by wave, each with a bar where it stands in the run's time.
fn timeline(report: &Report, width: usize) -> Vec<String> {
    let scale = Scale { total: report.times.total.max(1), cells: (width / 5).clamp(14, 32) };
    let room = width.saturating_sub(scale.cells + TIMES + 2);
    let shown = Shown::of(report);
    let mut lines = vec![
        String::new(),
        format!("{:<room$}{:>8}{:>11} ▕{}▏", "The steps", "begun", "took", scale.ruler(), room = room),
    ];
    for wave in &report.waves {
        if wave.no_return {
            lines.push(rule(&line_of(wave), width));
        }
        lines.extend(heading(wave, width));
        for line in shown.lines(wave) {
            lines.extend(row(&line, &scale, room, width));
        }
    }
    if shown.hidden > 0 {
        lines.push(format!("  {} that took less time are not shown", counted(shown.hidden, "step")));
    }
    lines.push("  █ leeward at work   ▒ waiting for others".into());
    lines
}

/// A line across with words on it.
pub(in crate::report) fn rule(words: &str, width: usize) -> String {
    let rest = width.saturating_sub(words.chars().count() + 6);
    format!("  ── {words} {}", "─".repeat(rest))
}

fn heading(wave: &Wave, width: usize) -> Vec<String> {
    if wave.number == 0 {
        return Vec::new();
    }
    wrapped(&format!(" {:>2} ", wave.number), &purpose(wave), width)
}

fn row(step: &Line<'_>, scale: &Scale, room: usize, width: usize) -> Vec<String> {
    let begun = step.begin.map(took).unwrap_or_default();
    let first = format!("    {} ", sign(step.outcome));
    let mut what = fitted(&first, &step.what, room).into_iter();
    let name = what.next().unwrap_or_default();
    let pad = room.saturating_sub(name.chars().count());
    let style = match step.outcome {
        StepOutcome::Failed => red(),
        StepOutcome::Waived | StepOutcome::Begun => yellow(),
        _ => green(),
    };
    let name = name.replacen(sign(step.outcome), &paint(style, sign(step.outcome)), 1);
    let mut lines = vec![format!("{name}{:pad$}{begun:>8}{:>11} ▕{}▏", "", step.took, scale.bar(step))];
    lines.extend(what);
    if step.outcome != StepOutcome::Done {
        lines.extend(step.said.iter().flat_map(|said| fitted("      ", said, width)));
    }
    lines
}

/// The run's time on a line of cells.
struct Scale {
    total: i64,
    cells: usize,
}

impl Scale {
    fn ruler(&self) -> String {
        let (begin, end) = ("0", took(self.total));
        let rest = self.cells.saturating_sub(begin.len() + end.chars().count());
        format!("{begin}{}{end}", " ".repeat(rest))
    }

    fn cell(&self, at: i64) -> usize {
        let cells = i64::try_from(self.cells).unwrap_or(i64::MAX);
        usize::try_from(at.clamp(0, self.total) * cells / self.total).unwrap_or_default()
    }

    /// What was shorter than a cell fills one all the same: it happened.
    fn bar(&self, step: &Line<'_>) -> String {
        let mut cells = vec![' '; self.cells];
        for attempt in &step.attempts {
            let begin = self.cell(attempt.begin).min(self.cells - 1);
            let end = self.cell(attempt.end).clamp(begin + 1, self.cells);
            cells[begin..end].fill(if step.waits { '▒' } else { '█' });
        }
        cells.into_iter().collect()
    }
}

fn groups(report: &Report) -> Vec<String> {
    let groups = draw::groups(report);
    if groups.is_empty() {
        return Vec::new();
    }
    let mut columns = Columns::new(&["group", ">foretold", ">repeats", "how sure"]);
    for (name, group) in groups {
        let told = |set: &Option<crate::estate::GroupSet>| set.as_ref().map_or_else(|| "–".into(), repeated);
        let how = group.set.as_ref().map_or_else(|| "was not set".into(), sure);
        columns.row([name, told(&group.foretold), told(&group.set), how]);
    }
    section("Consumer groups: records read again", columns.lines(2).lines().map(str::to_owned).collect())
}

fn section(title: &str, body: Vec<String>) -> Vec<String> {
    if body.is_empty() {
        return Vec::new();
    }
    [String::new(), title.to_owned()].into_iter().chain(body).collect()
}

fn guards(report: &Report, width: usize) -> Vec<String> {
    let line = |guard: &crate::plan::Guard| {
        let why = guard.overridden.as_ref().map_or_else(String::new, |why| format!(" (overridden: {why})"));
        fitted(&format!("  {} ", guard_sign(guard)), &format!("{}: {}{why}", guard.name, guard.seen), width)
    };
    section("Guards", report.guards.iter().flat_map(line).collect())
}

fn words(report: &Report, width: usize) -> Vec<String> {
    let given = report.approvals.iter().flat_map(|given| {
        let text = format!("{} by {} at {:.0}: {}", given.name, given.by, given.at, given.reason);
        fitted("  ✓ ", &text, width)
    });
    section("Approvals", given.collect())
}

fn hooks(report: &Report, width: usize) -> Vec<String> {
    let answered = report.hooks.iter().flat_map(|hook| {
        let head = fitted(&format!("  {}: ", hook.what), &format!("answered {}", hook.code), width);
        let output = hook.output.lines().flat_map(|line| fitted("    | ", line, width)).collect::<Vec<_>>();
        head.into_iter().chain(output)
    });
    section("Hooks", answered.collect())
}

fn names(report: &Report, width: usize) -> Vec<String> {
    let told = report.names.iter().flat_map(|name| {
        let values = |values: &[String]| if values.is_empty() { "nothing".into() } else { values.join(", ") };
        let way = format!("{} → {} (TTL {} s)", values(&name.before), values(&name.after), name.ttl);
        let switched = if name.switched { "✓" } else { "✗" };
        let seen: Vec<String> =
            name.sightings().flat_map(|sighting| fitted("    ", &sighting, width)).collect();
        fitted(&format!("  {switched} "), &format!("{}: {way}", name.name), width).into_iter().chain(seen)
    });
    section("Names", told.collect())
}

fn ends(report: &Report, width: usize) -> Vec<String> {
    snapshots(report).into_iter().flat_map(|(title, taken)| section(&title, sides(taken, width))).collect()
}

fn sides(snapshot: &Snapshot, width: usize) -> Vec<String> {
    let sides = snapshot.sides.iter().map(|side| {
        format!(
            "  {}: {}, {}, offsets up to {} together",
            side.cluster.name,
            counted(side.topics, "topic"),
            counted(side.partitions, "partition"),
            grouped(usize::try_from(side.ends).unwrap_or_default())
        )
    });
    let silent =
        snapshot.silent.iter().flat_map(|(place, why)| fitted("  ? ", &format!("{place}: {why}"), width));
    sides.chain(silent).collect()
}

fn list(title: &str, items: &[String], width: usize) -> Vec<String> {
    section(title, items.iter().flat_map(|item| fitted("  - ", item, width)).collect())
}
