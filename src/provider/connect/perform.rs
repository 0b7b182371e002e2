//! Tasks of connectors: their state, their offsets, and waiting until they do their work.

use super::body::{Expanded, OffsetEntry, Offsets, SourceOffset, SourcePartition, Status};
use super::client::Client;
use super::fault::RestFault;
use super::read;
use crate::estate::{Connector, ConnectorState, Evidence, Fault, FaultKind, ObjectId, Outcome, Task, What};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a failure has to stand before it is believed: a restart leaves the old state for a moment.
const FAILURE_STANDS: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Does one task.
pub(super) async fn perform(client: &Client, task: &Task) -> Outcome<Evidence> {
    let found = match task {
        Task::SetConnectorOffsets { connector, source_alias, next } => {
            set_offsets(client, connector, source_alias, next).await
        }
        Task::SetConnectorState { connector, state } => set_state(client, connector, *state).await,
        Task::AwaitConnector { connector, tasks } => await_connector(client, connector, *tasks).await,
        other => Err(Fault::new(FaultKind::Invalid, format!("a Connect cluster can't {other}"))),
    };
    found.map_or_else(Outcome::Failed, Outcome::Done)
}

fn name(id: &ObjectId) -> Result<&str, Fault> {
    match &id.what {
        What::Connector(name) => Ok(name),
        other => Err(Fault::new(FaultKind::Invalid, format!("{other} is no connector"))),
    }
}

async fn set_state(client: &Client, id: &ObjectId, state: ConnectorState) -> Result<Evidence, Fault> {
    // How many tasks it has says nothing yet: Connect makes them a moment later.
    bring_to(client, name(id)?, state).await?;
    Ok(Evidence::Nothing)
}

/// Brings a connector to a state and waits until it is there; gives the number of its tasks.
pub(super) async fn bring_to(client: &Client, name: &str, state: ConnectorState) -> Result<usize, Fault> {
    match state {
        ConnectorState::Stopped => {
            known(name, client.answered(|| client.stop(name)).await)?;
            wait(client, name, "to stop", client.waits().stop, is_stopped).await
        }
        ConnectorState::Running => {
            start(client, name).await?;
            wait(client, name, "to run", client.waits().start, |status| is_running(status, 0)).await
        }
        other => Err(Fault::new(FaultKind::Invalid, format!("a connector can't be brought to {other}"))),
    }
}

/// Resumes a connector, or restarts what of it failed or has no task to do.
async fn start(client: &Client, name: &str) -> Result<(), Fault> {
    let there = client.answered(|| client.connector(name)).await?.ok_or_else(|| gone(name))?;
    let connector = read::connector(client.vault(), &there, &[]).ok_or_else(|| gone(name))?;
    let Connector { state, tasks, failed, .. } = &connector;
    let idle = *tasks == 0 && connector.needs_tasks();
    known(
        name,
        match state {
            ConnectorState::Running if failed.is_empty() && !idle => Ok(()),
            ConnectorState::Running | ConnectorState::Failed => {
                client.answered(|| client.restart(name, !failed.is_empty())).await
            }
            ConnectorState::Stopped | ConnectorState::Paused | ConnectorState::Unassigned => {
                client.answered(|| client.resume(name)).await
            }
        },
    )
}

async fn await_connector(client: &Client, id: &ObjectId, tasks: usize) -> Result<Evidence, Fault> {
    let name = name(id)?;
    let what = format!("to run with at least {tasks} tasks");
    let running = wait(client, name, &what, client.waits().start, |status| is_running(status, tasks)).await?;
    Ok(Evidence::Seen(format!("tasks: {running}")))
}

fn is_stopped(status: Option<&Status>) -> bool {
    read::state(status) == ConnectorState::Stopped && status.is_none_or(|status| status.tasks.is_empty())
}

fn is_running(status: Option<&Status>, tasks: usize) -> bool {
    status.is_some_and(|status| {
        read::state(Some(status)) == ConnectorState::Running
            && status.tasks.len() >= tasks
            && status.tasks.iter().all(|task| task.part.state == "RUNNING")
    })
}

