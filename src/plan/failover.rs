//! What a plan of a failover says beside its steps.

use super::{ActiveSide, Plan, Step, StepId};
use crate::estate::{Address, GroupSet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// How many waves of the plan stand before these: those of the pairs that come before, if there are several.
    #[serde(default, skip_serializing_if = "super::step::is_zero")]
    pub before: u32,
    /// The step behind which nothing is taken back any more; none if all of it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_return: Option<StepId>,
    /// The conditions, and whether they hold.
    pub guards: Vec<Guard>,
    /// What each group would read again, as it stood when the plan was made.
    pub groups: Vec<GroupSet>,
    /// What would be lost.
    pub loss: Loss,
    /// What speaks for the death of a side that is taken for dead, and what against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<Signs>,
    /// The planned failover that it goes on from, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
    /// What is deleted on the standby, if that is rebuilt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emptied: Option<Emptied>,
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

/// The signs of life of a side that is taken for dead, as they were when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signs {
    /// The machine that asked.
    pub from: String,
    /// How long it asked, in milliseconds.
    pub millis: u64,
    /// What each place of the side answered: its brokers, and the Connect clusters that are attached to it.
    pub places: Vec<Sign>,
    /// How long before the last heartbeat was sent that has crossed, in milliseconds; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_age: Option<i64>,
}

/// What a place answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sign {
    /// The place.
    pub place: Address,
    /// How many questions it was asked.
    pub asked: usize,
    /// How many of them it answered.
    pub answered: usize,
    /// Why the first of the others was not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What is deleted on a standby, so that all can be carried to it anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Emptied {
    /// The standby.
    pub cluster: Address,
    /// The topics of clients, with how many records each holds; absent where that could not be read.
    pub topics: BTreeMap<String, Option<i64>>,
    /// How many records stand there alone; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_there: Option<u64>,
}

/// A planned failover whose active side died before the roles changed, as far as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Continued {
    /// Its run.
    pub run: String,
    /// Whether the side that died was fenced and seen to take no more writes: where its logs ended then, they end.
    pub is_fenced: bool,
}

impl Failover {
    /// Whether a step belongs to it.
    pub fn has(&self, step: &Step) -> bool {
        let last = self.before as usize + self.waves.len();
        step.wave > self.before && step.wave as usize <= last
    }

    /// The waves with the numbers that they have in the plan.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &str)> {
        (self.before + 1..).zip(self.waves.iter().map(String::as_str))
    }

    /// What it is, in a few words: `planned failover of orders, hangzhou → shanghai`.
    pub fn what(&self) -> String {
        let Self { pair, recipe, from, to, continues, .. } = self;
        match recipe {
            Recipe::Planned | Recipe::Unplanned | Recipe::Drill => {
                let after =
                    continues.as_ref().map_or_else(String::new, |it| format!(", after run {}", it.run));
                format!("{recipe} of {}, {} → {}{after}", pair.name, from.cluster.name, to.cluster.name)
            }
            Recipe::Reprotect | Recipe::Rebuild => {
                format!("{recipe} of {}, mirrored from {}", pair.name, to.cluster.name)
            }
        }
    }
}

/// What a plan of a failover of several pairs says beside its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InWaves {
    /// The policy that puts the pairs together.
    pub policy: Address,
    /// By wave, what is said of each of its pairs. A wave begins once clients can work with all pairs of the wave before.
    pub waves: Vec<Vec<Failover>>,
    /// What has to be done beside it, or is left for later, whichever pair it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How long it may take until clients can work with the last pair, in seconds: the recovery time objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto: Option<u64>,
}

impl InWaves {
    /// What it is, in a few words: `planned failover of all: orders and payments, then archive`.
    pub fn what(&self) -> String {
        let recipe = self.waves.iter().flatten().next().map(|failover| failover.recipe.to_string());
        let after = self.continues().map_or_else(String::new, |it| format!(", after run {}", it.run));
        format!("{} of {}: {}{after}", recipe.unwrap_or_default(), self.policy.name, self.order())
    }

    /// The planned failover that it goes on from, if it does.
    pub fn continues(&self) -> Option<&Continued> {
        self.waves.iter().flatten().find_map(|failover| failover.continues.as_ref())
    }

    /// Which pairs come after which: `orders and payments, then archive`.
    pub fn order(&self) -> String {
        let wave = |wave: &Vec<Failover>| {
            wave.iter().map(|failover| self.name(&failover.pair)).collect::<Vec<_>>().join(" and ")
        };
        self.waves.iter().map(wave).collect::<Vec<_>>().join(", then ")
    }

    /// What a pair is called among these: its name, or its address where two have one name.
    pub fn name(&self, pair: &Address) -> String {
        let namesakes = self.waves.iter().flatten().filter(|failover| failover.pair.name == pair.name);
        if namesakes.count() > 1 { pair.to_string() } else { pair.name.clone() }
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
    /// What the standby holds is gone or not to be trusted: it is emptied, and all is carried to it anew.
    Rebuild,
    /// The way of a failover is gone with a topic and a group of its own, and nothing of it stays.
    Drill,
}

impl Recipe {
    /// Whether the roles stay, and the standby is made one again that can be relied on.
    pub const fn restores_standby(self) -> bool {
        matches!(self, Self::Reprotect | Self::Rebuild)
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned failover",
            Self::Unplanned => "unplanned failover",
            Self::Reprotect => "reprotect",
            Self::Rebuild => "rebuild",
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

/// What a plan says of failovers, be it of one pair or of several.
impl Plan {
    /// What it says of each pair, in the order of their steps; nothing if it is no failover.
    pub fn failovers(&self) -> impl Iterator<Item = &Failover> {
        let several = self.in_waves.iter().flat_map(|several| several.waves.iter().flatten());
        self.failover.as_deref().into_iter().chain(several)
    }

    /// What it says of the pair that a step belongs to.
    pub fn failover_of(&self, step: &Step) -> Option<&Failover> {
        self.failovers().find(|failover| self.in_waves.is_none() || failover.has(step))
    }

    /// The steps of one of its failovers.
    pub fn steps_of<'a>(&'a self, failover: &'a Failover) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(|step| self.in_waves.is_none() || failover.has(step))
    }

    /// The recipe, if it is a failover: one for all pairs.
    pub fn recipe(&self) -> Option<Recipe> {
        self.failovers().next().map(|failover| failover.recipe)
    }

    /// How long it may take, in seconds.
    pub fn rto(&self) -> Option<u64> {
        match &self.in_waves {
            Some(several) => several.rto,
            None => self.failover.as_ref()?.rto,
        }
    }

    /// How a pair's own is told from that of others: `orders/`; empty where there is one pair.
    pub fn prefix(&self, pair: &Address) -> String {
        self.in_waves.as_ref().map_or_else(String::new, |several| format!("{}/", several.name(pair)))
    }

    /// Every guard, by a name that no other has: `replication_lag`, or `orders/replication_lag` where there are several
    /// pairs.
    pub fn guards(&self) -> impl Iterator<Item = Guard> {
        self.failovers().flat_map(|failover| {
            let prefix = self.prefix(&failover.pair);
            let named =
                move |guard: &Guard| Guard { name: format!("{prefix}{}", guard.name), ..guard.clone() };
            failover.guards.iter().map(named)
        })
    }
}
