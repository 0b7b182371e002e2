//! The plan of a failover as text.

use super::rows::{Row, rows, shown};
use super::{several, signs};
use crate::estate::{GroupSet, Task};
use crate::plan::{Action, Emptied, Failover, Guard, Loss, Plan, Recipe, Step, Verdict};
use crate::report::expected::{Expected, Length};
use crate::report::figures::{bound, counted, grouped, lasted, took};
use crate::report::run::rule;
use crate::report::table::{Columns, fitted};

/// The width of a log.
const DEFAULT_WIDTH: usize = 100;
const TAKES: usize = 18;
const UNDO: usize = 13;
/// The indent of a step: behind the number of its wave.
const STEP: usize = 6;

/// The plan of a failover: what it is and what it costs, the steps in their waves, what groups read again, the guards.
pub fn text(plan: &Plan, expected: &Expected) -> String {
    let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    text_in(plan, expected, width.clamp(60, 120))
}

/// The same, `width` characters wide.
pub fn text_in(plan: &Plan, expected: &Expected, width: usize) -> String {
    let mut lines = match (&plan.failover, &plan.in_waves) {
        (Some(failover), _) => of_pair(plan, failover, expected, width),
        (None, Some(several)) => several::lines(plan, several, expected, width),
        (None, None) => return String::new(),
    };
    let notes = match &plan.in_waves {
        Some(several) => several.notes.as_slice(),
        None => plan.failover.as_ref().map(|failover| failover.notes.as_slice()).unwrap_or_default(),
    };
    for refused in &plan.refused {
        lines.extend(fitted("  ✗ ", &format!("{}: {}", refused.object, refused.reason), width));
    }
    lines.extend(noted(notes, width));
    lines.join("\n") + "\n"
}

/// What is planned for one pair, but for its notes.
pub(super) fn of_pair(plan: &Plan, failover: &Failover, expected: &Expected, width: usize) -> Vec<String> {
    let mut lines = fitted("", &title(failover), width);
    for sentence in cost(failover).lines() {
        lines.extend(fitted("", sentence, width));
    }
    if plan.in_waves.is_none() {
        lines.extend(signs::sentences(plan).iter().flat_map(|sentence| fitted("", sentence, width)));
    }
    lines.extend(fitted("", &time(plan, failover, expected.length_of(plan, failover)), width));
    lines.push(String::new());
    lines.extend(waves(plan, failover, expected, width));
    lines.extend(groups(&failover.groups));
    lines.push(String::new());
    lines.extend(guards(failover, &plan.prefix(&failover.pair), width));
    lines
}

pub(super) fn noted(notes: &[String], width: usize) -> Vec<String> {
    let lines = notes.iter().flat_map(|note| fitted("  note: ", note, width));
    std::iter::once(String::new()).filter(|_| !notes.is_empty()).chain(lines).collect()
}

/// What is true once a failover is done.
pub fn done(plan: &Plan) -> String {
    if let Some(several) = &plan.in_waves {
        return several::done(several);
    }
    let Some(failover) = &plan.failover else { return "Done.".into() };
    let (pair, to) = (&failover.pair, &failover.to);
    match failover.recipe {
        Recipe::Planned | Recipe::Unplanned => format!(
            "Failover complete! {} ({}) is active in {pair}, epoch {}.",
            to.cluster.name, to.side, failover.epoch
        ),
        Recipe::Drill => format!("The drill of {pair} is over, and nothing of it is left."),
        Recipe::Reprotect => format!("{pair} is protected again: records flow from {}.", to.cluster.name),
        Recipe::Rebuild => {
            format!("{pair} is protected again: all was carried anew from {}.", to.cluster.name)
        }
    }
}

/// The guards that stop it, by names that no two have.
pub fn stops(plan: &Plan) -> Vec<Guard> {
    plan.guards().filter(Guard::stops).collect()
}

