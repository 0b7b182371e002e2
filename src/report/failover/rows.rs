//! What a wave does, a row for each sort of step, in the order of the steps.

use crate::estate::{Address, ConnectorState, Object, ObjectId, Occasion, Task, What};
use crate::plan::{Action, Plan, Step, StepId, Undo};
use crate::report::expected::{Bound, Expected, Takes};
use crate::report::figures::{bound, counted, took};
use crate::report::progress::bare;

/// Steps of one sort in one wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub what: String,
    pub takes: Takes,
    pub undo: &'static str,
}

/// What makes steps tellable as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sort<'a> {
    verb: &'static str,
    noun: &'static str,
    address: &'a Address,
    place: Option<&'a Address>,
}

/// The rows of a wave.
pub(super) fn rows(plan: &Plan, wave: u32, expected: &Expected) -> Vec<Row> {
    let first = plan.steps.iter().find(|step| step.wave == wave);
    let no_return = first.and_then(|step| plan.failover_of(step)?.no_return);
    let row = |(what, steps): (String, Vec<&Step>)| {
        let takes = steps.iter().map(|step| expected.of(step)).max_by_key(|takes| takes.millis);
        // The last wave of a drill removes all of it, whatever became of the others.
        let undone = |step: &&Step| if plan.is_drill() { "" } else { undo(step, no_return) };
        let undo = steps.iter().map(undone).find(|undo| !undo.is_empty()).unwrap_or("");
        Row { what, takes: takes.unwrap_or(Takes { millis: 0, bound: Bound::None }), undo }
    };
    let steps = plan.steps.iter().filter(|step| step.wave == wave);
    together(steps).into_iter().map(row).collect()
}

/// Steps with what they do, those of one sort as one, in the order of the first of each.
pub(in crate::report) fn together<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<(String, Vec<&'a Step>)> {
    let mut sorted: Vec<(Option<Sort<'_>>, Vec<&Step>)> = Vec::new();
    for step in steps {
        let sort = sort(step);
        match sorted.iter_mut().find(|(known, _)| known.is_some() && *known == sort) {
            Some((_, steps)) => steps.push(step),
            None => sorted.push((sort, vec![step])),
        }
    }
    let told = |(sort, steps): (Option<Sort<'_>>, Vec<&'a Step>)| match (sort, &steps[..]) {
        (Some(sort), [_, _, ..]) => (many(sort, steps.len()), steps),
        _ => (steps.iter().map(|step| one(step)).collect(), steps),
    };
    sorted.into_iter().map(told).collect()
}

fn sort(step: &Step) -> Option<Sort<'_>> {
    let address = &step.address;
    let (verb, noun, place) = match (&step.action, &step.object) {
        (Action::Task(Task::SetConnectorState { state: ConnectorState::Running, connector }), _) => {
            ("start", "connector", &connector.place)
        }
        (Action::Task(Task::SetConnectorState { connector, .. }), _) => {
            ("stop", "connector", &connector.place)
        }
        (Action::Task(Task::AwaitConnector { connector, .. }), _) => ("see", "connector", &connector.place),
        (Action::Task(_), _) | (_, None) => return None,
        (Action::Create(_) | Action::Update { .. }, Some(id)) if matches!(id.what, What::File(_)) => {
            ("write", "file", &id.place)
        }
        (_, Some(id)) => (verb(&step.action), noun(&id.what), &id.place),
    };
    // Of the connectors of a replication some stand on one Connect cluster and some on the other; a file stands on none.
    let place = Some(place).filter(|_| !matches!(noun, "connector" | "file"));
    Some(Sort { verb, noun, address, place })
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Create(_) => "create",
        Action::Update { .. } => "change",
        Action::Replace { .. } => "replace",
        Action::Adopt { .. } => "adopt",
        Action::Forget => "let go of",
        Action::Delete { .. } => "delete",
        Action::Task(_) => "",
    }
}

