//! What is told of a run.

use crate::estate::{Address, Fault, GroupSet};
use crate::plan::{ActiveSide, Continued, Guard, Loss, PlanKind, Recipe, StepId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All that is told of a run. Times are milliseconds after its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this document.
    pub format_version: String,
    /// The run.
    pub run: String,
    /// What it did, in a few words.
    pub what: String,
    /// What its plan was for.
    pub kind: PlanKind,
    /// The id of its plan.
    pub plan: String,
    /// The leeward that began it.
    pub leeward: String,
    /// Who began it, `user@host`; absent if that was not written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was begun.
    pub started: Timestamp,
    /// When it last wrote something down.
    pub last: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// How many steps are done or taken for done.
    pub done: usize,
    /// How many steps there are.
    pub steps: usize,
    /// Which failover it was, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<About>,
    /// The policy that put the pairs together, if it was a failover of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Address>,
    /// What came of each pair, if it was a failover of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<PairTold>,
    /// Where its time went.
    pub times: Times,
    /// What was lost; absent for what can lose nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Lost>,
    /// The steps, by wave.
    pub waves: Vec<Wave>,
    /// Where consumer groups were set.
    pub groups: Vec<Group>,
    /// The guards, as they stood when the plan was made.
    pub guards: Vec<Guard>,
    /// The words that were given.
    pub approvals: Vec<Approval>,
    /// What hooks answered.
    pub hooks: Vec<HookCall>,
    /// Names before and after.
    pub names: Vec<Name>,
    /// How the world stood before the roles changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What the plan said beside its steps.
    pub notes: Vec<String>,
    /// What is left to be done.
    pub left: Vec<String>,
}

impl Report {
    /// The version of the document that this leeward writes.
    pub const FORMAT_VERSION: &str = "1.0";

    /// All steps, in their waves.
    pub fn all_steps(&self) -> impl Iterator<Item = &StepTold> {
        self.waves.iter().flat_map(|wave| &wave.steps)
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every step is done, or taken for done.
    Done,
    /// It came to its end, and steps failed; what needs them was left out.
    Failed,
    /// It was asked to stop, and was not taken up again.
    Stopped,
    /// It was given up.
    Aborted {
        /// The run that took back what this one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Why, where a person said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Another run goes on from where it was stopped.
    Superseded {
        /// The run that goes on.
        by: String,
        /// Who decided that.
        who: String,
        /// Why.
        reason: String,
    },
    /// It is under way, or its process ended without a word.
    Unfinished,
}

/// Which failover it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// The pair.
    pub pair: Address,
    /// By which recipe.
    pub recipe: Recipe,
    /// The side that was active before.
    pub from: ActiveSide,
    /// The side that was to be active behind it.
    pub to: ActiveSide,
    /// The pair's epoch behind it.
    pub epoch: u64,
    /// The planned failover that it went on from, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
}

/// What came of one pair of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairTold {
    /// What it is called among the others.
    pub name: String,
    /// In which wave of pairs it was, from 1.
    pub wave: usize,
    /// Which failover it was.
    pub about: About,
    /// How many of its steps are done or taken for done.
    pub done: usize,
    /// How many steps it has.
    pub steps: usize,
    /// When its first step was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<i64>,
    /// When clients could write and names led to the new side; absent if it did not come to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<i64>,
    /// How long clients could not write; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<i64>,
    /// The pair's own recovery time objective, from its first step on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto: Option<Objective>,
    /// What was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Lost>,
    /// Where its consumer groups were set.
    pub groups: Vec<Group>,
    /// How the world stood before its roles changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

/// Where the time of a run went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// From the start to the last word.
    pub total: i64,
    /// In which leeward itself was at work and waited for nothing.
    pub own: i64,
    /// In which at least one step waited: for Kafka, Connect, DNS, a hook, a person. What waits together counts once.
    pub waits: i64,
    /// In which nothing was done: between a stop and its resumption.
    pub paused: i64,
    /// When nothing was done.
    pub pauses: Vec<Pause>,
    /// What was reached when.
    pub milestones: Vec<Milestone>,
    /// From the start until clients could write and names led to the new side; absent if it did not come to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<i64>,
    /// Of that, how long clients could not write; absent where that did not begin with the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<i64>,
    /// The recovery time objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rto: Option<Objective>,
}

