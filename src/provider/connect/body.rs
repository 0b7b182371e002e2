//! The bodies that Connect's REST interface takes and gives.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /`.
#[derive(Debug, Clone, Deserialize)]
pub struct Worker {
    /// The version of Kafka Connect, `4.3.1`.
    pub version: String,
    /// Which Kafka cluster the worker keeps its own topics on.
    #[serde(default)]
    pub kafka_cluster_id: String,
}

/// One of `GET /connector-plugins`.
#[derive(Debug, Clone, Deserialize)]
pub struct Plugin {
    /// The connector's class.
    pub class: String,
    /// Its version; some plugins have none.
    #[serde(default)]
    pub version: Option<String>,
}

/// One of `GET /connectors?expand=info&expand=status`; a part that the worker does not know yet is left out.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Expanded {
    /// What it is configured as.
    #[serde(default)]
    pub info: Option<Info>,
    /// How it does.
    #[serde(default)]
    pub status: Option<Status>,
}

/// `GET /connectors/NAME`.
#[derive(Debug, Clone, Deserialize)]
pub struct Info {
    /// The settings, `name` among them.
    pub config: BTreeMap<String, Option<String>>,
}

/// `GET /connectors/NAME/status`.
#[derive(Debug, Clone, Deserialize)]
pub struct Status {
    /// The connector itself.
    pub connector: Part,
    /// Its tasks.
    #[serde(default)]
    pub tasks: Vec<TaskStatus>,
}

/// How a connector or a task does.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    /// `RUNNING`, `PAUSED`, `STOPPED`, `FAILED`, `UNASSIGNED`, `RESTARTING`.
    pub state: String,
    /// The stack trace of a failure.
    #[serde(default)]
    pub trace: Option<String>,
}

/// How a task does.
#[derive(Debug, Clone, Deserialize)]
pub struct TaskStatus {
    /// Its number.
    pub id: u32,
    /// How it does.
    #[serde(flatten)]
    pub part: Part,
}

/// `PUT /connector-plugins/CLASS/config/validate`: complaints stand inside an answer of status 200.
#[derive(Debug, Clone, Deserialize)]
pub struct Validation {
    /// How many settings are wrong.
    pub error_count: u32,
    /// The settings.
    #[serde(default)]
    pub configs: Vec<Validated>,
}

/// One setting, validated.
#[derive(Debug, Clone, Deserialize)]
pub struct Validated {
    /// Its value and what is wrong with it.
    pub value: ValidatedValue,
}

/// What is wrong with a setting.
#[derive(Debug, Clone, Deserialize)]
pub struct ValidatedValue {
    /// The setting's key.
    pub name: String,
    /// What is wrong with it.
    #[serde(default)]
    pub errors: Vec<String>,
}

/// `GET` and `PATCH /connectors/NAME/offsets` of a MirrorMaker source connector.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Offsets {
    /// One entry a source partition.
    pub offsets: Vec<OffsetEntry>,
}

/// How far one source partition is carried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OffsetEntry {
    /// The source partition.
    pub partition: SourcePartition,
    /// The last record carried; none for "from the beginning".
    pub offset: Option<SourceOffset>,
}

/// A source partition, as MirrorMaker names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourcePartition {
    /// The source cluster's alias.
    pub cluster: String,
    /// The topic on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
}

/// The offset of the last record that was carried: the task goes on behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceOffset {
    /// The offset.
    pub offset: i64,
}
