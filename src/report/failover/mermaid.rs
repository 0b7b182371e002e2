//! The waves of a failover as a Mermaid flowchart: which wave waits for which.

use super::rows::rows;
use crate::plan::Plan;
use crate::report::expected::Expected;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The waves as a flowchart; nothing for a plan that has none.
pub fn mermaid(plan: &Plan) -> String {
    let Some(failover) = &plan.failover else { return String::new() };
    let line = plan.steps.iter().find(|step| Some(step.id) == failover.no_return).map(|step| step.wave);
    let mut text = String::from("flowchart TD\n");
    for (at, title) in (1..).zip(&failover.waves) {
        let steps: Vec<String> =
            rows(plan, at, &Expected::default()).iter().map(|row| plain(&row.what)).collect();
        let _ = writeln!(text, "  w{at}[\"<b>{at} {}</b><br/>{}\"]", plain(title), steps.join("<br/>"));
    }
    for (from, to) in edges(plan) {
        let words = if line == Some(to) { "|point of no return|" } else { "" };
        let _ = writeln!(text, "  w{from} -->{words} w{to}");
    }
    if let Some(line) = line {
        text.push_str("  classDef return stroke:#b3261e,stroke-width:2px\n");
        let _ = writeln!(text, "  class w{line} return");
    }
    text
}

/// Which wave comes after which, without what follows from the rest.
fn edges(plan: &Plan) -> Vec<(u32, u32)> {
    let wave = |at: u32| plan.steps.get(at as usize).map_or(0, |step| step.wave);
    let mut before: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for step in &plan.steps {
        let needed = step.after.iter().map(|after| wave(after.0)).filter(|needed| *needed < step.wave);
        before.entry(step.wave).or_default().extend(needed);
    }
    // By wave, all that it comes after, over others as well.
    let mut reach: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut edges = Vec::new();
    for (to, needed) in &before {
        let through: BTreeSet<u32> =
            needed.iter().filter_map(|from| reach.get(from)).flatten().copied().collect();
        edges.extend(needed.difference(&through).map(|from| (*from, *to)));
        reach.insert(*to, through.union(needed).copied().collect());
    }
    edges
}

/// A text that Mermaid takes as it is.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => plain.push_str("#quot;"),
            '<' => plain.push_str("#lt;"),
            '>' => plain.push_str("#gt;"),
            '#' => plain.push_str("#35;"),
            '&' => plain.push_str("#amp;"),
            control if control.is_control() => plain.push(' '),
            character => plain.push(character),
        }
    }
    plain
}
