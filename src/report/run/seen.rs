//! What the steps of a run found out.

use super::model::{Approval, Group, HookCall, Lost, Name, Objective, Snapshot, SnapshotSide};
use super::spans::Told;
use crate::estate::{
    Address, Evidence, GroupSet, Object, ObjectId, PartitionEnds, RecordSet, Route, Snapshot as Taken, Task,
};
use crate::plan::{Action, Failover, Loss, Plan, Recipe, Step};
use crate::report::failover::one;
use crate::report::figures::counted;
use crate::run::Fact;
use std::collections::BTreeMap;

/// What a step found out, if it is done.
fn evidence<'a>(told: &Told<'a>, step: &Step) -> Option<&'a Evidence> {
    match told.tracks.get(step.id.0 as usize)?.fact? {
        Fact::Found(evidence) => Some(evidence),
        Fact::Nothing | Fact::Owns(_) | Fact::LetGo => None,
    }
}

fn is_done(told: &Told<'_>, step: &Step) -> bool {
    told.tracks.get(step.id.0 as usize).is_some_and(|track| track.fact.is_some())
}

/// What was seen, in few words.
pub(super) fn words(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Found(Evidence::Seen(text) | Evidence::Still { seen: text, .. }) => Some(text.clone()),
        Fact::Found(Evidence::Starts(starts)) => Some(counted(starts.len(), "partition")),
        Fact::Found(Evidence::Groups(groups)) => Some(counted(groups.len(), "group")),
        Fact::Found(Evidence::Answer { code, .. }) => Some(format!("answered {code}")),
        Fact::Found(Evidence::Approved { by, reason, .. }) => Some(format!("by {by}: {reason}")),
        Fact::Found(Evidence::Snapshot(taken)) => Some(counted(taken.ends.len(), "cluster")),
        Fact::Found(Evidence::Nothing) | Fact::Nothing | Fact::Owns(_) | Fact::LetGo => None,
    }
}

/// The groups that were foretold, and those that steps have set.
pub(super) fn groups<'a>(
    foretold: &'a [GroupSet],
    steps: impl Iterator<Item = &'a Step>,
    told: &Told<'a>,
) -> Vec<Group> {
    let mut by_name: BTreeMap<&str, Group> = BTreeMap::new();
    for set in foretold {
        entry(&mut by_name, set).foretold = Some(set.clone());
    }
    for step in steps {
        if let Some(Evidence::Groups(groups)) = evidence(told, step) {
            for set in groups {
                entry(&mut by_name, set).set = Some(set.clone());
            }
        }
    }
    by_name.into_values().collect()
}

