//! A plan for machines: JSON with a version and a schema, close to what `terraform show -json` gives.

use super::entry::summary;
use super::sign::Summary;
use crate::estate::{Address, Fault, FieldChange, Object, ObjectId, Role, Side, Task};
use crate::plan::{
    Action, ActiveSide, Basis, Failover, Finding, InWaves, Plan, PlanKind, PlannedOutput, Refusal, Step,
    StepId, Undo,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the document: the first number changes when something that was there goes or means another thing.
pub const FORMAT_VERSION: &str = "1.0";

/// A plan as a document for machines. It never holds a secret.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanDocument<'a> {
    /// The version of this document.
    pub format_version: &'static str,
    /// The leeward that wrote it.
    pub leeward_version: &'static str,
    /// The plan's id, SHA-256 in hex.
    pub id: &'a str,
    /// What the plan is for.
    pub kind: PlanKind,
    /// What it was made from.
    pub based_on: &'a Basis,
    /// Which side of each pair is active.
    pub active: &'a BTreeMap<Address, ActiveSide>,
    /// How many resources are added, changed, ….
    pub summary: Summary,
    /// Whether it may be applied: nothing is refused, and no finding of severity error stands in the way.
    pub applicable: bool,
    /// Whether everything could be read.
    pub complete: bool,
    /// The addresses that it was restricted to.
    pub targets: &'a [Address],
    /// The steps, in an order in which each comes after what it needs.
    pub changes: Vec<Change<'a>>,
    /// Resources that are as declared.
    pub unchanged: &'a [Address],
    /// Objects that could not be planned for.
    pub deferred: Vec<DeferredObject<'a>>,
    /// Changes that can't be made.
    pub refused: &'a [Refusal],
    /// What the policy rules say.
    pub findings: &'a [Finding],
    /// The root module's outputs; of a sensitive one only that it is.
    pub outputs: &'a BTreeMap<String, PlannedOutput>,
    /// What a failover of one pair is: its guards, what it loses and repeats, what each of its waves is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failover: Option<&'a Failover>,
    /// What a failover of several pairs is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_waves: Option<&'a InWaves>,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change<'a> {
    /// Its number.
    pub step: StepId,
    /// The steps that come before it.
    pub needs: &'a [StepId],
    /// The resource.
    pub address: &'a Address,
    /// The object; a wait has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<&'a ObjectId>,
    /// The side of its place, for what belongs to a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// The role of that side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What is done, in Terraform's words: `["create"]`, `["delete", "create"]`; a wait is `["task"]`.
    pub actions: &'static [&'static str],
    /// What was read; null if nothing is there.
    pub before: Option<&'a Object>,
    /// What there will be; null if nothing.
    pub after: Option<&'a Object>,
    /// The fields that change.
    pub fields: &'a [FieldChange],
    /// What is waited for or done beside changing an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<&'a Task>,
    /// Why it is done, where that is not evident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// Kafka's id of the topic that someone deleted and made anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<&'a str>,
    /// Which wave of a failover it belongs to, from 1, over all pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wave: Option<u32>,
    /// Whether leeward can take it back: `inverse`, `nothing` to take back, or only `by_hand`.
    pub undo: &'static str,
}

/// An object that could not be planned for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeferredObject<'a> {
    /// The resource.
    pub address: &'a Address,
    /// The object.
    pub object: &'a ObjectId,
    /// Why it could not be read, or what it waits for.
    pub fault: &'a Fault,
}

/// The plan as JSON, indented.
///
/// # Errors
///
/// None that a plan can cause; the signature is that of `serde_json`.
pub fn plan(plan: &Plan) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&document(plan))
}

/// The plan as a document.
pub fn document(plan: &Plan) -> PlanDocument<'_> {
    let deferred = plan.deferred.iter().map(|deferred| DeferredObject {
        address: &deferred.address,
        object: &deferred.object,
        fault: &deferred.fault,
    });
    PlanDocument {
        format_version: FORMAT_VERSION,
        leeward_version: env!("CARGO_PKG_VERSION"),
        id: &plan.id,
        kind: plan.kind,
        based_on: &plan.based_on,
        active: &plan.active,
        summary: summary(plan),
        applicable: plan.is_applicable(),
        complete: plan.deferred.is_empty(),
        targets: &plan.targets,
        changes: plan.steps.iter().map(change).collect(),
        unchanged: &plan.unchanged,
        deferred: deferred.collect(),
        refused: &plan.refused,
        findings: &plan.findings,
        outputs: &plan.outputs,
        failover: plan.failover.as_deref(),
        in_waves: plan.in_waves.as_deref(),
    }
}

fn change(step: &Step) -> Change<'_> {
    let (before, after) = ends(&step.action);
    Change {
        step: step.id,
        needs: &step.after,
        address: &step.address,
        object: step.object.as_ref(),
        side: step.role.map(|(side, _)| side),
        role: step.role.map(|(_, role)| role),
        actions: words(&step.action),
        before,
        after,
        fields: match &step.action {
            Action::Update { fields, .. } | Action::Adopt { fields, .. } => fields,
            _ => &[],
        },
        task: match &step.action {
            Action::Task(task) => Some(task),
            _ => None,
        },
        reason: match &step.action {
            Action::Replace { why, .. } => Some(why),
            _ => step.reason.as_deref(),
        },
        replaces: match &step.action {
            Action::Adopt { replaces, .. } => replaces.as_deref(),
            _ => None,
        },
        wave: Some(step.wave).filter(|wave| *wave > 0),
        undo: match &step.undo {
            Undo::Inverse(_) => "inverse",
            Undo::Nothing => "nothing",
            Undo::ByHand(_) => "by_hand",
        },
    }
}

fn ends(action: &Action) -> (Option<&Object>, Option<&Object>) {
    match action {
        Action::Create(to) => (None, Some(to)),
        Action::Update { from, to, .. }
        | Action::Replace { from, to, .. }
        | Action::Adopt { from, to, .. } => (Some(from), Some(to)),
        Action::Delete { from } => (Some(from), None),
        Action::Forget | Action::Task(_) => (None, None),
    }
}

const fn words(action: &Action) -> &'static [&'static str] {
    match action {
        Action::Create(_) => &["create"],
        Action::Update { .. } => &["update"],
        Action::Replace { .. } => &["delete", "create"],
        Action::Adopt { fields, .. } if fields.is_empty() => &["adopt"],
        Action::Adopt { .. } => &["adopt", "update"],
        Action::Delete { .. } => &["delete"],
        Action::Forget => &["forget"],
        Action::Task(_) => &["task"],
    }
}
