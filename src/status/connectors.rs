//! Connectors and their tasks.

use crate::estate::{
    Address, Connector, ConnectorState, Desired, FailedTask, Object, Observed, Reading, Setting, What,
};
use schemars::JsonSchema;
use serde::Serialize;

/// One of a replication's connectors, as it has to be and as it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConnectorStanding {
    /// Its name.
    pub name: String,
    /// The Connect cluster that it runs on.
    pub connect: Address,
    /// What it does.
    pub part: Part,
    /// What Connect says of it; absent if it is not there, or nothing was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ConnectorState>,
    /// How many tasks it has.
    pub tasks: usize,
    /// Whether it is of no use without tasks.
    pub needs_tasks: bool,
    /// Tasks that failed.
    pub failed: Vec<FailedTask>,
    /// Why nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What a connector does for a replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It carries the records.
    Source,
    /// It translates the positions of groups.
    Checkpoint,
    /// It writes heartbeats into the active side.
    Heartbeat,
}

impl Part {
    /// As it stands in names and labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Checkpoint => "checkpoint",
            Self::Heartbeat => "heartbeat",
        }
    }

    fn of(connector: &Connector) -> Self {
        match connector.config.get("connector.class") {
            Some(Setting::Plain(class)) if class.ends_with("MirrorCheckpointConnector") => Self::Checkpoint,
            Some(Setting::Plain(class)) if class.ends_with("MirrorHeartbeatConnector") => Self::Heartbeat,
            _ => Self::Source,
        }
    }
}

impl ConnectorStanding {
    /// A desired connector beside what was read of it; none if the desired object is no connector.
    pub(super) fn of(desired: &Desired, observed: &Observed) -> Option<Self> {
        let (What::Connector(name), Object::Connector(wanted)) = (&desired.id.what, &desired.object) else {
            return None;
        };
        let mut standing = Self {
            name: name.clone(),
            connect: desired.id.place.clone(),
            part: Part::of(wanted),
            state: None,
            tasks: 0,
            needs_tasks: wanted.needs_tasks(),
            failed: Vec::new(),
            fault: None,
        };
        match observed.reading(&desired.id) {
            Some(Reading::Present(Object::Connector(connector))) => standing.take(connector),
            Some(Reading::Unreachable(fault)) => standing.fault = Some(fault.message.clone()),
            Some(Reading::Present(_) | Reading::Absent) => {}
            None => standing.fault = Some("it was not asked for".into()),
        }
        Some(standing)
    }

    fn take(&mut self, connector: &Connector) {
        self.state = Some(connector.state);
        self.tasks = connector.tasks;
        self.failed.clone_from(&connector.failed);
    }

    /// Whether it is not there although its Connect cluster answers.
    pub const fn is_missing(&self) -> bool {
        self.state.is_none() && self.fault.is_none()
    }

    /// Whether it does its work, as far as Connect knows. That its source lives is not among what Connect knows.
    pub fn is_healthy(&self) -> bool {
        self.state == Some(ConnectorState::Running)
            && self.failed.is_empty()
            && (self.tasks > 0 || !self.needs_tasks)
    }
}