fn entry<'a, 'm>(by_name: &'m mut BTreeMap<&'a str, Group>, set: &'a GroupSet) -> &'m mut Group {
    let new = || Group { group: set.group.clone(), foretold: None, set: None };
    by_name.entry(&set.group).or_insert_with(new)
}

pub(super) fn approvals(plan: &Plan, told: &Told<'_>) -> Vec<Approval> {
    let given = |step: &Step| {
        let (Action::Task(Task::Approve { name, .. }), Some(Evidence::Approved { by, reason, at })) =
            (&step.action, evidence(told, step))
        else {
            return None;
        };
        Some(Approval { name: name.clone(), by: by.clone(), reason: reason.clone(), at: *at })
    };
    plan.steps.iter().filter_map(given).collect()
}

pub(super) fn hooks(plan: &Plan, told: &Told<'_>) -> Vec<HookCall> {
    let answered = |step: &Step| {
        let Some(Evidence::Answer { code, output }) = evidence(told, step) else { return None };
        let what = one(step);
        Some(HookCall { step: step.id, what, code: *code, output: output.clone() })
    };
    plan.steps.iter().filter_map(answered).collect()
}

/// Names that the plan switches, before and after.
pub(super) fn names(plan: &Plan, told: &Told<'_>) -> Vec<Name> {
    type IsOf = fn(&Task, &ObjectId) -> bool;
    let of = |id: &ObjectId, is: IsOf| {
        plan.steps.iter().find(|step| matches!(&step.action, Action::Task(task) if is(task, id)))
    };
    let seen = |id: &ObjectId| {
        let is: IsOf = |task, id| matches!(task, Task::AwaitPropagation { record, .. } if record == id);
        match evidence(told, of(id, is)?)? {
            Evidence::Seen(text) => Some(text.clone()),
            _ => None,
        }
    };
    let resolved = |id: &ObjectId| {
        let is: IsOf = |task, id| matches!(task, Task::AwaitResolved { record, .. } if record == id);
        seen_or_why(told, of(id, is)?)
    };
    let entered = |id: &ObjectId| {
        let is: IsOf =
            |task, id| matches!(task, Task::Canary { through: Some(entrance), .. } if entrance.record == *id);
        seen_or_why(told, of(id, is)?)
    };
    let switched = |step: &Step| {
        let id = step.object.as_ref()?;
        let (before, after) = match &step.action {
            Action::Update { from, to, .. }
            | Action::Replace { from, to, .. }
            | Action::Adopt { from, to, .. } => (record_set(from), record_set(to)),
            Action::Create(to) => (None, record_set(to)),
            Action::Delete { from } => (record_set(from), None),
            Action::Forget | Action::Task(_) => (None, None),
        };
        let ttl = after.or(before)?.ttl;
        let values = |set: Option<&RecordSet>| set.map(|set| set.values.iter().cloned().collect());
        Some(Name {
            name: id.what.to_string(),
            before: values(before).unwrap_or_default(),
            after: values(after).unwrap_or_default(),
            ttl,
            switched: is_done(told, step),
            seen: seen(id),
            resolved: resolved(id),
            entered: entered(id),
        })
    };
    plan.steps.iter().filter_map(switched).collect()
}

/// What a step has seen, or why it has not.
fn seen_or_why(told: &Told<'_>, step: &Step) -> Option<String> {
    if let Some(Evidence::Seen(text)) = evidence(told, step) {
        return Some(text.clone());
    }
    let track = told.tracks.get(step.id.0 as usize)?;
    track.waived.map(str::to_owned).or_else(|| track.fault.map(|fault| fault.message.clone()))
}

fn record_set(object: &Object) -> Option<&RecordSet> {
    match object {
        Object::RecordSet(set) => Some(set),
        _ => None,
    }
}

fn taken<'a, 's>(mut steps: impl Iterator<Item = &'s Step>, told: &Told<'a>) -> Option<&'a Taken> {
    steps.find_map(|step| match evidence(told, step)? {
        Evidence::Snapshot(taken) => Some(&**taken),
        _ => None,
    })
}

pub(super) fn snapshot<'s>(steps: impl Iterator<Item = &'s Step>, told: &Told<'_>) -> Option<Snapshot> {
    let taken = taken(steps, told)?;
    let side = |(cluster, topics): (&Address, &BTreeMap<String, Vec<PartitionEnds>>)| SnapshotSide {
        cluster: cluster.clone(),
        topics: topics.len(),
        partitions: topics.values().map(Vec::len).sum(),
        ends: topics.values().flatten().map(|ends| ends.end).sum(),
    };
    Some(Snapshot {
        at: taken.at,
        sides: taken.ends.iter().map(side).collect(),
        silent: taken.silent.clone(),
    })
}

/// What was lost, as foretold and as seen.
pub(super) fn loss(plan: &Plan, failover: &Failover, told: &Told<'_>) -> Option<Lost> {
    let (seen, why) = match failover.recipe {
        Recipe::Planned => drained(plan, failover, told),
        Recipe::Unplanned => behind(plan, failover, told),
        Recipe::Reprotect | Recipe::Rebuild | Recipe::Drill => return None,
    };
    let rpo = failover.rpo.map(|seconds| Objective { seconds, met: kept(&failover.loss, seen, seconds) });
    Some(Lost { foretold: failover.loss.clone(), seen, why, rpo })
}

/// Of a planned failover nothing is lost once every flow was seen drained behind the fence.
fn drained(plan: &Plan, failover: &Failover, told: &Told<'_>) -> (Option<i64>, String) {
    let waits: Vec<&Step> = (plan.steps_of(failover))
        .filter(|step| matches!(step.action, Action::Task(Task::AwaitDrained { .. })))
        .collect();
    match waits.iter().filter(|step| is_done(told, step)).count() {
        0 if !waits.is_empty() => (None, "no flow was seen drained".into()),
        number if number == waits.len() => (Some(0), "every flow was seen drained, behind the fence".into()),
        number => (None, format!("{number} of {} flows were seen drained", waits.len())),
    }
}

