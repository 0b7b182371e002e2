//! How long the steps of a plan are expected to take: as long as their like took in earlier runs.

use crate::estate::{ConnectorState, Task, What};
use crate::plan::{Action, Failover, Plan, Recipe, Step, StepId};
use crate::report::run::{restores_clients, shuts_clients_out, told};
use crate::run::Recording;
use std::collections::{BTreeMap, HashMap};

/// What earlier runs tell: the median of each sort of step, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    medians: BTreeMap<&'static str, i64>,
    /// How many runs were read.
    pub runs: usize,
}

/// How long a step is expected to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// So many milliseconds.
    pub millis: i64,
    /// What else it depends on.
    pub bound: Bound,
}

/// What the time of a step depends on, beside the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Nothing that is worth a word.
    None,
    /// A person.
    Person,
    /// Behind it resolvers may keep the old answer for so many seconds.
    Ttl(u32),
    /// How often Connect's workers write down how far they are.
    Flush,
    /// It gives up after so many seconds.
    AtMost(u64),
}

/// How long a plan is expected to take, in milliseconds, where what can go on side by side does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// All of it.
    pub total: i64,
    /// Until clients can work on the new side; absent if it changes no roles.
    pub open: Option<i64>,
    /// Of it, how long clients can't write; absent if it changes no roles.
    pub closed: Option<i64>,
}

impl Expected {
    /// Learns from earlier runs.
    pub fn learn<'a>(runs: impl IntoIterator<Item = (&'a Plan, &'a Recording)>) -> Self {
        let mut times: BTreeMap<&'static str, Vec<i64>> = BTreeMap::new();
        let mut number = 0;
        for (plan, recording) in runs {
            number += 1;
            let told = told(plan.steps.len(), recording);
            // Nobody keeps an answer to the name of a drill.
            let is_drill = plan.recipe() == Some(Recipe::Drill);
            let tells =
                |step: &Step| !(is_drill && matches!(step.action, Action::Task(Task::AwaitResolved { .. })));
            for (step, track) in plan.steps.iter().zip(&told.tracks).filter(|(step, _)| tells(step)) {
                if track.fact.is_some() && !track.attempts.is_empty() {
                    times.entry(sort(step)).or_default().push(track.took());
                }
            }
        }
        let medians = times.into_iter().map(|(sort, times)| (sort, median(times))).collect();
        Self { medians, runs: number }
    }

    /// How long a step is expected to take.
    pub fn of(&self, step: &Step) -> Takes {
        let sort = sort(step);
        let learned = self.medians.get(sort).copied();
        let (millis, bound) = match &step.action {
            Action::Task(Task::Approve { .. }) => (0, Bound::Person),
            Action::Task(Task::AwaitPropagation { wanted, .. }) => {
                (or_usual(learned, sort), Bound::Ttl(wanted.ttl))
            }
            Action::Task(Task::AwaitDrained { .. } | Task::AwaitCarried { .. }) => {
                (or_usual(learned, sort), Bound::Flush)
            }
            // Nobody knows how much of the time is over when it begins.
            Action::Task(Task::AwaitResolved { seconds, .. }) => {
                let most = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
                (learned.unwrap_or(most).min(most), Bound::AtMost(*seconds))
            }
            Action::Task(Task::AwaitMembers { seconds, .. } | Task::Call { seconds, .. }) => {
                let most = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
                (or_usual(learned, sort).min(most), Bound::AtMost(*seconds))
            }
            _ => (or_usual(learned, sort), Bound::None),
        };
        Takes { millis, bound }
    }

    /// How long a plan is expected to take.
    pub fn length(&self, plan: &Plan) -> Length {
        self.measured(plan.steps.iter())
    }

    /// How long one of a plan's failovers is expected to take, from its own first step on.
    pub fn length_of(&self, plan: &Plan, failover: &Failover) -> Length {
        self.measured(plan.steps_of(failover))
    }

    /// How long steps take; what they need beside each other's ends is there.
    fn measured<'a>(&self, steps: impl Iterator<Item = &'a Step>) -> Length {
        let mut ends: HashMap<StepId, i64> = HashMap::new();
        let (mut shut, mut open) = (None, None);
        for step in steps {
            let needed = step.after.iter().filter_map(|after| ends.get(after));
            let begin = needed.copied().max().unwrap_or_default();
            let end = begin + self.of(step).millis;
            ends.insert(step.id, end);
            if shuts_clients_out(step) {
                shut = Some(shut.map_or(begin, |first: i64| first.min(begin)));
            }
            if restores_clients(step) {
                open = open.max(Some(end));
            }
        }
        let total = ends.into_values().max().unwrap_or_default();
        Length { total, open, closed: open.map(|open| open - shut.unwrap_or_default()) }
    }
}

