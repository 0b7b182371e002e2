//! Whether a pair is ready to fail over, in one place.

use super::{
    Beat, ClusterStanding, Condition, ConnectorStanding, Figure, Life, Mirroring, NameAnswer, NameStanding,
    Verdict,
};
use crate::estate::{Address, ConnectorState};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that stands in the way of a planned failover that loses nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Obstacle {
    /// What sort it is of.
    pub kind: ObstacleKind,
    /// What is the matter, in one sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Sorts of obstacles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObstacleKind {
    /// The active side does not answer.
    ActiveSilent,
    /// The standby does not answer.
    StandbySilent,
    /// The pair has no replication.
    NoReplication,
    /// No Connect cluster is attached to the standby.
    NoConnect,
    /// A Connect cluster that a replication needs does not answer.
    ConnectSilent,
    /// A connector is not there.
    ConnectorMissing,
    /// A connector does not run.
    ConnectorNotRunning,
    /// A connector runs and does nothing.
    ConnectorIdle,
    /// A task failed.
    TaskFailed,
    /// Heartbeats do not cross.
    NoHeartbeat,
    /// What is left to carry is not known.
    LagUnknown,
    /// More would be lost than the recovery point objective allows.
    ObjectiveMissed,
    /// Nothing can be said of where a group would go on.
    GroupUncovered,
    /// A group is read with on the standby.
    GroupOnStandby,
    /// An authority answers something else than what is wanted.
    NameDiffers,
    /// An authority does not answer.
    NameSilent,
    /// More is left to carry than the policy allows.
    LagBeyondLimit,
    /// More would be read again than the policy allows.
    RepeatsBeyondLimit,
    /// The policy does not say how the old side is fenced.
    NoFence,
    /// A side that could not be fenced has to be before it may return.
    FencePending,
    /// A finding is an error.
    Finding,
}

impl ObstacleKind {
    /// Every sort, in the order in which they are told.
    pub const ALL: [Self; 21] = [
        Self::ActiveSilent,
        Self::StandbySilent,
        Self::NoReplication,
        Self::NoConnect,
        Self::ConnectSilent,
        Self::ConnectorMissing,
        Self::ConnectorNotRunning,
        Self::ConnectorIdle,
        Self::TaskFailed,
        Self::NoHeartbeat,
        Self::LagUnknown,
        Self::ObjectiveMissed,
        Self::GroupUncovered,
        Self::GroupOnStandby,
        Self::NameDiffers,
        Self::NameSilent,
        Self::LagBeyondLimit,
        Self::RepeatsBeyondLimit,
        Self::NoFence,
        Self::FencePending,
        Self::Finding,
    ];

    /// As it stands in JSON and in labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActiveSilent => "active_silent",
            Self::StandbySilent => "standby_silent",
            Self::NoReplication => "no_replication",
            Self::NoConnect => "no_connect",
            Self::ConnectSilent => "connect_silent",
            Self::ConnectorMissing => "connector_missing",
            Self::ConnectorNotRunning => "connector_not_running",
            Self::ConnectorIdle => "connector_idle",
            Self::TaskFailed => "task_failed",
            Self::NoHeartbeat => "no_heartbeat",
            Self::LagUnknown => "lag_unknown",
            Self::ObjectiveMissed => "objective_missed",
            Self::GroupUncovered => "group_uncovered",
            Self::GroupOnStandby => "group_on_standby",
            Self::NameDiffers => "name_differs",
            Self::NameSilent => "name_silent",
            Self::LagBeyondLimit => "lag_beyond_limit",
            Self::RepeatsBeyondLimit => "repeats_beyond_limit",
            Self::NoFence => "no_fence",
            Self::FencePending => "fence_pending",
            Self::Finding => "finding",
        }
    }
}