/// Of an unplanned one: what the old side held in the snapshot beyond what was carried, if it answered.
fn behind(plan: &Plan, failover: &Failover, told: &Told<'_>) -> (Option<i64>, String) {
    let old = &failover.from.cluster;
    if let (Some(continued), Loss::Seen { records, .. }) = (&failover.continues, &failover.loss)
        && continued.is_fenced
    {
        let why =
            format!("{} was fenced by run {}, took nothing more, and died later", old.name, continued.run);
        return (Some(*records), why);
    }
    let Some(taken) = taken(plan.steps_of(failover), told) else {
        return (None, "the logs' ends were not noted".into());
    };
    let Some(ends) = taken.ends.get(old) else {
        let why = taken.silent.get(old).map_or_else(String::new, |why| format!(": {why}"));
        return (None, format!("{} did not answer any more{why}", old.name));
    };
    let routes = plan.steps_of(failover).find_map(|step| match &step.action {
        Action::Task(Task::TakeSnapshot { routes, .. }) => Some(routes.as_slice()),
        _ => None,
    });
    let mut lost = 0;
    for route in routes.unwrap_or_default() {
        let Some(carried) = taken.carried.get(&route.replication) else {
            return (None, format!("how far {} had carried could not be read", route.replication));
        };
        lost += left_over(route, ends, &carried.next);
    }
    (Some(lost), format!("{} still answered: what it held and had not handed on", old.name))
}

fn left_over(
    route: &Route,
    ends: &BTreeMap<String, Vec<PartitionEnds>>,
    next: &BTreeMap<String, BTreeMap<i32, i64>>,
) -> i64 {
    let of_topic = |topic: &String| -> i64 {
        let partitions = (0..).zip(ends.get(topic).into_iter().flatten());
        let left = |(partition, ends): (i32, &PartitionEnds)| {
            let carried = next.get(topic).and_then(|next| next.get(&partition)).copied();
            (ends.end - carried.unwrap_or(ends.start).max(ends.start)).max(0)
        };
        partitions.map(left).sum()
    };
    route.topics.keys().map(of_topic).sum()
}

/// Whether a recovery point objective was kept, as far as it is known.
fn kept(foretold: &Loss, seen: Option<i64>, seconds: u64) -> Option<bool> {
    match (seen, foretold) {
        (Some(0), _) => Some(true),
        (None, Loss::Nothing) => None,
        (None, Loss::Seen { records: 0, .. }) => Some(true),
        (_, Loss::Seen { millis: Some(millis), .. }) => {
            Some(u64::try_from(*millis).unwrap_or_default() <= seconds.saturating_mul(1_000))
        }
        _ => None,
    }
}

/// What is left to be done by a person or another run.
pub(super) fn left(plan: &Plan, told: &Told<'_>) -> Vec<String> {
    let mut left = Vec::new();
    for step in plan.steps.iter().filter(|step| is_done(told, step)) {
        if let Action::Task(Task::DeferFence { cluster, pair }) = &step.action {
            left.push(format!(
                "the fence of {} is pending: it may still take writes if it is alive, and is not mirrored to before \
                 `leeward failback run {}`",
                cluster.name, pair.name
            ));
        }
    }
    let is_waived = |step: &&Step| {
        told.tracks.get(step.id.0 as usize).is_some_and(|track| track.waived.is_some()) && !step.optional
    };
    for step in plan.steps.iter().filter(is_waived) {
        if let (Action::Task(Task::AllowWrites { cluster, .. }), Some(failover)) =
            (&step.action, &plan.failover)
        {
            left.push(format!(
                "{} is still fenced, and is not mirrored to before `leeward failback run {}`",
                cluster.name, failover.pair.name
            ));
        }
    }
    for name in names(plan, told).iter().filter(|name| !name.switched) {
        left.push(format!("{} was not switched: it leads to {}", name.name, name.before.join(", ")));
    }
    let failed = |step: &Step| {
        told.tracks
            .get(step.id.0 as usize)
            .is_some_and(|track| track.fault.is_some() || track.waived.is_some())
    };
    let optional = |step: &&Step| step.optional && failed(step);
    for step in plan.steps.iter().filter(optional) {
        left.push(format!("{} failed, and the run went on without it", one(step)));
    }
    left.extend(deferred(plan));
    left
}

/// What could not be read, told together where the reason is one.
fn deferred(plan: &Plan) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for deferred in &plan.deferred {
        by_reason.entry(&deferred.fault.message).or_default().push(deferred.object.to_string());
    }
    let told = |(reason, objects): (&str, Vec<String>)| match &objects[..] {
        [only] => format!("{only} was left as it was: {reason}"),
        _ => format!("{} were left as they were: {reason}", counted(objects.len(), "object")),
    };
    by_reason.into_iter().map(told).collect()
}
