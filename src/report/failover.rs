//! The plan of a failover, for people.

use super::figures::{counted, grouped};
use super::table::Columns;
use crate::estate::GroupSet;
use crate::plan::{Action, Failover, Guard, Loss, Plan, Recipe, Step, Undo, Verdict};
use std::collections::BTreeMap;

/// The plan of a failover: what it is and what it costs, the steps in their waves, what groups read again, the guards.
pub fn text(plan: &Plan) -> String {
    let Some(failover) = &plan.failover else { return String::new() };
    let mut text = format!("{}\n{}\n\n", title(failover), cost(failover));
    text += &waves(plan, failover);
    if !failover.groups.is_empty() {
        text += &format!("\n{}", groups(&failover.groups));
    }
    let drill = failover.recipe == Recipe::Drill;
    let of = if drill { " of a planned failover, as things stand now" } else { "" };
    text += &format!("\n{}", guards(&failover.guards, of));
    for refused in &plan.refused {
        text += &format!("  ✗ {}: {}\n", refused.object, refused.reason);
    }
    if !failover.notes.is_empty() {
        text += "\n";
        failover.notes.iter().for_each(|note| text += &format!("  note: {note}\n"));
    }
    text
}

/// What is true once a failover is done.
pub fn done(plan: &Plan) -> String {
    let Some(failover) = &plan.failover else { return "Done.".into() };
    let (pair, to) = (&failover.pair, &failover.to);
    match failover.recipe {
        Recipe::Planned | Recipe::Unplanned => format!(
            "Failover complete! {} ({}) is active in {pair}, epoch {}.",
            to.cluster.name, to.side, failover.epoch
        ),
        Recipe::Drill => format!("The drill of {pair} is over, and nothing of it is left."),
        Recipe::Reprotect => format!("{pair} is protected again: records flow from {}.", to.cluster.name),
    }
}

/// The guards that stop it.
pub fn stops(plan: &Plan) -> Vec<&Guard> {
    plan.failover.iter().flat_map(|failover| &failover.guards).filter(|guard| guard.stops()).collect()
}

fn title(failover: &Failover) -> String {
    let Failover { pair, from, to, epoch, .. } = failover;
    let way = format!("{} ({}) → {} ({})", from.cluster.name, from.side, to.cluster.name, to.side);
    let name = &pair.name;
    match failover.recipe {
        Recipe::Planned => format!("PLANNED FAILOVER of pair {name}: {way}, epoch {} → {epoch}", epoch - 1),
        Recipe::Unplanned => format!(
            "UNPLANNED FAILOVER of pair {name}: {} ({}) is taken for dead, {way}, epoch {} → {epoch}",
            from.cluster.name,
            from.side,
            epoch - 1
        ),
        Recipe::Drill => format!("DRILL of pair {name}: {way}"),
        Recipe::Reprotect => {
            format!("PROTECT pair {name} again: {} mirrors to the other side", to.cluster.name)
        }
    }
}

fn cost(failover: &Failover) -> String {
    if failover.recipe == Recipe::Drill {
        return "No group, topic or name that clients use is touched, and nothing of it stays.".into();
    }
    match &failover.loss {
        Loss::Nothing => "Nothing will be lost.".into(),
        Loss::Seen { records, millis, age } => {
            let span = millis.map_or_else(String::new, |millis| {
                format!(", the oldest of them {:.1} s old then", millis as f64 / 1_000.0)
            });
            format!(
                "LOST if you go on: {} records that {} held and had not handed on when it was last seen, {} ago{span}.\n\
                 leeward can't know that it is dead. If it is alive and cut off from here, its clients go on writing there.",
                grouped(usize::try_from(*records).unwrap_or_default()),
                failover.from.cluster.name,
                seconds(*age)
            )
        }
        Loss::Unknown { heartbeat_age } => {
            let since = heartbeat_age.map_or_else(
                || "no heartbeat has ever crossed".to_owned(),
                |age| format!("the last heartbeat that crossed was sent {:.1} s ago", age as f64 / 1_000.0),
            );
            format!(
                "LOST if you go on: unknown, for where {} ended was never seen; {since}.\n\
                 leeward can't know that it is dead. If it is alive and cut off from here, its clients go on writing there.",
                failover.from.cluster.name
            )
        }
    }
}