/// When nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pause {
    /// From the last word before it.
    pub begin: i64,
    /// To the first behind it.
    pub end: i64,
}

/// Something that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Milestone {
    /// What.
    pub what: String,
    /// When.
    pub at: i64,
}

/// What a policy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Objective {
    /// At most so many seconds.
    pub seconds: u64,
    /// Whether it was kept; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
}

/// What a failover lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lost {
    /// What the plan foretold.
    pub foretold: Loss,
    /// How many records were seen to be lost; absent if that could not be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
    /// By what that is known, or why it is not.
    pub why: String,
    /// The recovery point objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rpo: Option<Objective>,
}

/// Steps that serve one end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wave {
    /// Its number, from 1; 0 for a plan without waves.
    pub number: u32,
    /// The pair that it is about, as it is called among the others, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<String>,
    /// What it is for.
    pub title: String,
    /// Whether the point of no return stands before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_return: bool,
    /// Its steps, in the order in which they were begun.
    pub steps: Vec<StepTold>,
    /// How they are told: what went well at the first attempt as one, if it is of one sort.
    pub rows: Vec<Row>,
}

/// Steps that are told as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// What they do.
    pub what: String,
    /// The steps.
    pub steps: Vec<StepId>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepTold {
    /// Its number in the plan.
    pub step: StepId,
    /// The resource.
    pub address: Address,
    /// What it does.
    pub what: String,
    /// Whether it is there to wait.
    pub waits: bool,
    /// What came of it.
    pub outcome: StepOutcome,
    /// When it was first begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin: Option<i64>,
    /// When it last came to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<i64>,
    /// How long its attempts took together.
    pub took: i64,
    /// Each attempt.
    pub attempts: Vec<Attempt>,
    /// What was seen, why it failed or was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It was left out, because it needs what failed.
    LeftOut,
    /// It is taken for done, because a person said so.
    Waived,
    /// It was begun, and has no result: it may have had its effect.
    Begun,
    /// It was never begun.
    NotBegun,
}

/// One attempt at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// When it was begun.
    pub begin: i64,
    /// When it ended; where it has no result, the last word before the run was taken up again.
    pub end: i64,
    /// Whether it ended with a result.
    pub ended: bool,
}

/// A consumer group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The group.
    pub group: String,
    /// As the plan foretold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foretold: Option<GroupSet>,
    /// As it was set and read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<GroupSet>,
}

/// A word that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// What for.
    pub name: String,
    /// Who gave it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What a hook answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HookCall {
    /// The step.
    pub step: StepId,
    /// What was called.
    pub what: String,
    /// Its exit code, or the HTTP status.
    pub code: i32,
    /// The end of what it printed or answered.
    pub output: String,
}

/// A record set before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Name {
    /// The name and its type.
    pub name: String,
    /// What it said before; empty if it was not there.
    pub before: Vec<String>,
    /// What it says now; empty if it is gone, or as before if it was not switched.
    pub after: Vec<String>,
    /// Seconds that a resolver may keep it.
    pub ttl: u32,
    /// Whether it was switched.
    pub switched: bool,
    /// Which authorities were seen to answer so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Which resolvers were seen to answer so, or why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
    /// The way of a client that came by the name, or why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<String>,
}

impl Name {
    /// Who has seen what of it, each with a word in front.
    pub(super) fn sightings(&self) -> impl Iterator<Item = String> {
        let all = [("seen", &self.seen), ("resolvers", &self.resolved), ("canary", &self.entered)];
        all.into_iter().filter_map(|(word, text)| Some(format!("{word}: {}", text.as_ref()?)))
    }
}

/// How the world stood before the roles changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// When it was taken.
    pub at: Timestamp,
    /// Each cluster that answered.
    pub sides: Vec<SnapshotSide>,
    /// What did not answer, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub silent: BTreeMap<Address, String>,
}

/// A cluster in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotSide {
    /// The cluster.
    pub cluster: Address,
    /// How many topics were noted.
    pub topics: usize,
    /// How many partitions they have.
    pub partitions: usize,
    /// The sum of their next offsets.
    pub ends: i64,
}
