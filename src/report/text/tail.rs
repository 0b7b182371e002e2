//! What a plan says beside its changes: what is as declared, could not be read, can't be done, and the findings.

use super::paint::{bold, dim, of_severity, paint, red, yellow};
use super::wrap::wrapped;
use crate::estate::{Address, Kind, What};
use crate::plan::{Deferred, Finding, Plan, Refusal};
use crate::report::figures::{counted, grouped};
use std::collections::{BTreeMap, BTreeSet};

/// How many alike are named before the rest is counted.
const MOST_NAMES: usize = 3;
/// How many findings of one code are shown before the rest is counted.
const MOST_FINDINGS: usize = 10;

/// The paragraphs behind the changes, each followed by an empty line.
pub(super) fn lines(plan: &Plan, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(standing(plan));
    lines.extend(deferred(plan, width));
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(refused(&plan.refused, width));
    lines.extend(findings(&plan.findings, width));
    lines
}

fn standing(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if !plan.unchanged.is_empty() {
        let are = if plan.unchanged.len() == 1 { "is" } else { "are" };
        lines.push(format!("  {} {are} as declared.", counted(plan.unchanged.len(), "resource")));
    }
    let gone = plan.forgotten.len();
    if gone > 0 {
        let text = format!("  {} no longer owned, for it is gone or has moved.", counted(gone, "object"));
        lines.push(if gone == 1 { text } else { text.replace("it is gone or has", "they are gone or have") });
    }
    lines
}

/// What could not be read, with what is alike in one line: a dead cluster is said once.
fn deferred(plan: &Plan, width: usize) -> Vec<String> {
    if plan.deferred.is_empty() {
        return Vec::new();
    }
    let mut alike: BTreeMap<(&Address, String), Vec<&Deferred>> = BTreeMap::new();
    for deferred in &plan.deferred {
        alike.entry((&deferred.object.place, deferred.fault.to_string())).or_default().push(deferred);
    }
    let resources: BTreeSet<&Address> = plan.deferred.iter().map(|deferred| &deferred.address).collect();
    let number = counted(resources.len(), "resource");
    let mut lines =
        vec![format!("  {number} can't be read in full or must wait; what can't be seen is left as it is:")];
    for ((place, fault), members) in alike {
        let text = format!("{} on {}: {fault}", names(&members), place.name);
        let sign = paint(yellow(), "?");
        lines.extend(signed("  ? ", &format!("  {sign} "), &text, width));
    }
    lines
}

/// The resources of one line: of each kind the first ones, and the number of the others.
fn names(members: &[&Deferred]) -> String {
    let mut kinds: BTreeMap<Kind, BTreeMap<&Address, Vec<&str>>> = BTreeMap::new();
    for deferred in members {
        let resources = kinds.entry(deferred.address.kind).or_default();
        let connectors = resources.entry(&deferred.address).or_default();
        if let What::Connector(name) = &deferred.object.what {
            connectors.push(name);
        }
    }
    let names = kinds.into_iter().map(|(kind, resources)| {
        let all = resources.len();
        let first = resources.into_iter().take(MOST_NAMES).map(|(address, connectors)| {
            let noun = if connectors.len() == 1 { "connector" } else { "connectors" };
            match connectors.len() {
                0 => address.to_string(),
                _ => format!("{address} ({noun} {})", connectors.join(", ")),
            }
        });
        let names = first.collect::<Vec<_>>().join(", ");
        match all - all.min(MOST_NAMES) {
            0 => names,
            more => format!("{names} and {}", counted(more, &format!("more {kind}"))),
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Wraps a text behind a sign; the painted lead is as wide as the plain one.
fn signed(plain: &str, painted: &str, text: &str, width: usize) -> Vec<String> {
    let mut lines = wrapped(plain, text, width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(plain, painted, 1);
    }
    lines
}

fn refused(refused: &[Refusal], width: usize) -> Vec<String> {
    if refused.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![paint(bold(), "Not possible, and nothing can be applied before it is settled:")];
    for refusal in refused {
        let place = refusal.position.as_ref().map(|position| format!(" ({position})")).unwrap_or_default();
        let text = format!("{} on {}: {}{place}", refusal.address, refusal.object.place.name, refusal.reason);
        lines.extend(signed("  ✗ ", &format!("  {} ", paint(red(), "✗")), &text, width));
    }
    lines.push(String::new());
    lines
}

/// The paragraph of findings, the worst first; empty if there are none.
pub(in crate::report) fn findings(findings: &[Finding], width: usize) -> Vec<String> {
    if findings.is_empty() {
        return Vec::new();
    }
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| (finding.ignored.is_some(), finding.severity));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = vec![paint(bold(), "Findings")];
    for finding in sorted {
        let so_far = seen.entry(&finding.code).or_default();
        *so_far += 1;
        if *so_far <= MOST_FINDINGS {
            lines.extend(one(finding, width));
        }
    }
    for (code, number) in seen.into_iter().filter(|(_, number)| *number > MOST_FINDINGS) {
        lines.push(format!("    … {} more of {code}; -json shows them all", grouped(number - MOST_FINDINGS)));
    }
    lines.push(String::new());
    lines
}

fn one(finding: &Finding, width: usize) -> Vec<String> {
    let Finding { code, severity, message, .. } = finding;
    let about = finding.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
    let place = finding.position.as_ref().map(|position| format!(" ({position})")).unwrap_or_default();
    let ignored = finding.ignored.as_ref().map(|why| format!(" (ignored: {why})")).unwrap_or_default();
    let text = format!("{about}{message}{ignored}{place}");
    let plain = format!("  ! {code} {severity}  ");
    let style = of_severity(*severity);
    let painted = format!("  {} {code} {}  ", paint(style, "!"), paint(style, &severity.to_string()));
    let mut lines = signed(&plain, &painted, &text, width);
    if let (Some(help), None) = (&finding.help, &finding.ignored) {
        lines.extend(wrapped("      → ", help, width).into_iter().map(|line| paint(dim(), &line)));
    }
    lines
}
