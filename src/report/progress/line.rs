//! One line for one thing that happens.

use crate::estate::{Evidence, Occasion, Task};
use crate::plan::{Action, Step};
use crate::report::figures::counted;
use crate::run::{Fact, Happening};
use std::time::Duration;

/// What is said of a happening once it is over; nothing for what only begins, but for a wait.
pub fn line(happening: &Happening<'_>) -> Option<String> {
    match happening {
        Happening::Begun { run, steps, done: 0 } => Some(format!("Run {run}: {}.", counted(*steps, "step"))),
        Happening::Begun { run, steps, done } => {
            Some(format!("Run {run} goes on: {done} of {} are done.", counted(*steps, "step")))
        }
        Happening::Started { step, attempt } => started(step, *attempt),
        Happening::Done { step, fact, took } => {
            let seen = match fact {
                Fact::Found(Evidence::Seen(text) | Evidence::Still { seen: text, .. }) => format!(", {text}"),
                Fact::Found(Evidence::Starts(starts)) => format!(", {}", counted(starts.len(), "partition")),
                Fact::Found(Evidence::Approved { by, reason, .. }) => format!(" by {by}: {reason}"),
                _ => String::new(),
            };
            Some(format!("  ✓ {}{seen}{}", done(step), after(*took)))
        }
        Happening::Failed { step, fault } => Some(format!("  ✗ {}: {fault}", wanted(step))),
        Happening::Skipped { step, because } => {
            Some(format!("  - {}: left out, because {} is not done", wanted(step), because.address))
        }
        Happening::Waived { step, reason } if step.optional => {
            Some(format!("  - {}: failed, and the run goes on without it: {reason}", wanted(step)))
        }
        Happening::Waived { step, reason } => {
            Some(format!("  - {}: taken for done, because you say so: {reason}", wanted(step)))
        }
        // Nothing goes on before a person has read it.
        Happening::Waiting { step, text } if asks(step) => Some(format!("    {text}")),
        Happening::Stopping { under_way } => Some(format!(
            "Stopping at the end of the {} under way. Ctrl-C again stops at once.",
            counted(*under_way, "step")
        )),
        Happening::Waiting { .. } | Happening::Ended => None,
    }
}

fn asks(step: &Step) -> bool {
    matches!(step.action, Action::Task(Task::Approve { .. }))
}

/// A wait is said when it begins, for it may be long; another attempt too.
fn started(step: &Step, attempt: u32) -> Option<String> {
    match &step.action {
        _ if attempt > 1 => Some(format!("  … {}, attempt {attempt}", wanted(step))),
        Action::Task(task) if task.waits() => Some(format!("  … {}", wanted(step))),
        _ => None,
    }
}

/// A step as it is to be done: `topic.orders: create topic orders on hangzhou`.
pub fn wanted(step: &Step) -> String {
    format!("{}: {}", step.address, bare(step))
}

/// The same without the resource: `create topic orders on hangzhou`.
pub(in crate::report) fn bare(step: &Step) -> String {
    let word = match &step.action {
        Action::Create(_) => "create",
        Action::Update { .. } => "change",
        Action::Replace { .. } => "replace",
        Action::Adopt { .. } => "adopt",
        Action::Forget => "let go of",
        Action::Delete { .. } => "delete",
        Action::Task(task) => return task.to_string(),
    };
    let object = step.object.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{word} {object}")
}

/// A step that is done: `topic.orders: topic orders on hangzhou created`.
fn done(step: &Step) -> String {
    let word = match &step.action {
        Action::Create(_) => "created",
        Action::Update { .. } => "changed",
        Action::Replace { .. } => "replaced",
        Action::Adopt { fields, .. } if fields.is_empty() => "adopted as it is",
        Action::Adopt { .. } => "adopted and changed",
        Action::Forget => "let go of; it stays",
        Action::Delete { .. } => "deleted",
        Action::Task(task) => return format!("{}: {}", step.address, seen(task)),
    };
    let object = step.object.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{}: {object} {word}", step.address)
}