fn seconds(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// The steps by wave; many of one sort are told as one.
fn waves(plan: &Plan, failover: &Failover) -> String {
    let mut columns = Columns::new(&[">wave", "step", "undo"]);
    let mut text = String::new();
    let line = plan.steps.iter().find(|step| Some(step.id) == failover.no_return).map(|step| step.wave);
    for (at, title) in (1..).zip(&failover.waves) {
        if line == Some(at) {
            text += &columns.lines(2);
            columns = Columns::bare();
            text += "  ── point of no return ──────────────────────────────────────────────\n";
        }
        let mut head = Some(at);
        for (what, undo) in told(plan, at, title) {
            let number = head.take().map_or_else(String::new, |at: u32| at.to_string());
            columns.row([format!("{number:>4}"), what, undo]);
        }
    }
    text + &columns.lines(2)
}

/// What a wave does, a line for each sort of step.
fn told(plan: &Plan, wave: u32, title: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut sorts: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.wave == wave) {
        let undo = undo(step, plan);
        match &step.action {
            Action::Task(task) => lines.push((task.to_string(), undo)),
            _ => {
                let key =
                    (sort(step), step.object.as_ref().map_or_else(String::new, |it| it.place.name.clone()));
                let entry = sorts.entry(key).or_insert_with(|| (0, object(step)));
                entry.0 += 1;
            }
        }
    }
    for ((sort, place), (count, first)) in sorts {
        let what =
            if count == 1 { format!("{sort} {first}") } else { format!("{sort} {count} objects on {place}") };
        lines.push((what, String::new()));
    }
    if lines.is_empty() {
        lines.push((title.to_owned(), String::new()));
    }
    lines
}

fn object(step: &Step) -> String {
    step.object.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn sort(step: &Step) -> String {
    match &step.action {
        Action::Create(_) => "create",
        Action::Update { .. } | Action::Adopt { .. } => "change",
        Action::Replace { .. } => "replace",
        Action::Forget => "let go of",
        Action::Delete { .. } => "delete",
        Action::Task(_) => "",
    }
    .into()
}

fn undo(step: &Step, plan: &Plan) -> String {
    let no_return = plan.failover.as_ref().and_then(|failover| failover.no_return);
    match &step.undo {
        // The last wave removes all of it, whatever became of the others.
        _ if plan.is_drill() => String::new(),
        _ if no_return == Some(step.id) => "by another failover".into(),
        _ if no_return.is_some_and(|line| step.id > line) => String::new(),
        Undo::Inverse(action) => match &**action {
            Action::Task(task) => task.to_string(),
            _ => "put back".into(),
        },
        Undo::Nothing => String::new(),
        Undo::ByHand(why) => format!("by hand: {why}"),
    }
}

fn groups(groups: &[GroupSet]) -> String {
    let mut columns = Columns::new(&["group", ">repeated", "how sure"]);
    for group in groups {
        columns.row([group.group.clone(), repeated(group), sure(group)]);
    }
    columns.lines(2)
}

/// `0`, `18`, `≤ 18`, `4 to 18`.
pub(super) fn repeated(group: &GroupSet) -> String {
    match (group.repeated_at_least, group.repeated_at_most) {
        (least, most) if least == most => most.to_string(),
        (0, most) => format!("≤ {most}"),
        (least, most) => format!("{least} to {most}"),
    }
}

pub(super) fn sure(group: &GroupSet) -> String {
    match &group.left {
        Some(why) => format!("left as it is: {why}"),
        None if group.exact == group.partitions => {
            format!("exact in {}", counted(group.partitions, "partition"))
        }
        None => format!("exact in {} of {}", group.exact, counted(group.partitions, "partition")),
    }
}

fn guards(guards: &[Guard], of: &str) -> String {
    let fails = guards.iter().filter(|guard| guard.verdict != Verdict::Holds).count();
    let mut text = match fails {
        0 => format!("Guards{of}: all {} hold\n", guards.len()),
        _ => format!("Guards{of}: {} hold, {fails} do not\n", guards.len() - fails),
    };
    for guard in guards.iter().filter(|guard| guard.verdict != Verdict::Holds) {
        let sign = if guard.verdict == Verdict::Fails { "✗" } else { "?" };
        let way = match &guard.overridden {
            Some(reason) => format!("      overridden: {reason}"),
            None if !of.is_empty() => String::new(),
            None => format!("      -override {}=\"why\"", guard.name),
        };
        text += &format!("  {sign} {}   {}{way}\n", guard.name, guard.seen);
    }
    text
}

/// The plan of a failover as Markdown.
pub fn markdown(plan: &Plan) -> String {
    let Some(failover) = &plan.failover else { return String::new() };
    format!("### {}\n\n```\n{}```\n", title(failover), text(plan))
}
