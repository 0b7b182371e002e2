//! What a look at the world means for a step: pure, and the same for fresh and resumed runs.

use crate::estate::{Comparison, Connector, Fault, FaultKind, Grants, Object, Reading, Verb};
use crate::plan::{Action, Expect, Step};

/// What a look at its object means for a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The object is as expected: these are to be done, one after the other. None if it is as desired, too.
    Go(Vec<Verb>),
    /// An attempt whose answer was lost has had its effect.
    Done,
    /// Nothing may be done.
    No(Fault),
}

/// What `reading` means for `step`; `in_doubt` if the step was begun before and may have had its effect.
pub(super) fn judge(step: &Step, reading: &Reading, in_doubt: bool) -> Verdict {
    if let Reading::Unreachable(fault) = reading {
        return Verdict::No(if in_doubt { maybe_done(fault) } else { fault.clone() });
    }
    if in_doubt && is_reached(&step.action, reading) {
        return Verdict::Done;
    }
    if step.expect.holds(reading) {
        return Verdict::Go(verbs(&step.action));
    }
    match &step.action {
        // It was interrupted between its two halves.
        Action::Replace { to, .. } if in_doubt && is_absent(reading) => {
            Verdict::Go(vec![Verb::Create(to.clone())])
        }
        _ => Verdict::No(moved(step, reading)),
    }
}

/// The fault of a step whose effect is not known.
pub(super) fn maybe_done(fault: &Fault) -> Fault {
    let message = format!("it is not known whether this was done: {}", fault.message);
    Fault { message, ..fault.clone() }
}

/// The fault of a step whose object is not as the plan expects.
pub(super) fn moved(step: &Step, now: &Reading) -> Fault {
    let what = match (&step.expect, now) {
        (_, Reading::Unreachable(fault)) => fault.message.clone(),
        (Expect::Present(_), Reading::Absent) => "it is gone".into(),
        (Expect::Absent | Expect::Anything, Reading::Absent) => "it is not there".into(),
        (Expect::Absent | Expect::Anything, Reading::Present(_)) => "it is there already".into(),
        (Expect::Present(expected), Reading::Present(now)) => difference(expected, now),
    };
    Fault::new(FaultKind::Conflict, format!("it is not as the plan expects: {what}"))
        .hint("it was left as it is; make a new plan")
}

/// What is to be done, in order.
fn verbs(action: &Action) -> Vec<Verb> {
    match action {
        Action::Create(to) => vec![Verb::Create(to.clone())],
        Action::Update { from, to, .. } => vec![Verb::Update { from: from.clone(), to: to.clone() }],
        Action::Replace { from, to, .. } => vec![Verb::Delete(from.clone()), Verb::Create(to.clone())],
        Action::Adopt { fields, .. } if fields.is_empty() => Vec::new(),
        Action::Adopt { from, to, .. } => vec![Verb::Update { from: from.clone(), to: to.clone() }],
        Action::Delete { from } => vec![Verb::Delete(from.clone())],
        Action::Forget | Action::Task(_) => Vec::new(),
    }
}

/// Whether the world is as the action leaves it.
fn is_reached(action: &Action, now: &Reading) -> bool {
    match (action, now) {
        (
            Action::Create(to)
            | Action::Update { to, .. }
            | Action::Replace { to, .. }
            | Action::Adopt { to, .. },
            Reading::Present(now),
        ) => match (to, now) {
            (Object::Connector(to), Object::Connector(now)) => to.config == now.config,
            (to, now) => to.compare(now) == Comparison::Same,
        },
        (Action::Delete { .. }, now) => is_absent(now),
        (Action::Forget, _) => true,
        _ => false,
    }
}

/// No grants are as good as none read.
fn is_absent(now: &Reading) -> bool {
    match now {
        Reading::Absent => true,
        Reading::Present(object) => has_nothing(object),
        Reading::Unreachable(_) => false,
    }
}

fn has_nothing(object: &Object) -> bool {
    matches!(object, Object::Grants(Grants { bindings }) if bindings.is_empty())
}

/// In what way an object is not what it was; a connector's values are not repeated.
fn difference(expected: &Object, now: &Object) -> String {
    match (expected, now) {
        (Object::Connector(expected), Object::Connector(now)) => {
            format!("other settings: {}", differing_settings(expected, now).join(", "))
        }
        (Object::Topic(expected), Object::Topic(now)) if expected.incarnation != now.incarnation => {
            "it was deleted and made anew".into()
        }
        // What was expected is the old value here, and what is there the new one.
        (expected, now) => match now.compare(expected) {
            Comparison::Update(fields) => {
                let absent = || "(none)".to_owned();
                let fields = fields.into_iter().map(|field| {
                    let (from, to) = (field.from.unwrap_or_else(absent), field.to.unwrap_or_else(absent));
                    format!("{} {from} → {to}", field.field)
                });
                fields.collect::<Vec<_>>().join(", ")
            }
            Comparison::Same => "it changed".into(),
            Comparison::Replace(_) | Comparison::Impossible(_) => shape(expected, now),
        },
    }
}

fn shape(expected: &Object, now: &Object) -> String {
    match (expected, now) {
        (Object::Topic(expected), Object::Topic(now)) => format!(
            "{} partitions, replication factor {} → {} partitions, replication factor {}",
            expected.partitions, expected.replication_factor, now.partitions, now.replication_factor
        ),
        _ => "it is another sort of thing now".into(),
    }
}

fn differing_settings(expected: &Connector, now: &Connector) -> Vec<String> {
    let keys =
        expected.config.keys().chain(now.config.keys().filter(|key| !expected.config.contains_key(*key)));
    keys.filter(|key| expected.config.get(*key) != now.config.get(*key)).cloned().collect()
}