/// A task that is done, as what is true from now on: `connector orders on shanghai runs`.
fn seen(task: &Task) -> String {
    match task {
        Task::AwaitTopics { cluster, topics } => {
            format!("every broker of {} shows {}", cluster.name, counted(topics.len(), "topic"))
        }
        Task::NoteStarts { source, target, .. } => {
            format!("starts noted, {} → {}", source.name, target.name)
        }
        Task::SetConnectorOffsets { connector, .. } => format!("offsets of {connector} set"),
        Task::SetConnectorState { connector, state } => format!("{connector} is {state}"),
        Task::AwaitConnector { connector, .. } => format!("{connector} runs"),
        Task::AwaitHeartbeat { cluster, topic } => {
            format!("a heartbeat has crossed to {} ({topic})", cluster.name)
        }
        Task::SetActive { pair, side, epoch } => format!("{side} is active in {pair}, epoch {epoch}"),
        Task::ContinueFromCutOver(on) => {
            format!("{} goes on from the cut-over's ends of {}", on.connector, on.source.name)
        }
        Task::Call { owner, occasion: Occasion::Stop, .. } => format!("{} is stopped", owner.name),
        Task::Call { owner, occasion: Occasion::Start, .. } => format!("{} is started", owner.name),
        Task::Call { owner, occasion: Occasion::Fence, .. } => format!("{owner} is up"),
        Task::Call { owner, occasion: Occasion::Lift, .. } => format!("{owner} is down"),
        Task::Call { owner, occasion: Occasion::Drill, .. } => format!("{} is ready", owner.name),
        Task::WriteNumbered { cluster, topic, .. } => format!("{topic} is written on {}", cluster.name),
        Task::Sweep { .. } => "nothing of a drill is left".into(),
        Task::RefuseWrites { cluster, topics } => {
            format!("{} refuses writes to {}", cluster.name, counted(topics.len(), "topic"))
        }
        Task::AllowWrites { cluster, topics } => {
            format!("{} allows writes to {}", cluster.name, counted(topics.len(), "topic"))
        }
        Task::AwaitQuiet { cluster, topics } => {
            format!("nobody writes to {} on {}", counted(topics.len(), "topic"), cluster.name)
        }
        Task::DeferFence { cluster, .. } => format!("the fence of {} is pending", cluster.name),
        Task::SettleFence { cluster, .. } => format!("the fence of {} is settled", cluster.name),
        Task::Renounce { cluster, .. } => format!("what {} holds counts no more", cluster.name),
        Task::AwaitGroupsEmpty { cluster, groups } => {
            format!("{} without members on {}", counted(groups.len(), "group"), cluster.name)
        }
        Task::TakeSnapshot { .. } => "the ends of all logs are noted".into(),
        Task::AwaitDrained { .. }
        | Task::AwaitCarried { .. }
        | Task::CommitGroups { .. }
        | Task::AwaitCopies { .. }
        | Task::ReadOn { .. } => of_flow(task),
        Task::AwaitPropagation { .. } | Task::AwaitResolved { .. } | Task::Canary { .. } => of_name(task),
        Task::AwaitMembers { cluster, .. } => format!("looked for clients on {}", cluster.name),
        Task::AwaitWriters { cluster, .. } => format!("looked for producers on {}", cluster.name),
        Task::Approve { name, .. } => format!("{name:?} is approved"),
    }
}

/// What is true of a flow.
fn of_flow(task: &Task) -> String {
    match task {
        Task::AwaitDrained { route } => {
            format!("all is carried, {} → {}", route.source.name, route.target.name)
        }
        Task::AwaitCarried { route } => {
            format!("what was there is carried, {} → {}", route.source.name, route.target.name)
        }
        Task::CommitGroups { route, .. } => {
            format!("{} set on {} and read back", counted(route.groups.len(), "group"), route.target.name)
        }
        Task::AwaitCopies { route } => format!("all has arrived on {}", route.target.name),
        Task::ReadOn { route } => format!("the group goes on on {}", route.target.name),
        other => other.to_string(),
    }
}

/// What is true of a name, or of the way to a side.
fn of_name(task: &Task) -> String {
    match task {
        Task::AwaitPropagation { record, .. } => format!("{} is seen", record.what),
        Task::AwaitResolved { record, resolvers, .. } => {
            format!("{} is seen through {}", record.what, resolvers.join(", "))
        }
        Task::Canary { cluster, through: Some(entrance), .. } => {
            format!("{} leads to {}", entrance.name(), cluster.name)
        }
        Task::Canary { cluster, .. } => format!("{} gives a canary back", cluster.name),
        other => other.to_string(),
    }
}

/// How long it took, if that is worth a word.
fn after(took: Duration) -> String {
    match took.as_secs() {
        0 if took.as_millis() < 100 => String::new(),
        0..60 => format!("  {:.1} s", took.as_secs_f64()),
        seconds => format!("  {}m {:02}s", seconds / 60, seconds % 60),
    }
}
