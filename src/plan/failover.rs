//! What a plan of a failover says beside its steps.

use super::{ActiveSide, StepId};
use crate::estate::{Address, GroupSet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a plan of a failover says beside its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failover {
    /// The pair.
    pub pair: Address,
    /// The recipe.
    pub recipe: Recipe,
    /// The side that is active before.
    pub from: ActiveSide,
    /// The side that is active behind it.
    pub to: ActiveSide,
    /// The pair's epoch behind it.
    pub epoch: u64,
    /// The waves, by what each is for; a step's `wave` counts them from 1.
    pub waves: Vec<String>,
    /// The step behind which nothing is taken back any more; none if all of it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_return: Option<StepId>,
    /// The conditions, and whether they hold.
    pub guards: Vec<Guard>,
    /// What each group would read again, as it stood when the plan was made.
    pub groups: Vec<GroupSet>,
    /// What would be lost.
    pub loss: Loss,
    /// What has to be done beside it, or is left for later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How long it may take, in seconds: the recovery time objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto: Option<u64>,
    /// How much may be lost, in seconds: the recovery point objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpo: Option<u64>,
}

impl Failover {
    /// What it is, in a few words: `planned failover of orders, hangzhou → shanghai`.
    pub fn what(&self) -> String {
        let Self { pair, recipe, from, to, .. } = self;
        match recipe {
            Recipe::Planned | Recipe::Unplanned | Recipe::Drill => {
                format!("{recipe} of {}, {} → {}", pair.name, from.cluster.name, to.cluster.name)
            }
            Recipe::Reprotect => format!("{recipe} of {}, mirrored from {}", pair.name, to.cluster.name),
        }
    }
}

/// By which recipe a plan was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipe {
    /// Both sides answer, and nothing may be lost.
    Planned,
    /// The active side is taken for dead; no step waits for it.
    Unplanned,
    /// A side that was dead has returned: it is fenced, and mirrored to again.
    Reprotect,
    /// The way of a failover is gone with a topic and a group of its own, and nothing of it stays.
    Drill,
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned failover",
            Self::Unplanned => "unplanned failover",
            Self::Reprotect => "reprotect",
            Self::Drill => "drill",
        })
    }
}

/// A condition that has to hold before a failover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guard {
    /// Its name; `-override NAME=REASON` lets the failover go on without it.
    pub name: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was seen, and what was asked for.
    pub seen: String,
    /// Why it is overridden, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<String>,
}

impl Guard {
    /// Whether it stops the failover.
    pub const fn stops(&self) -> bool {
        !matches!(self.verdict, Verdict::Holds) && self.overridden.is_none()
    }
}

/// Whether a guard holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// What it is about could not be read.
    Unknown,
}

/// What a failover would lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing: it is drained before.
    Nothing,
    /// What was written and not carried when the active side was last seen.
    Seen {
        /// So many records.
        records: i64,
        /// They stand there for at most so many milliseconds; absent if nothing tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        millis: Option<i64>,
        /// So many seconds before the plan was made the active side was last seen.
        age: i64,
    },
    /// Where the active side ended was never seen.
    Unknown {
        /// The last heartbeat that crossed was sent so many milliseconds before the plan was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heartbeat_age: Option<i64>,
    },
}