/// Asks again and again until the connector is there; gives the number of its tasks. A failure that stands, and
/// the end of the wait, are faults.
async fn wait(
    client: &Client,
    name: &str,
    what: &str,
    at_most: Duration,
    is_there: impl Fn(Option<&Status>) -> bool,
) -> Result<usize, Fault> {
    let started = Instant::now();
    let mut failing_since = None;
    let mut pause = FIRST_PAUSE;
    loop {
        let there = client.answered(|| client.connector(name)).await?;
        let Expanded { status, .. } = there.ok_or_else(|| gone(name))?;
        if is_there(status.as_ref()) {
            return Ok(status.map_or(0, |status| status.tasks.len()));
        }
        let failure = status.as_ref().and_then(|status| failure(client, name, status));
        match (failure, failing_since) {
            (None, _) => failing_since = None,
            (Some(_), None) => failing_since = Some(Instant::now()),
            (Some(fault), Some(since)) if since.elapsed() >= FAILURE_STANDS => return Err(fault),
            (Some(_), Some(_)) => {}
        }
        if started.elapsed() >= at_most {
            return Err(late(name, what, started.elapsed(), status.as_ref()));
        }
        sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// What failed of a connector, with the first line of its trace.
fn failure(client: &Client, name: &str, status: &Status) -> Option<Fault> {
    let fault = |what: String, trace: &str| {
        Fault::new(FaultKind::Internal, format!("{what} failed: {trace}"))
            .hint("the worker's log has the whole trace")
    };
    if status.connector.state == "FAILED" {
        let trace = read::first_line(client.vault(), &status.connector);
        return Some(fault(format!("connector {name}"), &trace));
    }
    let failed = read::failed(client.vault(), status);
    failed.first().map(|task| fault(format!("task {} of connector {name}", task.id), &task.trace))
}

fn late(name: &str, what: &str, waited: Duration, status: Option<&Status>) -> Fault {
    let state = read::state(status);
    let tasks = status.map_or(0, |status| status.tasks.len());
    let message = format!(
        "connector {name} was waited for {what}: after {:.0} s it is {state} with {tasks} tasks",
        waited.as_secs_f64()
    );
    let hint = if state == ConnectorState::Running && tasks == 0 {
        "nothing matches its topics, or its source does not answer"
    } else {
        "the workers' logs say what they do"
    };
    Fault::new(FaultKind::Timeout, message).hint(hint)
}

/// The last record carried of each partition; none where a connector goes on at the beginning.
type Wanted = BTreeMap<SourcePartition, Option<SourceOffset>>;

/// Sets from where a stopped source connector goes on, and reads it back.
async fn set_offsets(
    client: &Client,
    id: &ObjectId,
    source_alias: &str,
    next: &BTreeMap<String, Vec<i64>>,
) -> Result<Evidence, Fault> {
    let name = name(id)?;
    let wanted = entries(source_alias, next)?;
    if wanted.is_empty() {
        return Ok(Evidence::Seen("there are no offsets to set".to_owned()));
    }
    let body = Offsets {
        offsets: wanted
            .iter()
            .map(|(p, offset)| OffsetEntry { partition: p.clone(), offset: *offset })
            .collect(),
    };
    match client.answered(|| client.set_offsets(name, &body)).await {
        Ok(()) => {}
        // Setting them again does no harm, so what stands there decides.
        Err(fault) if fault.may_have_happened() => {}
        Err(fault) => return known(name, Err(fault)).map(|()| Evidence::Nothing),
    }
    await_offsets(client, name, &wanted).await?;
    Ok(Evidence::Seen(format!("partitions: {}, read back", wanted.len())))
}

/// Waits until the connector's offsets read as they were set. Connect answers from what it has read of its offsets
/// topic so far, which can be a moment old (seen on 4.3).
async fn await_offsets(client: &Client, name: &str, wanted: &Wanted) -> Result<(), Fault> {
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let held = client.answered(|| client.offsets(name)).await?.offsets;
        let held: Wanted = held.into_iter().map(|entry| (entry.partition, entry.offset)).collect();
        let differs =
            wanted.iter().find(|(partition, offset)| held.get(*partition).copied().flatten() != **offset);
        match differs {
            None => return Ok(()),
            Some((partition, offset)) if started.elapsed() >= client.waits().start => {
                return Err(not_held(name, partition, *offset, held.get(partition).copied().flatten()));
            }
            Some(_) => sleep(pause).await,
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

fn not_held(
    name: &str,
    SourcePartition { topic, partition, .. }: &SourcePartition,
    wanted: Option<SourceOffset>,
    held: Option<SourceOffset>,
) -> Fault {
    let shown =
        |offset: Option<SourceOffset>| offset.map_or_else(|| "none".to_owned(), |o| o.offset.to_string());
    let message = format!(
        "connector {name} holds offset {} for {topic}-{partition}, not {} as it was set to",
        shown(held),
        shown(wanted)
    );
    Fault::new(FaultKind::Conflict, message).hint("does somebody else change it?")
}

/// MirrorMaker keeps the last record carried, so going on at `next` is the offset before it, and going on at 0
/// is no offset at all (it refuses -1).
fn entries(source_alias: &str, next: &BTreeMap<String, Vec<i64>>) -> Result<Wanted, Fault> {
    let mut entries = BTreeMap::new();
    for (topic, positions) in next {
        for (partition, position) in (0..).zip(positions) {
            if *position < 0 {
                let message = format!("{topic}-{partition} can't go on at offset {position}");
                return Err(Fault::new(FaultKind::Invalid, message));
            }
            let key = SourcePartition { cluster: source_alias.to_owned(), topic: topic.clone(), partition };
            entries.insert(key, (*position > 0).then(|| SourceOffset { offset: position - 1 }));
        }
    }
    Ok(entries)
}

fn gone(name: &str) -> Fault {
    Fault::new(FaultKind::Conflict, format!("there is no connector {name}"))
        .hint("somebody deleted it: plan again")
}

/// The fault of a request about a connector, with its name; one that is not there gets its own.
fn known(name: &str, answer: Result<(), RestFault>) -> Result<(), Fault> {
    answer.map_err(|fault| match fault {
        RestFault::NotFound { .. } => gone(name),
        RestFault::Invalid { said, .. } if said.to_lowercase().contains("stopped") => {
            Fault::new(FaultKind::Conflict, format!("connector {name} has to be stopped first: {said}"))
        }
        other => other.into(),
    })
}
