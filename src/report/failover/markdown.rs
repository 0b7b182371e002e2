//! The plan of a failover as Markdown, for a comment on a pull request.

use super::rows::{rows, shown};
use super::text::{cost, repeated, sure, time, title};
use crate::plan::{Failover, Plan, Verdict};
use crate::report::expected::Expected;
use crate::report::figures::counted;
use crate::report::markdown::{code, escaped};
use std::fmt::Write as _;

/// The plan as Markdown: the cost first, groups and guards as tables, the steps folded.
pub fn markdown(plan: &Plan, expected: &Expected) -> String {
    let Some(failover) = &plan.failover else { return String::new() };
    let mut text = format!("### {}\n\n", escaped(&title(failover)));
    for sentence in cost(failover).lines() {
        let _ = writeln!(text, "{}\n", escaped(sentence));
    }
    let _ = writeln!(text, "{}\n", escaped(&time(plan, failover, expected.length(plan))));
    guards(&mut text, failover);
    for refused in &plan.refused {
        let _ = writeln!(text, "- ✗ {}: {}", escaped(&refused.object.to_string()), escaped(&refused.reason));
    }
    if !failover.groups.is_empty() {
        text.push_str("\n| group | repeated | how sure |\n| --- | ---: | --- |\n");
    }
    for group in &failover.groups {
        let _ =
            writeln!(text, "| {} | {} | {} |", escaped(&group.group), repeated(group), escaped(&sure(group)));
    }
    for note in &failover.notes {
        let _ = writeln!(text, "\n> {}", escaped(note));
    }
    waves(&mut text, plan, failover, expected);
    let _ = writeln!(text, "<sub>plan {} · read {}</sub>", code(plan.short_id()), plan.based_on.observed_at);
    text
}

fn guards(text: &mut String, failover: &Failover) {
    let fails: Vec<_> = failover.guards.iter().filter(|guard| guard.verdict != Verdict::Holds).collect();
    let holds = failover.guards.len() - fails.len();
    let _ = writeln!(text, "Guards: {holds} of {} hold.\n", failover.guards.len());
    if fails.is_empty() {
        return;
    }
    text.push_str("| guard | seen | |\n| --- | --- | --- |\n");
    for guard in fails {
        let sign = if guard.verdict == Verdict::Fails { "✗" } else { "?" };
        let way = match &guard.overridden {
            Some(reason) => format!("overridden: {}", escaped(reason)),
            None => code(&format!("-override {}=\"why\"", guard.name)),
        };
        let _ = writeln!(text, "| {sign} {} | {} | {way} |", escaped(&guard.name), escaped(&guard.seen));
    }
    text.push('\n');
}

fn waves(text: &mut String, plan: &Plan, failover: &Failover, expected: &Expected) {
    let line = plan.steps.iter().find(|step| Some(step.id) == failover.no_return).map(|step| step.wave);
    let number = counted(failover.waves.len(), "wave");
    let _ =
        writeln!(text, "\n<details><summary>{} in {number}</summary>\n", counted(plan.steps.len(), "step"));
    text.push_str("| wave | step | takes | undo |\n| ---: | --- | --- | --- |\n");
    for (at, _) in (1..).zip(&failover.waves) {
        if line == Some(at) {
            text.push_str("| | **point of no return** | | |\n");
        }
        for row in rows(plan, at, expected) {
            let _ = writeln!(
                text,
                "| {at} | {} | {} | {} |",
                escaped(&row.what),
                escaped(&shown(row.takes)),
                row.undo
            );
        }
    }
    text.push_str("\n</details>\n\n");
}
