//! The plan of a failover as Markdown, for a comment on a pull request.

use super::rows::{rows, shown};
use super::text::{cost, repeated, sure, time, title};
use super::{several, signs};
use crate::plan::{Failover, Plan, Verdict};
use crate::report::expected::Expected;
use crate::report::figures::counted;
use crate::report::markdown::{code, escaped};
use std::fmt::Write as _;

/// The plan as Markdown: the cost first, groups and guards as tables, the steps folded.
pub fn markdown(plan: &Plan, expected: &Expected) -> String {
    let mut text = String::new();
    match (&plan.failover, &plan.in_waves) {
        (Some(failover), _) => {
            head(&mut text, plan, failover, expected);
            refused(&mut text, plan);
            rest(&mut text, plan, failover, expected);
        }
        (None, Some(several)) => {
            let _ = writeln!(text, "### {}\n", escaped(&several::title(plan, several)));
            let _ = writeln!(text, "{}\n", escaped(&several::cost(several)));
            told_of_signs(&mut text, plan);
            let _ = writeln!(text, "{}\n", escaped(&several::time(plan, several, expected)));
            refused(&mut text, plan);
            for note in &several.notes {
                let _ = writeln!(text, "> {}\n", escaped(note));
            }
            for (at, wave) in (1..).zip(&several.waves) {
                let _ = writeln!(text, "## {}\n", escaped(&several::heading(several, at, wave)));
                for failover in wave {
                    head(&mut text, plan, failover, expected);
                    rest(&mut text, plan, failover, expected);
                }
            }
        }
        (None, None) => return text,
    }
    let _ = writeln!(text, "<sub>plan {} · read {}</sub>", code(plan.short_id()), plan.based_on.observed_at);
    text
}

fn head(text: &mut String, plan: &Plan, failover: &Failover, expected: &Expected) {
    let _ = writeln!(text, "### {}\n", escaped(&title(failover)));
    for sentence in cost(failover).lines() {
        let _ = writeln!(text, "{}\n", escaped(sentence));
    }
    if plan.in_waves.is_none() {
        told_of_signs(text, plan);
    }
    let _ = writeln!(text, "{}\n", escaped(&time(plan, failover, expected.length_of(plan, failover))));
    guards(text, failover, &plan.prefix(&failover.pair));
}

fn told_of_signs(text: &mut String, plan: &Plan) {
    for sentence in signs::sentences(plan) {
        let _ = writeln!(text, "{}\n", escaped(&sentence));
    }
}

fn refused(text: &mut String, plan: &Plan) {
    for refused in &plan.refused {
        let _ = writeln!(text, "- ✗ {}: {}", escaped(&refused.object.to_string()), escaped(&refused.reason));
    }
}

fn rest(text: &mut String, plan: &Plan, failover: &Failover, expected: &Expected) {
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
    waves(text, plan, failover, expected);
}

fn guards(text: &mut String, failover: &Failover, prefix: &str) {
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
            None => code(&format!("-override {prefix}{}=\"why\"", guard.name)),
        };
        let _ = writeln!(text, "| {sign} {} | {} | {way} |", escaped(&guard.name), escaped(&guard.seen));
    }
    text.push('\n');
}

fn waves(text: &mut String, plan: &Plan, failover: &Failover, expected: &Expected) {
    let line = plan.steps.iter().find(|step| Some(step.id) == failover.no_return).map(|step| step.wave);
    let parts = if plan.in_waves.is_some() { "part" } else { "wave" };
    let number = counted(failover.waves.len(), parts);
    let _ = writeln!(
        text,
        "\n<details><summary>{} in {number}</summary>\n",
        counted(plan.steps_of(failover).count(), "step")
    );
    let word = if plan.in_waves.is_some() { "part" } else { "wave" };
    let _ = write!(text, "| {word} | step | takes | undo |\n| ---: | --- | --- | --- |\n");
    for (at, _) in failover.numbered() {
        let number = at - failover.before;
        if line == Some(at) {
            text.push_str("| | **point of no return** | | |\n");
        }
        for row in rows(plan, at, expected) {
            let _ = writeln!(
                text,
                "| {number} | {} | {} | {} |",
                escaped(&row.what),
                escaped(&shown(row.takes)),
                row.undo
            );
        }
    }
    text.push_str("\n</details>\n\n");
}