fn median(mut times: Vec<i64>) -> i64 {
    times.sort_unstable();
    let middle = times.len() / 2;
    match times.get(middle) {
        Some(upper) if times.len().is_multiple_of(2) => i64::midpoint(times[middle - 1], *upper),
        Some(middle) => *middle,
        None => 0,
    }
}

fn or_usual(learned: Option<i64>, sort: &str) -> i64 {
    learned.unwrap_or_else(|| usual(sort))
}

/// What it took on real clusters on one machine, in milliseconds: what is said before there is anything of one's own.
fn usual(sort: &str) -> i64 {
    match sort {
        "await_members" => 30_000,
        "call" => 5_000,
        "await_quiet" | "await_copies" | "sweep" => 2_100,
        "start connector" | "create connector" | "delete connector" | "await_heartbeat" | "canary" => 500,
        "stop connector" => 2_600,
        "await_connector" | "commit_groups" | "continue_from_cut_over" | "note_starts" => 200,
        "await_drained" => 300,
        "create" | "await_topics" => 100,
        _ => 50,
    }
}

/// What sort of step it is.
fn sort(step: &Step) -> &'static str {
    let is_connector = step.object.as_ref().is_some_and(|id| matches!(id.what, What::Connector(_)));
    match &step.action {
        Action::Create(_) if is_connector => "create connector",
        Action::Delete { .. } if is_connector => "delete connector",
        Action::Create(_) | Action::Replace { .. } => "create",
        Action::Update { .. } | Action::Adopt { .. } => "change",
        Action::Delete { .. } => "delete",
        Action::Forget => "forget",
        Action::Task(task) => of_task(task),
    }
}

const fn of_task(task: &Task) -> &'static str {
    match task {
        Task::AwaitTopics { .. } => "await_topics",
        Task::NoteStarts { .. } => "note_starts",
        Task::SetConnectorOffsets { .. } => "set_connector_offsets",
        Task::ContinueFromCutOver(_) => "continue_from_cut_over",
        Task::SetConnectorState { state: ConnectorState::Running, .. } => "start connector",
        Task::SetConnectorState { .. } => "stop connector",
        Task::AwaitConnector { .. } => "await_connector",
        Task::AwaitHeartbeat { .. } => "await_heartbeat",
        Task::AwaitPropagation { .. } => "await_propagation",
        Task::AwaitResolved { .. } => "await_resolved",
        Task::Call { .. } => "call",
        Task::RefuseWrites { .. } => "refuse_writes",
        Task::AllowWrites { .. } => "allow_writes",
        Task::AwaitQuiet { .. } => "await_quiet",
        Task::DeferFence { .. } => "defer_fence",
        Task::SettleFence { .. } => "settle_fence",
        Task::AwaitDrained { .. } => "await_drained",
        Task::AwaitCarried { .. } => "await_carried",
        Task::Renounce { .. } => "renounce",
        Task::AwaitGroupsEmpty { .. } => "await_groups_empty",
        Task::TakeSnapshot { .. } => "take_snapshot",
        Task::CommitGroups { .. } => "commit_groups",
        Task::SetActive { .. } => "set_active",
        Task::Canary { .. } => "canary",
        Task::WriteNumbered { .. } => "write_numbered",
        Task::AwaitCopies { .. } => "await_copies",
        Task::ReadOn { .. } => "read_on",
        Task::Sweep { .. } => "sweep",
        Task::AwaitMembers { .. } => "await_members",
        Task::AwaitWriters { .. } => "await_writers",
        Task::Approve { .. } => "approve",
    }
}
