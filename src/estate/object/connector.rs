//! A connector on a Connect cluster.

use super::{Comparison, FieldChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A connector: its settings, and whether it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connector {
    /// Its settings, `connector.class` among them, without `name`.
    pub config: BTreeMap<String, Setting>,
    /// Desired: `Running` or `Stopped`. Observed: what Connect says.
    pub state: ConnectorState,
    /// Observed: how many tasks it has; 0 while desired.
    #[serde(default)]
    pub tasks: usize,
    /// Observed: tasks that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedTask>,
}

/// A value of a connector's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// A value that may be shown.
    Plain(String),
    /// A secret of the estate, by reference; observed: Connect holds the same one.
    Secret(SecretRef),
    /// Observed only: a secret that is not the one desired. Its value was dropped as it was read.
    OtherSecret,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(value) => f.write_str(value),
            Self::Secret(_) => f.write_str("(sensitive)"),
            Self::OtherSecret => f.write_str("(another sensitive value)"),
        }
    }
}

/// Names a secret of the estate's vault without holding it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SecretRef(pub String);

/// Whether a connector runs (KIP-875 for `Stopped`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorState {
    /// It runs.
    Running,
    /// It keeps its tasks, idle.
    Paused,
    /// It has no tasks; its offsets can be set.
    Stopped,
    /// It failed.
    Failed,
    /// Not assigned to a worker, or on its way to another state.
    Unassigned,
}

impl fmt::Display for ConnectorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Unassigned => "unassigned",
        })
    }
}

/// A task that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedTask {
    /// The number of the task.
    pub id: u32,
    /// The first line of its trace.
    pub trace: String,
}

impl Connector {
    /// Whether it is of no use without tasks. A checkpoint connector has none until there is a group to follow.
    pub fn needs_tasks(&self) -> bool {
        let class = self.config.get("connector.class");
        !matches!(class, Some(Setting::Plain(class)) if class.ends_with("MirrorCheckpointConnector"))
    }

    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        let keys: BTreeSet<&String> = self.config.keys().chain(observed.config.keys()).collect();
        let mut fields: Vec<FieldChange> = keys
            .into_iter()
            .filter(|key| self.config.get(*key) != observed.config.get(*key))
            .map(|key| {
                let text = |connector: &Self| connector.config.get(key).map(Setting::to_string);
                FieldChange::new(format!("config.{key}"), text(observed), text(self))
            })
            .collect();
        if self.state != observed.state {
            let (from, to) = (observed.state.to_string(), self.state.to_string());
            fields.push(FieldChange::new("state", Some(from), Some(to)));
        } else if self.state == ConnectorState::Running && self.needs_tasks() && observed.tasks == 0 {
            let change = FieldChange::new("tasks", Some("0".into()), Some("1 or more".into()));
            fields.push(change.note("it runs and does nothing: restarted"));
        }
        fields.extend(observed.failed.iter().map(|task| {
            let from = format!("failed: {}", task.trace);
            FieldChange::new(format!("task.{}", task.id), Some(from), Some("running".into()))
        }));
        Comparison::of(fields)
    }
}
