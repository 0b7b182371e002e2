//! A plan as text: what it is, each change, what could not be, and the sum of it.

use super::paint::{bold, of_sign, paint, red};
use super::wrap::wrapped;
use super::{block, tail};
use crate::estate::{Address, Kind};
use crate::plan::{Plan, PlanKind};
use crate::report::entry::{Entry, entries, lost_topics, summary};
use crate::report::figures::counted;
use crate::report::sign::Sign;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How many blocks of one kind and sign are shown; the rest is counted.
const MOST_BLOCKS: usize = 40;
/// How many are shown if there are more than that.
const FIRST_BLOCKS: usize = 10;
/// The width of a log.
const DEFAULT_WIDTH: usize = 120;

/// What else a reader of a plan wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct View {
    /// How long the world took to answer; absent if it was not asked.
    pub read: Option<Duration>,
    /// How many objects were read.
    pub objects: usize,
}

/// The plan as text, as wide as the terminal.
pub fn plan(plan: &Plan, view: &View) -> String {
    let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    plan_in(plan, view, width.clamp(60, 160))
}

/// The plan as text, `width` characters wide.
pub fn plan_in(plan: &Plan, view: &View, width: usize) -> String {
    let entries = entries(plan);
    let mut lines: Vec<String> =
        wrapped("", &head(plan, &entries), width).iter().map(|line| paint(bold(), line)).collect();
    lines.push(String::new());
    if let Some(targets) = targets(plan) {
        lines.extend([targets, String::new()]);
    }
    lines.extend(blocks(&entries, width));
    lines.extend(tail::lines(plan, width));
    if let Some(danger) = danger(plan) {
        lines.extend([paint(red(), &danger), String::new()]);
    }
    if !plan.is_empty() || !plan.deferred.is_empty() || !plan.refused.is_empty() {
        lines.push(sum(plan, view));
    } else if let Some(read) = read(view) {
        lines.push(read);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// The first line: what this is.
fn head(plan: &Plan, entries: &[Entry<'_>]) -> String {
    let active = active_sides(plan);
    if !plan.is_empty() {
        let will = if plan.is_applicable() { "will" } else { "would" };
        let verb = match plan.kind {
            PlanKind::Apply => format!("leeward {will} change"),
            PlanKind::Destroy => format!("leeward {will} take down"),
            PlanKind::Offsets => format!("leeward {will} set the positions of groups for"),
            PlanKind::Abort => format!("leeward {will} take back what a run did to"),
            PlanKind::Failover => format!("leeward {will} change"),
        };
        let places = places(entries);
        return format!("{verb} {}{places}.{active}", counted(changed(entries), "thing"));
    }
    match (plan.deferred.is_empty(), plan.refused.is_empty()) {
        (_, false) if plan.kind == PlanKind::Offsets => format!("No group can be set.{active}"),
        (_, false) => format!("Nothing can be changed: what the estate asks for is not possible.{active}"),
        (false, true) => format!("No changes in what could be read.{active}"),
        (true, true) if plan.kind == PlanKind::Destroy => {
            "Nothing to destroy: leeward owns nothing here.".into()
        }
        (true, true) if plan.kind == PlanKind::Offsets => {
            format!("No changes. Every group stands where it should.{active}")
        }
        (true, true) => format!("No changes. The world matches the estate.{active}"),
    }
}

fn changed(entries: &[Entry<'_>]) -> usize {
    entries.iter().map(|entry| entry.address).collect::<BTreeSet<_>>().len()
}

/// ` on 2 clusters and 1 DNS zone`.
fn places(entries: &[Entry<'_>]) -> String {
    let objects = entries.iter().flat_map(|entry| &entry.items).map(|item| &item.object.place);
    let places: BTreeSet<&Address> = objects.collect();
    let count = |kind| places.iter().filter(|place| place.kind == kind).count();
    let counts = [
        (count(Kind::Cluster), "cluster"),
        (count(Kind::Connect), "Connect cluster"),
        (count(Kind::Dns), "DNS service"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun)).collect();
    match counts.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" on {last}"),
        Some((last, first)) => format!(" on {} and {last}", first.join(", ")),
    }
}

/// ` Active sides: orders → primary (hangzhou).`
fn active_sides(plan: &Plan) -> String {
    let told = |(pair, active): (&Address, &crate::plan::ActiveSide)| {
        let name = pair.to_string().replacen("pair.", "", 1);
        format!("{name} → {} ({})", active.side, active.cluster.name)
    };
    match plan.active.len() {
        0 => String::new(),
        1 => format!(" Active side: {}.", plan.active.iter().map(told).collect::<String>()),
        _ => format!(" Active sides: {}.", plan.active.iter().map(told).collect::<Vec<_>>().join(", ")),
    }
}

fn targets(plan: &Plan) -> Option<String> {
    let targets: Vec<String> = plan.targets.iter().map(ToString::to_string).collect();
    (!targets.is_empty()).then(|| {
        format!("Only {} and what belongs to it: the rest of the estate was left out.", targets.join(", "))
    })
}

/// The blocks of all changes; of many alike the first ones, and the number of the others.
fn blocks(entries: &[Entry<'_>], width: usize) -> Vec<String> {
    let mut alike: BTreeMap<(Kind, Sign), usize> = BTreeMap::new();
    for entry in entries {
        *alike.entry((entry.address.kind, entry.sign)).or_default() += 1;
    }
    let mut shown: BTreeMap<(Kind, Sign), usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for entry in entries {
        let key = (entry.address.kind, entry.sign);
        let (all, so_far) = (alike[&key], shown.entry(key).or_default());
        *so_far += 1;
        if all <= MOST_BLOCKS || *so_far <= FIRST_BLOCKS {
            lines.extend(block::lines(entry, width));
            lines.push(String::new());
        } else if *so_far == all {
            lines.extend([more(key, all - FIRST_BLOCKS, entry.address), String::new()]);
        }
    }
    lines
}

fn more((kind, sign): (Kind, Sign), number: usize, last: &Address) -> String {
    let sign_text = paint(of_sign(sign), sign.as_str());
    let noun = format!("more {kind}");
    format!(
        "  {sign_text} … {} to {}, up to {last}; -json shows them all",
        counted(number, &noun),
        sign.verb()
    )
}

/// Records that go stand alone.
fn danger(plan: &Plan) -> Option<String> {
    let lost = lost_topics(plan);
    let first: Vec<String> = lost.iter().take(5).map(ToString::to_string).collect();
    let more = if lost.len() > 5 { format!(" and {} more", lost.len() - 5) } else { String::new() };
    (!lost.is_empty()).then(|| {
        format!(
            "This deletes {} WITH ALL RECORDS: {}{more}.",
            counted(lost.len(), "topic"),
            first.join(", ").replace("topic ", "")
        )
    })
}

fn sum(plan: &Plan, view: &View) -> String {
    let sentence = paint(bold(), &summary(plan).sentence());
    match read(view) {
        Some(read) => format!("{sentence}   {read}"),
        None => sentence,
    }
}

fn read(view: &View) -> Option<String> {
    let seconds = view.read?.as_secs_f64();
    Some(format!("({} read in {seconds:.1} s)", counted(view.objects, "object")))
}
