//! One node of a plan.

use crate::estate::{Address, FieldChange, Object, ObjectId, OnRemove, Role, Side, Task};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a step within its plan, from 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct StepId(pub u32);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One node of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its number; a step's place in [`Plan::steps`](super::Plan::steps).
    pub id: StepId,
    /// The resource that it is about.
    pub address: Address,
    /// The object that it changes; a task has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// The side and the role of the object's place, for what belongs to a pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<(Side, Role)>,
    /// The steps that have to be done before; all of them have smaller numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StepId>,
    /// What the world must still be for the step to be right.
    pub expect: Expect,
    /// What it does.
    pub action: Action,
    /// What takes it back.
    pub undo: Undo,
    /// What happens to the object when it is no longer declared; kept in the state.
    #[serde(default)]
    pub on_remove: OnRemove,
    /// Why it is done, where the action alone does not tell: `its block was removed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which wave of a failover it belongs to, from 1; 0 outside of one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wave: u32,
    /// Whether the run goes on without it if it fails: its failure is said, and poisons nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(super) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What the world must still be for a step to be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// It does not matter.
    Anything,
    /// The object must not be there.
    Absent,
    /// The object must be there, just so.
    Present(Object),
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Makes an object that is not there.
    Create(Object),
    /// Changes fields of an object in place.
    Update {
        /// What it was read as.
        from: Object,
        /// What it has to be.
        to: Object,
        /// The difference, for people.
        fields: Vec<FieldChange>,
    },
    /// Deletes an object and makes it anew.
    Replace {
        /// What it was read as.
        from: Object,
        /// What it has to be.
        to: Object,
        /// Why it can't be changed in place.
        why: String,
    },
    /// Takes an object that is there already into the state, and brings it to what is declared if it differs.
    Adopt {
        /// What it was read as.
        from: Object,
        /// What it has to be.
        to: Object,
        /// The difference; empty if it is as declared.
        fields: Vec<FieldChange>,
        /// Set if leeward owned an object of this name that someone deleted and made anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
    },
    /// Lets go of an object; it stays in the world.
    Forget,
    /// Deletes an object.
    Delete {
        /// What it was read as.
        from: Object,
    },
    /// A verb of a runbook.
    Task(Task),
}

/// What takes a step back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// An action that does the opposite.
    Inverse(Box<Action>),
    /// There is nothing to take back.
    Nothing,
    /// Only a person can, and this is why.
    ByHand(String),
}
