//! The plan of a failover of several pairs as text: what it costs together, then each pair, wave by wave.

use super::signs;
use super::text::{about, noted, of_pair};
use crate::estate::Task;
use crate::plan::{Action, Failover, InWaves, Loss, Plan, Recipe, Step};
use crate::report::expected::Expected;
use crate::report::figures::{bound, counted};
use crate::report::run::rule;
use crate::report::table::fitted;

/// The plan, `width` characters wide.
pub(super) fn lines(plan: &Plan, several: &InWaves, expected: &Expected, width: usize) -> Vec<String> {
    let mut lines = fitted("", &title(plan, several), width);
    let head = [vec![cost(several)], signs::sentences(plan), vec![time(plan, several, expected)]];
    lines.extend(head.concat().iter().flat_map(|sentence| fitted("", sentence, width)));
    for (at, wave) in (1..).zip(&several.waves) {
        lines.push(String::new());
        lines.push(rule(&heading(several, at, wave), width));
        for failover in wave {
            lines.push(String::new());
            lines.extend(of_pair(plan, failover, expected, width));
            lines.extend(noted(&failover.notes, width));
        }
    }
    lines
}

/// What it is, in one line.
pub(super) fn title(plan: &Plan, several: &InWaves) -> String {
    let what = match plan.recipe() {
        Some(Recipe::Unplanned) => "UNPLANNED FAILOVER",
        Some(Recipe::Reprotect) => "PROTECTION",
        _ => "PLANNED FAILOVER",
    };
    let (pairs, waves) = (several.waves.iter().map(Vec::len).sum(), several.waves.len());
    let after =
        several.continues().map_or_else(String::new, |it| format!("; it goes on from run {}", it.run));
    format!(
        "{what} of {} in {}, by {}: {}{after}",
        counted(pairs, "pair"),
        counted(waves, "wave"),
        several.policy,
        several.order()
    )
}

/// `wave 1 of 2: orders, payments`.
pub(super) fn heading(several: &InWaves, at: usize, wave: &[Failover]) -> String {
    let names: Vec<String> = wave.iter().map(|failover| several.name(&failover.pair)).collect();
    format!("wave {at} of {}: {}", several.waves.len(), names.join(", "))
}

/// What would be lost of all pairs together.
pub(super) fn cost(several: &InWaves) -> String {
    let (mut sum, mut unknown, mut loses) = (0, Vec::new(), false);
    for failover in several.waves.iter().flatten() {
        match &failover.loss {
            Loss::Nothing => {}
            Loss::Seen { records, .. } => (sum, loses) = (sum + records, true),
            Loss::Unknown { .. } => {
                unknown.push(several.name(&failover.pair));
                loses = true;
            }
        }
    }
    let number = counted(usize::try_from(sum).unwrap_or_default(), "record");
    match (loses, &unknown[..]) {
        (false, _) => "Nothing will be lost.".into(),
        (true, []) if sum == 0 => {
            "Nothing is known to be lost; each pair says below what that rests on.".into()
        }
        (true, []) => {
            format!("LOST if you go on: {number} of all pairs together; each says below what that rests on.")
        }
        (true, unknown) => {
            format!("LOST if you go on: {number}, and what is not known of {}.", unknown.join(", "))
        }
    }
}

/// How long all of it takes.
pub(super) fn time(plan: &Plan, several: &InWaves, expected: &Expected) -> String {
    let length = expected.length(plan);
    let objective = several.rto.map_or_else(String::new, |rto| format!(" (RTO {})", bound(rto)));
    let is_asked = |step: &Step| matches!(step.action, Action::Task(Task::Approve { .. }));
    let asked = if plan.steps.iter().any(is_asked) { ", and as long as you take to approve" } else { "" };
    match length.open {
        Some(open) => format!(
            "Clients can work with all pairs after about {}{objective}{asked}; all is done after about {}.",
            about(open),
            about(length.total)
        ),
        None => format!("About {}.", about(length.total)),
    }
}

/// What is true once it is done.
pub(super) fn done(several: &InWaves) -> String {
    let of = |failover: &Failover| -> String {
        let (name, to) = (several.name(&failover.pair), &failover.to);
        match failover.recipe {
            Recipe::Reprotect => format!("{name} is protected again: records flow from {}.", to.cluster.name),
            _ => format!("{} ({}) is active in {name}, epoch {}.", to.cluster.name, to.side, failover.epoch),
        }
    };
    let lines: Vec<String> =
        several.waves.iter().flatten().map(|failover| format!("\n  {}", of(failover))).collect();
    let moved = several.waves.iter().flatten().all(|failover| failover.recipe != Recipe::Reprotect);
    let head = if moved { "Failover complete!" } else { "Done." };
    format!("{head}{}", lines.concat())
}