/// What it is, in one line.
pub(super) fn title(failover: &Failover) -> String {
    let Failover { pair, from, to, epoch, .. } = failover;
    let way = format!("{} ({}) → {} ({})", from.cluster.name, from.side, to.cluster.name, to.side);
    let name = &pair.name;
    match failover.recipe {
        Recipe::Planned => {
            format!("PLANNED FAILOVER of pair {name}: {way}, epoch {} → {epoch}", epoch.saturating_sub(1))
        }
        Recipe::Unplanned => {
            let after = failover
                .continues
                .as_ref()
                .map_or_else(String::new, |it| format!("; it goes on from run {}", it.run));
            format!(
                "UNPLANNED FAILOVER of pair {name}: {way}, epoch {} → {epoch}; {} is taken for dead{after}",
                epoch.saturating_sub(1),
                from.cluster.name
            )
        }
        Recipe::Drill => format!("DRILL of pair {name}: {way}"),
        Recipe::Reprotect => {
            format!("PROTECT pair {name} again: {} mirrors to the other side", to.cluster.name)
        }
        Recipe::Rebuild => {
            let standby = failover.emptied.as_ref().map_or("the standby", |it| &it.cluster.name);
            format!(
                "REBUILD {standby} of pair {name}: it is emptied, and all is carried anew from {}",
                to.cluster.name
            )
        }
    }
}

/// What would be lost.
pub(super) fn cost(failover: &Failover) -> String {
    if failover.recipe == Recipe::Drill {
        return "No group, topic or name that clients use is touched, and nothing of it stays.".into();
    }
    if let Some(emptied) = &failover.emptied {
        return deleted(emptied, &failover.to.cluster.name);
    }
    let cluster = &failover.from.cluster.name;
    let warning = format!(
        "leeward can't know that {cluster} is dead. If it is alive and cut off from here, its clients go on writing there."
    );
    let is_fenced = failover.continues.as_ref().is_some_and(|it| it.is_fenced);
    match &failover.loss {
        Loss::Nothing => "Nothing will be lost.".into(),
        Loss::Seen { records: 0, .. } if is_fenced => {
            format!(
                "Nothing will be lost: {cluster} took nothing more once it was fenced, and all was handed on."
            )
        }
        Loss::Seen { records, age, .. } if is_fenced => format!(
            "LOST if you go on: {} that {cluster} held when it was fenced, {} ago, and had not handed on. It took nothing more.",
            counted(usize::try_from(*records).unwrap_or_default(), "record"),
            lasted(*age as f64)
        ),
        Loss::Seen { records, millis, age } => {
            let span = millis
                .map_or_else(String::new, |millis| format!(", the oldest of them {} old then", took(millis)));
            let age = lasted(*age as f64);
            let number = counted(usize::try_from(*records).unwrap_or_default(), "record");
            match records {
                0 => format!(
                    "Nothing is known to be lost: all was handed on when {cluster} was last seen, {age} ago. What it \
                     took later is lost.\n{warning}"
                ),
                _ => format!(
                    "LOST if you go on: {number} that {cluster} held and had not handed on when it was last seen, \
                     {age} ago{span}.\n{warning}"
                ),
            }
        }
        Loss::Unknown { heartbeat_age } => {
            let since = heartbeat_age.map_or_else(
                || "no heartbeat has ever crossed".to_owned(),
                |age| format!("the last heartbeat that crossed was sent {} ago", took(age)),
            );
            format!(
                "LOST if you go on: unknown, for where {cluster} ended was never seen; {since}.\n{warning}"
            )
        }
    }
}

