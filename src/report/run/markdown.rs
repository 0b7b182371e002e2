//! The report as Markdown, for an incident's record.

use super::draw::{
    self, PAIR_HEADS, Shown, figures, guard_sign, origin, sign, snapshots, step_took, title, verdict,
};
use super::model::{Report, StepTold};
use crate::report::failover::{repeated, sure};
use crate::report::figures::{counted, grouped, took};
use crate::report::markdown::{code, escaped};
use std::fmt::Write as _;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("## {}\n\n{}\n\n", escaped(&title(report)), escaped(&origin(report)));
    let _ = writeln!(text, "**{}**\n", escaped(&verdict(report)));
    let rows = figures(report).into_iter().map(|(name, figure)| vec![name.to_owned(), escaped(&figure)]);
    table(&mut text, "", &["", ""], rows.collect());
    let told = report.pairs.iter().map(|pair| draw::pair(pair).iter().map(|cell| escaped(cell)).collect());
    table(&mut text, "Pairs", &PAIR_HEADS, told.collect());
    let reached = report.times.milestones.iter().map(|reached| vec![reached.what.clone(), took(reached.at)]);
    table(&mut text, "What was reached when", &["", "after"], reached.collect());
    timeline(&mut text, report);
    groups(&mut text, report);
    guards(&mut text, report);
    let given = report.approvals.iter().map(|given| {
        vec![escaped(&given.name), escaped(&given.by), format!("{:.0}", given.at), escaped(&given.reason)]
    });
    table(&mut text, "Approvals", &["approval", "by", "at", "reason"], given.collect());
    let answered = report.hooks.iter().map(|hook| {
        let output = if hook.output.trim().is_empty() { String::new() } else { code(hook.output.trim()) };
        vec![escaped(&hook.what), hook.code.to_string(), output]
    });
    table(&mut text, "Hooks", &["hook", "answered", "output"], answered.collect());
    names(&mut text, report);
    ends(&mut text, report);
    list(&mut text, "Notes", &report.notes);
    list(&mut text, "What is left", &report.left);
    text
}

/// A table under a heading; nothing if it has no rows.
fn table(text: &mut String, title: &str, heads: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    if !title.is_empty() {
        let _ = writeln!(text, "### {title}\n");
    }
    let _ = writeln!(text, "| {} |\n|{}", heads.join(" | "), " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text.push('\n');
}

fn timeline(text: &mut String, report: &Report) {
    let shown = Shown::of(report);
    let _ = writeln!(text, "<details><summary>The {}</summary>\n", counted(report.steps, "step"));
    let row = |wave: u32, step: &StepTold| {
        let said = step.said.as_deref().map(escaped).unwrap_or_default();
        let wave = if wave == 0 { String::new() } else { wave.to_string() };
        let begun = step.begin.map(took).unwrap_or_default();
        let what = format!("{} {}", sign(step.outcome), escaped(&step.what));
        let sort = if step.waits { "wait" } else { "" };
        vec![wave, what, begun, step_took(step), sort.to_owned(), said]
    };
    let waves = report.waves.iter();
    let rows = waves.flat_map(|wave| wave.steps.iter().map(move |step| (wave.number, step)));
    let rows = rows.filter(|(_, step)| shown.shows(step)).map(|(wave, step)| row(wave, step));
    table(text, "", &["wave", "step", "begun", "took", "", "seen"], rows.collect());
    if shown.hidden > 0 {
        let _ = writeln!(text, "{} that took less time are not shown.\n", counted(shown.hidden, "step"));
    }
    text.push_str("</details>\n\n");
}

fn groups(text: &mut String, report: &Report) {
    let rows = draw::groups(report).into_iter().map(|(name, group)| {
        let told = |set: &Option<crate::estate::GroupSet>| set.as_ref().map_or_else(|| "–".into(), repeated);
        let how = group.set.as_ref().map_or_else(|| "was not set".into(), sure);
        vec![escaped(&name), told(&group.foretold), told(&group.set), escaped(&how)]
    });
    table(
        text,
        "Consumer groups: records read again",
        &["group", "foretold", "repeats", "how sure"],
        rows.collect(),
    );
}

fn guards(text: &mut String, report: &Report) {
    let rows = report.guards.iter().map(|guard| {
        let why = guard.overridden.as_deref().map(escaped).unwrap_or_default();
        vec![format!("{} {}", guard_sign(guard), escaped(&guard.name)), escaped(&guard.seen), why]
    });
    table(text, "Guards", &["guard", "seen", "overridden because"], rows.collect());
}

fn names(text: &mut String, report: &Report) {
    let values = |values: &[String]| escaped(&values.join(", "));
    let rows = report.names.iter().map(|name| {
        let sign = if name.switched { "✓" } else { "✗" };
        let seen = escaped(&name.sightings().collect::<Vec<_>>().join("; "));
        let what = format!("{sign} {}", escaped(&name.name));
        vec![what, values(&name.before), values(&name.after), format!("{} s", name.ttl), seen]
    });
    table(text, "Names", &["name", "before", "after", "TTL", "seen"], rows.collect());
}

fn ends(text: &mut String, report: &Report) {
    for (title, snapshot) in snapshots(report) {
        let sides = snapshot.sides.iter().map(|side| {
            let ends = grouped(usize::try_from(side.ends).unwrap_or_default());
            vec![escaped(&side.cluster.name), grouped(side.topics), grouped(side.partitions), ends]
        });
        let silent = snapshot.silent.iter().map(|(place, why)| {
            vec![
                escaped(&place.to_string()),
                String::new(),
                String::new(),
                format!("silent: {}", escaped(why)),
            ]
        });
        let heads = ["cluster", "topics", "partitions", "offsets together"];
        table(text, &title, &heads, sides.chain(silent).collect());
    }
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "### {title}\n");
    items.iter().for_each(|item| {
        let _ = writeln!(text, "- {}", escaped(item));
    });
    text.push('\n');
}