impl Obstacle {
    fn new(kind: ObstacleKind, message: String) -> Self {
        Self { kind, message, hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Everything that stands in the way, each told once: what only follows from another obstacle is left out.
///
/// A pair without any is ready: both sides and the Connect clusters of its replications answer, every connector runs with the
/// tasks that it needs and none failed, heartbeats cross, what is left to carry is known and within the objective, every
/// group would go on somewhere and is not read with on the standby, every authority answers what is wanted, the policy's limits
/// are kept, a fence is declared and none is pending, and no finding is an error.
pub(super) fn obstacles(condition: &Condition) -> Vec<Obstacle> {
    let mut obstacles = sides(condition);
    if condition.mirrorings.is_empty() {
        let message = format!("{} has no replication", condition.pair);
        obstacles.push(Obstacle::new(ObstacleKind::NoReplication, message).hint("declare one"));
    }
    obstacles.extend(connects(condition));
    let both_answer = condition.active.is_up() && condition.standby.is_up();
    for mirroring in &condition.mirrorings {
        obstacles.extend(connectors(mirroring));
        obstacles.extend(heartbeat(condition, mirroring));
        obstacles.extend(lag(mirroring).filter(|_| both_answer));
        obstacles.extend(groups(mirroring, both_answer));
    }
    obstacles.extend(objective(condition));
    obstacles.extend(names(condition));
    obstacles.extend(limits(condition));
    obstacles.extend(fences(condition));
    obstacles.extend(findings(condition));
    obstacles
}

fn sides(condition: &Condition) -> Vec<Obstacle> {
    let silent = |cluster: &ClusterStanding, kind| {
        let fault = cluster.fault.as_deref()?;
        let (name, role) = (&cluster.cluster.name, cluster.role);
        Some(Obstacle::new(kind, format!("{name} ({role}) does not answer: {fault}")))
    };
    let hint = match condition.life {
        Life::HeardOf => {
            "its last heartbeat is young: if younger ones go on crossing, it lives and only the way from here to it is cut"
        }
        Life::Silent => {
            "its heartbeats have ceased: it is dead, or cut off from here and from the standby; leeward can't tell which"
        }
        Life::Doubtful | Life::Answers => "whether it lives is not known",
    };
    let active = silent(&condition.active, ObstacleKind::ActiveSilent).map(|obstacle| obstacle.hint(hint));
    active.into_iter().chain(silent(&condition.standby, ObstacleKind::StandbySilent)).collect()
}

/// Only Connect clusters that a replication uses matter.
fn connects(condition: &Condition) -> Vec<Obstacle> {
    let used = |address: &Address| {
        let mut connectors = condition.mirrorings.iter().flat_map(|mirroring| &mirroring.connectors);
        connectors.any(|connector| connector.connect == *address)
    };
    let all = condition.active.connects.iter().chain(&condition.standby.connects);
    all.filter(|connect| used(&connect.connect))
        .filter_map(|connect| {
            let message = format!("{} does not answer: {}", connect.connect, connect.fault.as_deref()?);
            Some(Obstacle::new(ObstacleKind::ConnectSilent, message))
        })
        .collect()
}

fn connectors(mirroring: &Mirroring) -> Vec<Obstacle> {
    if mirroring.connectors.is_empty() {
        let message = format!("{}: no Connect cluster is attached to the standby", mirroring.replication);
        return vec![Obstacle::new(ObstacleKind::NoConnect, message).hint("declare a connect for it")];
    }
    mirroring.connectors.iter().filter_map(connector).collect()
}

fn connector(connector: &ConnectorStanding) -> Option<Obstacle> {
    let (name, connect) = (&connector.name, &connector.connect.name);
    if connector.is_missing() {
        let message = format!("connector {name} is not on {connect}");
        return Some(Obstacle::new(ObstacleKind::ConnectorMissing, message).hint("leeward apply makes it"));
    }
    if let Some(task) = connector.failed.first() {
        let message = format!("task {} of connector {name} failed: {}", task.id, task.trace);
        return Some(
            Obstacle::new(ObstacleKind::TaskFailed, message)
                .hint("mend the cause; leeward apply restarts it"),
        );
    }
    match connector.state? {
        ConnectorState::Running if connector.is_healthy() => None,
        ConnectorState::Running => {
            let message = format!("connector {name} runs without a task, and so does nothing");
            Some(Obstacle::new(ObstacleKind::ConnectorIdle, message).hint("leeward apply restarts it"))
        }
        state => {
            let message = format!("connector {name} is {state}");
            Some(Obstacle::new(ObstacleKind::ConnectorNotRunning, message).hint("leeward apply starts it"))
        }
    }
}

/// That heartbeats have ceased follows from a dead side, or from a connector that does not run.
fn heartbeat(condition: &Condition, mirroring: &Mirroring) -> Option<Obstacle> {
    let is_explained = !condition.active.is_up()
        || !condition.standby.is_up()
        || mirroring.connectors.iter().any(|connector| !connector.is_healthy());
    if is_explained || mirroring.pulse.is_alive() == Some(true) {
        return None;
    }
    let message = match &mirroring.pulse.beat {
        Beat::Never => format!("no heartbeat of {} has ever crossed", mirroring.replication),
        Beat::Unknown { why } => format!("heartbeats of {} can't be read: {why}", mirroring.replication),
        Beat::Seen { age_seconds, .. } => format!(
            "the last heartbeat of {} is {age_seconds:.0} s old, although its connectors run",
            mirroring.replication
        ),
    };
    Some(Obstacle::new(ObstacleKind::NoHeartbeat, message).hint("the logs of the Connect workers say why"))
}

fn lag(mirroring: &Mirroring) -> Option<Obstacle> {
    let why = mirroring.lag.why()?;
    let message = format!("what {} has left to carry is not known: {why}", mirroring.replication);
    Some(Obstacle::new(ObstacleKind::LagUnknown, message))
}

fn groups(mirroring: &Mirroring, both_answer: bool) -> Vec<Obstacle> {
    let uncovered = mirroring.groups.iter().filter(|group| both_answer && !group.is_covered()).map(|group| {
        let message = match &group.unknown {
            Some(why) => format!("where group {} stands is not known: {why}", group.group),
            None => format!(
                "group {}: nothing can be said of where it would go on in {} of {} partitions",
                group.group, group.uncovered, group.partitions
            ),
        };
        Obstacle::new(ObstacleKind::GroupUncovered, message)
    });
    let read = mirroring.groups.iter().filter(|group| group.members_on_standby > 0).map(|group| {
        let message = format!(
            "group {} is read with on the standby ({} members)",
            group.group, group.members_on_standby
        );
        Obstacle::new(ObstacleKind::GroupOnStandby, message)
            .hint("stop its consumers there: its position can't be set")
    });
    uncovered.chain(read).collect()
}

fn objective(condition: &Condition) -> Option<Obstacle> {
    let limit = condition.loss.objective.seconds?;
    let message = match (&condition.loss.seconds, condition.loss.objective.verdict) {
        (Figure::Known(seconds), Verdict::Missed) => {
            format!(
                "what was written in the last {seconds:.0} s would be lost, more than the RPO of {limit} s allows"
            )
        }
        _ => return None,
    };
    Some(Obstacle::new(ObstacleKind::ObjectiveMissed, message))
}

fn names(condition: &Condition) -> Vec<Obstacle> {
    let answers =
        condition.names.iter().flat_map(|name| name.answers.iter().map(move |answer| (name, answer)));
    answers.filter_map(|(name, answer)| answered(name, answer)).collect()
}

fn answered(name: &NameStanding, answer: &NameAnswer) -> Option<Obstacle> {
    let (of, authority) = (format!("{} {}", name.name, name.rtype), &answer.authority);
    match &answer.values {
        Figure::Unknown { why, .. } => {
            let message = format!("{of}: {authority} does not say what it answers: {why}");
            Some(Obstacle::new(ObstacleKind::NameSilent, message))
        }
        Figure::Known(values) if answer.agrees == Some(false) => {
            let (seen, wanted) = (listed(values), listed(&name.wanted));
            let message = format!("{of}: {authority} answers {seen}, wanted is {wanted}");
            let differs = Obstacle::new(ObstacleKind::NameDiffers, message);
            Some(differs.hint("leeward plan shows what differs"))
        }
        Figure::Known(_) => None,
    }
}

fn listed(values: &BTreeSet<String>) -> String {
    if values.is_empty() { "nothing".into() } else { values.iter().cloned().collect::<Vec<_>>().join(", ") }
}

/// The limits that the policy sets on what is left to carry and on what is read again.
fn limits(condition: &Condition) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    let left: Option<i64> = condition.loss.records.known().map(|count| count.at_most);
    if let (Some(left), Some(limit)) = (left, condition.demands.max_records)
        && left > limit
    {
        let message = format!("up to {left} records are left to carry, and the policy allows {limit}");
        obstacles.push(Obstacle::new(ObstacleKind::LagBeyondLimit, message));
    }
    let groups = condition.mirrorings.iter().flat_map(|mirroring| &mirroring.groups);
    let repeated: i64 = groups.filter_map(|group| group.repeated.at_most).sum();
    if let Some(limit) = condition.demands.max_repeated.filter(|limit| repeated > *limit) {
        let message = format!("up to {repeated} records would be read again, and the policy allows {limit}");
        obstacles.push(Obstacle::new(ObstacleKind::RepeatsBeyondLimit, message));
    }
    obstacles
}

fn fences(condition: &Condition) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    if !condition.demands.fence {
        let message = "it is not declared how writers are kept off the old side".to_owned();
        obstacles.push(
            Obstacle::new(ObstacleKind::NoFence, message)
                .hint("declare a fence in the pair's failover_policy, or fence \"none\""),
        );
    }
    let pending = condition.pending_fences.iter().map(|cluster| {
        let message = format!("{} has still to be fenced: it may still take writes", cluster.name);
        Obstacle::new(ObstacleKind::FencePending, message)
    });
    obstacles.extend(pending);
    obstacles
}

fn findings(condition: &Condition) -> impl Iterator<Item = Obstacle> + '_ {
    let findings = condition.review.iter().flat_map(|review| &review.findings);
    findings.filter(|finding| finding.stops()).map(|finding| {
        let message = match &finding.address {
            Some(address) => format!("{}: {address}: {}", finding.code, finding.message),
            None => format!("{}: {}", finding.code, finding.message),
        };
        Obstacle::new(ObstacleKind::Finding, message).hint(format!("leeward explain {}", finding.code))
    })
}