/// What is deleted on a standby: the largest topics by name.
fn deleted(emptied: &Emptied, active: &str) -> String {
    const NAMED: usize = 3;
    let Emptied { cluster, topics, only_there } = emptied;
    let untouched = format!("{active} is not touched.");
    if topics.is_empty() {
        return format!("Nothing is deleted: {} holds none of the pair's topics.\n{untouched}", cluster.name);
    }
    let number = |records: i64| counted(usize::try_from(records).unwrap_or_default(), "record");
    let mut known: Vec<(&String, i64)> =
        topics.iter().map(|(name, it)| (name, it.unwrap_or_default())).collect();
    known.sort_by_key(|(name, records)| (std::cmp::Reverse(*records), *name));
    let all = number(known.iter().map(|(_, records)| records).sum());
    let first = known.iter().take(NAMED).map(|(name, records)| format!("{name} ({})", number(*records)));
    let first = first.collect::<Vec<_>>().join(", ");
    let rest = known.len().saturating_sub(NAMED);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let alone = match only_there {
        Some(0) => String::new(),
        Some(1) => " 1 of them stands there alone.".to_owned(),
        Some(alone) => {
            format!(" {} of them stand there alone.", grouped(usize::try_from(*alone).unwrap_or_default()))
        }
        None => " How many of them stand there alone is not known.".to_owned(),
    };
    format!(
        "DELETED on {} if you go on: {}, at most {all}: {first}{rest}.{alone}\n{untouched}",
        cluster.name,
        counted(topics.len(), "topic")
    )
}

/// `12 s`: no more is known before.
pub(super) fn about(millis: i64) -> String {
    took((millis.max(1_000) + 500) / 1_000 * 1_000).replace(".0 s", " s")
}

/// How long it takes, and how long clients can't write.
pub(super) fn time(plan: &Plan, failover: &Failover, length: Length) -> String {
    let objectives: Vec<String> = [("RTO", failover.rto), ("RPO", failover.rpo)]
        .into_iter()
        .filter_map(|(name, seconds)| Some(format!("{name} {}", bound(seconds?))))
        .collect();
    let objectives =
        if objectives.is_empty() { String::new() } else { format!(" ({})", objectives.join(", ")) };
    let is_asked = |step: &Step| matches!(step.action, Action::Task(Task::Approve { .. }));
    let asked =
        if plan.steps_of(failover).any(is_asked) { ", and as long as you take to approve" } else { "" };
    match (failover.recipe, length.closed) {
        (Recipe::Planned, Some(closed)) => format!(
            "About {}, of which clients can't write for about {}{objectives}{asked}.",
            about(length.total),
            about(closed)
        ),
        (Recipe::Unplanned, Some(open)) => format!(
            "Clients can write after about {}{objectives}{asked}; all is done after about {}.",
            about(open),
            about(length.total)
        ),
        _ => format!("About {}.", about(length.total)),
    }
}

/// The steps by wave; many of one sort are told as one.
fn waves(plan: &Plan, failover: &Failover, expected: &Expected, width: usize) -> Vec<String> {
    let room = width.saturating_sub(STEP + TAKES + UNDO + 4);
    // Of several pairs the waves are theirs.
    let word = if plan.in_waves.is_some() { "part" } else { "wave" };
    let mut lines = vec![format!("{word}  {:<room$}  {:<TAKES$}  undo", "step", "takes")];
    let line = plan.steps.iter().find(|step| Some(step.id) == failover.no_return).map(|step| step.wave);
    let mut flushes = false;
    for (at, title) in failover.numbered() {
        if line == Some(at) {
            lines.push(rule("point of no return", width));
        }
        let number = at - failover.before;
        let rows = rows(plan, at, expected);
        flushes |= rows.iter().any(|row| shown(row.takes).contains("flush"));
        if rows.is_empty() {
            lines.push(format!("{number:>4}  {title}"));
        }
        for (index, row) in rows.iter().enumerate() {
            let number = if index == 0 { format!("{number:>4}") } else { "    ".into() };
            lines.extend(row_lines(&number, row, room));
        }
    }
    lines.extend(fitted("      ", &foot(expected, flushes), width));
    lines
}

fn row_lines(number: &str, row: &Row, room: usize) -> Vec<String> {
    let mut what = fitted("", &row.what, room).into_iter();
    let first = what.next().unwrap_or_default();
    let pad = room.saturating_sub(first.chars().count());
    let head = format!("{number}  {first}{:pad$}  {:<TAKES$}  {}", "", shown(row.takes), row.undo);
    let rest = what.map(|line| format!("{:STEP$}{line}", ""));
    std::iter::once(head.trim_end().to_owned()).chain(rest).collect()
}

