//! The waves of a failover as a Mermaid flowchart: which wave waits for which.

use super::rows::rows;
use crate::plan::{Failover, Plan};
use crate::report::expected::Expected;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The waves as a flowchart, those of each of several pairs in a box; nothing for a plan that has none.
pub fn mermaid(plan: &Plan) -> String {
    if plan.recipe().is_none() {
        return String::new();
    }
    let lines = plan.failovers().filter_map(|failover| plan.steps.get(failover.no_return?.0 as usize));
    let lines: BTreeSet<u32> = lines.map(|step| step.wave).collect();
    let mut text = String::from("flowchart TD\n");
    if let Some(failover) = &plan.failover {
        boxes(&mut text, plan, failover, "  ");
    }
    for (at, wave) in plan.in_waves.iter().flat_map(|several| (1..).zip(&several.waves)) {
        for failover in wave {
            let name = plain(plan.prefix(&failover.pair).trim_end_matches('/'));
            let _ = writeln!(text, "  subgraph p{}[\"wave {at}: {name}\"]", failover.before);
            boxes(&mut text, plan, failover, "    ");
            text.push_str("  end\n");
        }
    }
    for (from, to) in edges(plan) {
        let words = if lines.contains(&to) { "|point of no return|" } else { "" };
        let _ = writeln!(text, "  w{from} -->{words} w{to}");
    }
    if !lines.is_empty() {
        text.push_str("  classDef return stroke:#b3261e,stroke-width:2px\n");
        let lines: Vec<String> = lines.iter().map(|line| format!("w{line}")).collect();
        let _ = writeln!(text, "  class {} return", lines.join(","));
    }
    text
}

fn boxes(text: &mut String, plan: &Plan, failover: &Failover, indent: &str) {
    for (at, title) in failover.numbered() {
        let steps: Vec<String> =
            rows(plan, at, &Expected::default()).iter().map(|row| plain(&row.what)).collect();
        let (number, title) = (at - failover.before, plain(title));
        let _ = writeln!(text, "{indent}w{at}[\"<b>{number} {title}</b><br/>{}\"]", steps.join("<br/>"));
    }
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