const fn noun(what: &What) -> &'static str {
    match what {
        What::Topic(_) | What::Ends(_) => "topic",
        What::Grants(_) => "grant",
        What::Group(_) => "group",
        What::Connector(_) | What::Carried(_) => "connector",
        What::RecordSet { .. } => "name",
        What::File(_) => "file",
        What::Cluster
        | What::Producers(_)
        | What::Connect
        | What::Zone(_)
        | What::Answer { .. }
        | What::Trial { .. }
        | What::Reached(_) => "object",
    }
}

fn many(sort: Sort<'_>, number: usize) -> String {
    let Sort { verb, noun, address, place } = sort;
    let on = place.map_or_else(|| format!("of {address}"), |place| format!("on {}", place.name));
    let run = if verb == "see" { " run" } else { "" };
    format!("{verb} {} {on}{run}", counted(number, noun))
}

/// What a step does, in few words: `stop connector orders`.
pub(in crate::report) fn one(step: &Step) -> String {
    match (&step.action, &step.object) {
        (Action::Task(Task::SetConnectorState { state, connector }), _) => {
            let verb = if *state == ConnectorState::Running { "start" } else { "stop" };
            format!("{verb} {}", connector.what)
        }
        (Action::Task(Task::AwaitConnector { connector, .. }), _) => format!("see {} run", connector.what),
        (
            Action::Update { to: Object::RecordSet(set), .. } | Action::Create(Object::RecordSet(set)),
            Some(id),
        ) => {
            let values: Vec<&str> = set.values.iter().map(String::as_str).collect();
            format!("{} → {}", id.what, values.join(", "))
        }
        (Action::Update { .. } | Action::Create(_), Some(ObjectId { what: What::File(path), .. })) => {
            format!("write {path}")
        }
        (Action::Delete { .. }, Some(id)) if matches!(id.what, What::Grants(_)) => {
            format!("withdraw {} on {}", id.what, id.place.name)
        }
        (Action::Create(_), Some(id)) if matches!(id.what, What::Grants(_)) => {
            format!("give {} on {}", id.what, id.place.name)
        }
        _ => bare(step),
    }
}

fn undo(step: &Step, no_return: Option<StepId>) -> &'static str {
    match &step.undo {
        _ if no_return == Some(step.id) => match &step.action {
            Action::Task(Task::Renounce { .. }) => "stays",
            _ => "by a failback",
        },
        _ if no_return.is_some_and(|line| step.id > line) => "",
        Undo::Inverse(action) => match &**action {
            Action::Task(Task::Call { occasion: Occasion::Start, .. }) => "start again",
            Action::Task(Task::Call { occasion: Occasion::Lift, .. }) => "lift",
            Action::Task(Task::Call { occasion: Occasion::Fence, .. }) => "fence again",
            Action::Task(Task::Call { .. }) => "stop again",
            Action::Task(Task::AllowWrites { .. }) => "allow again",
            Action::Task(Task::RefuseWrites { .. }) => "refuse again",
            Action::Task(Task::SetConnectorState { state: ConnectorState::Running, .. }) => "start again",
            Action::Task(Task::SetConnectorState { .. }) => "stop again",
            _ => "put back",
        },
        Undo::Nothing => "–",
        Undo::ByHand(_) => "stays",
    }
}

/// `< 1 s`, `~12 s`, `~1m 30s`, with what it depends on.
pub(super) fn shown(takes: Takes) -> String {
    let about = match takes.millis {
        ..1_000 => "< 1 s".to_owned(),
        millis => {
            format!("~{}", took(millis.max(1_000).saturating_add(500) / 1_000 * 1_000).replace(".0 s", " s"))
        }
    };
    match takes.bound {
        Bound::None => about,
        Bound::Person => "you".into(),
        Bound::Ttl(ttl) => format!("{about} + TTL {ttl} s"),
        Bound::Flush => format!("{about}, flush"),
        Bound::AtMost(seconds)
            if i64::try_from(seconds.saturating_mul(1_000)).is_ok_and(|most| most <= takes.millis) =>
        {
            format!("≤ {}", bound(seconds))
        }
        Bound::AtMost(seconds) => format!("{about}, ≤ {}", bound(seconds)),
    }
}