fn foot(expected: &Expected, flushes: bool) -> String {
    let from = match expected.runs {
        0 => "times as measured on small clusters; your own runs will tell better".to_owned(),
        runs => format!("times are medians of {}", counted(runs, "earlier run")),
    };
    let flush =
        if flushes { "; flush: up to offset.flush.interval.ms of the Connect workers more" } else { "" };
    format!("({from}{flush})")
}

fn groups(groups: &[GroupSet]) -> Vec<String> {
    if groups.is_empty() {
        return Vec::new();
    }
    let mut columns = Columns::new(&["group", ">repeated", "how sure"]);
    for group in groups {
        columns.row([group.group.clone(), repeated(group), sure(group)]);
    }
    std::iter::once(String::new()).chain(columns.lines(2).lines().map(str::to_owned)).collect()
}

/// `0`, `18`, `≤ 18`, `4 to 18`, `?`.
pub(in crate::report) fn repeated(group: &GroupSet) -> String {
    let shown = |records: i64| grouped(usize::try_from(records).unwrap_or_default());
    match (group.repeated_at_least, group.repeated_at_most) {
        _ if group.partitions == 0 || group.unknown > 0 => "?".into(),
        (least, most) if least == most => shown(most),
        (0, most) => format!("≤ {}", shown(most)),
        (least, most) => format!("{} to {}", shown(least), shown(most)),
    }
}

/// In how many partitions it goes on at the true position, or why it is left as it is; in how many it begins anew, and in how many
/// nobody knows.
pub(in crate::report) fn sure(group: &GroupSet) -> String {
    let (known, total) = (known(group), group.partitions + group.unknown);
    let open = [(group.from_first, "from the first record in"), (group.unknown, "unknown in")];
    let open: Vec<String> = (open.into_iter().filter(|(partitions, _)| *partitions > 0))
        .map(|(partitions, what)| format!("{what} {partitions}"))
        .collect();
    if group.partitions == 0 || open.is_empty() {
        return known;
    }
    format!("{known}, {} of {total}", open.join(" and "))
}

fn known(group: &GroupSet) -> String {
    match &group.left {
        Some(why) => format!("left as it is: {why}"),
        None if let Some(age) = group.checkpoint_age_seconds => {
            format!("by checkpoints of {} ago", lasted(age as f64))
        }
        None if group.partitions == 0 => "where it stood is not known".into(),
        None if group.exact == group.partitions => {
            format!("exact in {}", counted(group.partitions, "partition"))
        }
        None => format!("exact in {} of {}", group.exact, counted(group.partitions, "partition")),
    }
}

fn guards(failover: &Failover, prefix: &str, width: usize) -> Vec<String> {
    let guards = &failover.guards;
    // A drill tells how the guards of a failover stand, and none of them stops it.
    let is_drill = failover.recipe == Recipe::Drill;
    let of = if is_drill { " of a planned failover, as things stand now" } else { "" };
    let fails = guards.iter().filter(|guard| guard.verdict != Verdict::Holds).count();
    let mut lines = vec![match fails {
        0 => format!("Guards{of}: all {} hold", guards.len()),
        1 => format!("Guards{of}: {} hold, 1 does not", guards.len() - 1),
        _ => format!("Guards{of}: {} hold, {fails} do not", guards.len() - fails),
    }];
    for guard in guards.iter().filter(|guard| guard.verdict != Verdict::Holds) {
        let sign = if guard.verdict == Verdict::Fails { "✗" } else { "?" };
        lines.extend(fitted(&format!("  {sign} {}   ", guard.name), &guard.seen, width));
        match &guard.overridden {
            Some(reason) => lines.extend(fitted("      ", &format!("overridden: {reason}"), width)),
            None if is_drill => {}
            None => lines.push(format!("      -override {prefix}{}=\"why\"", guard.name)),
        }
    }
    lines
}
