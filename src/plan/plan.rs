//! Steps that take the world from observed to desired.

use super::{Failover, Finding, InWaves, Recipe, Step};
use crate::estate::{Address, Fault, ObjectId, Owned, Position, Side};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Steps that take the world from observed to desired, in an order in which each comes after what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The version of this format; see [`Plan::FORMAT`].
    pub format: u32,
    /// Digest of everything below, in hex: two plans with the same id are the same plan.
    pub id: String,
    /// What it is for.
    pub kind: PlanKind,
    /// What it was made from; it is stale once any of that has changed.
    pub based_on: Basis,
    /// Which side of each pair is active.
    pub active: BTreeMap<Address, ActiveSide>,
    /// The steps.
    pub steps: Vec<Step>,
    /// Resources that are as declared.
    pub unchanged: Vec<Address>,
    /// Objects that could not be planned for, because their place could not be read.
    pub deferred: Vec<Deferred>,
    /// Changes that can't be made; a plan with any of them can't be applied.
    pub refused: Vec<Refusal>,
    /// What the state has to learn although the world needs no change.
    pub remembered: Vec<Remembered>,
    /// What the state has to let go of, because it is gone already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<Forgotten>,
    /// What the policy rules say.
    pub findings: Vec<Finding>,
    /// The root module's outputs.
    pub outputs: BTreeMap<String, PlannedOutput>,
    /// The addresses that `-target` restricted it to; empty if it is whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Address>,
    /// What it says of a failover, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Box<Failover>>,
    /// What it says of a failover of several pairs, if it is one; then `failover` is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_waves: Option<Box<InWaves>>,
}

impl Plan {
    /// The version of the format that this leeward writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;

    /// Whether it is a drill's: nothing that it makes is owned from then on, and no output changes.
    pub fn is_drill(&self) -> bool {
        self.recipe() == Some(Recipe::Drill)
    }

    /// Whether it changes nothing, in the world or in what is owned.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the state has something to learn or to let go of although no step says so.
    pub fn updates_state(&self) -> bool {
        !self.remembered.is_empty() || !self.forgotten.is_empty()
    }

    /// What it is, in a few words: `planned failover of orders, hangzhou → shanghai`.
    pub fn what(&self) -> String {
        let word = match self.kind {
            PlanKind::Apply => "apply",
            PlanKind::Destroy => "destroy",
            PlanKind::Offsets => "offsets",
            PlanKind::Abort => "abort",
            PlanKind::Failover => "failover",
        };
        match (&self.failover, &self.in_waves) {
            (Some(failover), _) => failover.what(),
            (None, Some(several)) => several.what(),
            (None, None) => word.to_owned(),
        }
    }

    /// Whether it may be applied.
    pub fn is_applicable(&self) -> bool {
        self.obstacles().is_none()
    }

    /// What forbids to apply it, if anything does: `2 changes can't be made, 1 finding is an error`.
    pub fn obstacles(&self) -> Option<String> {
        let refused = match self.refused.len() {
            0 => None,
            1 => Some("1 change can't be made".to_owned()),
            number => Some(format!("{number} changes can't be made")),
        };
        let findings = match self.findings.iter().filter(|finding| finding.stops()).count() {
            0 => None,
            1 => Some("1 finding is an error".to_owned()),
            number => Some(format!("{number} findings are errors")),
        };
        let obstacles: Vec<String> = refused.into_iter().chain(findings).collect();
        (!obstacles.is_empty()).then(|| obstacles.join(", "))
    }
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// Closes the difference between estate and world.
    Apply,
    /// Lets go of, or deletes, all that the estate owns.
    Destroy,
    /// Sets the positions of groups on a standby to what their positions on the active side are there.
    Offsets,
    /// Takes back what another run did.
    Abort,
    /// Changes the roles of a pair, or prepares for it.
    Failover,
}

/// What a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// The digest of the configuration.
    pub config: String,
    /// The lineage of the state.
    pub lineage: String,
    /// The serial of the state.
    pub serial: u64,
    /// The epoch of each pair.
    pub epochs: BTreeMap<Address, u64>,
    /// When the world was read.
    pub observed_at: Timestamp,
}

/// The active side of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActiveSide {
    /// The side.
    pub side: Side,
    /// Its cluster.
    pub cluster: Address,
}

/// An object that could not be planned for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deferred {
    /// The resource.
    pub address: Address,
    /// The object.
    pub object: ObjectId,
    /// Why its place could not be read, or which resource it waits for.
    pub fault: Fault,
}

/// A change that can't be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// The resource.
    pub address: Address,
    /// The object.
    pub object: ObjectId,
    /// Where the resource is declared, if it still is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Why it can't be made, and what can be done instead.
    pub reason: String,
}

/// What the state has to learn of an object that needs no change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remembered {
    /// The resource.
    pub address: Address,
    /// What is to be remembered.
    pub owned: Owned,
}

/// An owned object that the state lets go of although no step says so: it is no longer declared and gone already,
/// or another address takes it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forgotten {
    /// The resource.
    pub address: Address,
    /// The object.
    pub object: ObjectId,
}

/// An output's value, unless it must not be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlannedOutput {
    /// The value.
    Plain(serde_json::Value),
    /// It is sensitive: the value is not here.
    Sensitive,
}
