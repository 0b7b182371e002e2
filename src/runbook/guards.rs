//! The conditions that have to hold before roles change.

use super::moving::{Moving, answers};
use super::names::can_be_switched;
use super::{Exported, Sources};
use crate::estate::{
    Address, ConnectorState, FenceMethod, Object, ObjectId, Reading, Resource, Role, What, desired,
};
use crate::offsets::{Settlement, by_group};
use crate::plan::{Guard, Recipe, Verdict};
use crate::state::LastDrill;

/// The guards of a failover, and whether they hold.
pub(super) fn guards(sources: &Sources<'_>, moving: &Moving) -> Vec<Guard> {
    let watch = Watch { sources, moving };
    let all: Vec<(&str, (Verdict, String))> = match sources.recipe {
        Recipe::Planned | Recipe::Drill => vec![
            ("active_answers", watch.answers(Role::Active)),
            ("standby_answers", watch.answers(Role::Standby)),
            ("connectors", watch.connectors()),
            ("replication_lag", watch.lag()),
            ("groups", watch.groups()),
            ("readable", watch.readable()),
            ("fence", watch.fence()),
            ("pending_fence", watch.pending_fence()),
            ("dns", can_be_switched(sources)),
        ],
        Recipe::Unplanned => {
            vec![("standby_answers", watch.answers(Role::Standby)), ("pending_fence", watch.pending_fence())]
        }
        Recipe::Reprotect => vec![
            ("active_answers", watch.answers(Role::Active)),
            ("standby_answers", watch.answers(Role::Standby)),
            ("readable", watch.readable()),
            ("fence", watch.fence()),
        ],
        Recipe::Rebuild => vec![
            ("active_answers", watch.answers(Role::Active)),
            ("standby_answers", watch.answers(Role::Standby)),
            ("readable", watch.readable()),
            ("fence", watch.fence()),
            ("tail", watch.tail()),
        ],
    };
    let guard = |(name, (verdict, seen)): (&str, (Verdict, String))| Guard {
        name: name.to_owned(),
        verdict,
        seen,
        overridden: sources.overrides.get(name).cloned().filter(|_| verdict != Verdict::Holds),
    };
    let drill =
        watch.drill_age().filter(|_| sources.recipe == Recipe::Planned).map(|seen| ("drill_age", seen));
    all.into_iter().chain(drill).map(guard).collect()
}

struct Watch<'a> {
    sources: &'a Sources<'a>,
    moving: &'a Moving,
}

type Seen = (Verdict, String);

fn holds(text: impl Into<String>) -> Seen {
    (Verdict::Holds, text.into())
}

fn fails(text: impl Into<String>) -> Seen {
    (Verdict::Fails, text.into())
}

impl Watch<'_> {
    fn answers(&self, role: Role) -> Seen {
        let Some(pair) = self.sources.today() else { return fails("the pair is not declared") };
        let cluster = pair.with_role(role);
        if answers(self.sources.observed, cluster) {
            return holds(format!("{} answers", cluster.name));
        }
        let what = ObjectId::new(cluster, What::Cluster);
        match self.sources.observed.reading(&what) {
            Some(Reading::Unreachable(fault)) => fails(fault.message.clone()),
            _ => (Verdict::Unknown, format!("{} was not asked", cluster.name)),
        }
    }

    /// A connector that runs without a task, or with a failed one, carries nothing.
    fn connectors(&self) -> Seen {
        let (mut count, mut faults) = (0, Vec::new());
        for wanted in desired(self.sources.now) {
            if !self.is_of_pair(&wanted.address) || !matches!(wanted.object, Object::Connector(_)) {
                continue;
            }
            count += 1;
            let Some(connector) = self.sources.connector(&wanted.id) else {
                faults.push(match self.sources.observed.reading(&wanted.id) {
                    Some(Reading::Unreachable(fault)) => format!("{}: {}", wanted.id, fault.message),
                    _ => format!("{} is not there", wanted.id),
                });
                continue;
            };
            if let Some(task) = connector.failed.first() {
                faults.push(format!("task {} of {} failed", task.id, wanted.id));
            } else if connector.state != ConnectorState::Running {
                faults.push(format!("{} is {}", wanted.id, connector.state));
            } else if connector.tasks == 0 && connector.needs_tasks() {
                faults.push(format!("{} runs without a task", wanted.id));
            }
        }
        match (count, faults.is_empty()) {
            (0, _) => fails("the pair has no replication"),
            (_, true) => holds(format!("{count} connectors run")),
            (_, false) => fails(faults.join("; ")),
        }
    }

    fn is_of_pair(&self, address: &Address) -> bool {
        match self.sources.now.resources.get(address).map(|declared| &declared.resource) {
            Some(Resource::Replication(replication)) => replication.pair == *self.sources.pair,
            _ => false,
        }
    }

    fn limit(&self, guard: &str, name: &str) -> Option<i64> {
        self.sources.policy()?.guards.get(guard)?.get(name)?.parse().ok()
    }

    /// How far the connectors are known to be behind. It drains anyway: this bounds how long that takes.
    fn lag(&self) -> Seen {
        let (mut lag, mut unknown) = (0, 0);
        for (flow, _) in self.sources.flows {
            for (topic, partition) in
                flow.topics.keys().flat_map(|topic| (0..flow.partitions(topic)).map(move |at| (topic, at)))
            {
                match flow.partition_ends(&flow.source, topic, partition) {
                    Some(ends) => lag += super::foretold::behind_end(flow, topic, partition, ends.end),
                    None => unknown += 1,
                }
            }
        }
        let limit = self.limit("replication_lag", "max_records");
        let text = match limit {
            Some(limit) => format!("at most {lag} records behind, limit {limit}"),
            None => format!("at most {lag} records behind"),
        };
        match limit {
            _ if unknown > 0 => (Verdict::Unknown, format!("{unknown} partitions could not be read")),
            Some(limit) if lag > limit => fails(text),
            _ => holds(text),
        }
    }

    /// Groups that have no answer, or can't be set.
    fn groups(&self) -> Seen {
        let (mut count, mut repeated, mut faults) = (0, 0, Vec::new());
        for (flow, rows) in self.sources.flows {
            for (group, rows) in by_group(rows) {
                count += 1;
                match flow.settle(group, &rows) {
                    Settlement::Refused(reason) => faults.push(reason),
                    Settlement::Unknown(fault) => faults.push(fault.message),
                    Settlement::Same | Settlement::Set { .. } => {}
                }
                repeated += rows
                    .iter()
                    .filter_map(|row| row.answer.as_ref())
                    .map(|it| it.duplicates.at_most)
                    .sum::<i64>();
            }
        }
        let limit = self.limit("groups", "max_repeated");
        let text = match limit {
            Some(limit) => format!("groups: {count}, read again: at most {repeated} records, limit {limit}"),
            None => format!("groups: {count}, read again: at most {repeated} records"),
        };
        match limit {
            _ if !faults.is_empty() => {
                fails(format!("{}; overridden, such a group stays as it is there", faults.join("; ")))
            }
            Some(limit) if repeated > limit => fails(text),
            _ => holds(text),
        }
    }

    fn readable(&self) -> Seen {
        match &self.moving.deferred[..] {
            [] => holds("everything that moves was read"),
            [first, ..] => (
                Verdict::Unknown,
                format!("{}: {} ({} in all)", first.object, first.fault, self.moving.deferred.len()),
            ),
        }
    }

    fn fence(&self) -> Seen {
        let fence = self.sources.policy().and_then(|policy| policy.fence.as_ref());
        let declared = fence.and_then(|fence| self.sources.now.resources.get(fence)).map(|it| &it.resource);
        match declared {
            Some(Resource::Fence(fence)) => match &fence.method {
                FenceMethod::Access => holds("by grants"),
                FenceMethod::MaxMessageBytes => holds("by max.message.bytes"),
                FenceMethod::Hook(_) => holds("by a hook"),
                FenceMethod::None => holds("none, as declared"),
            },
            _ => fails("no fence is declared: say which in failover_policy, or fence \"none\""),
        }
    }

    /// Only a policy that asks for drills wants them.
    fn drill_age(&self) -> Option<Seen> {
        let limit = self.sources.policy()?.guards.get("drill_age")?.get("max")?;
        let run = format!("leeward drill run {}", self.sources.pair.name);
        let Some(most) = days(limit) else {
            return Some((Verdict::Unknown, format!("max = {limit:?} is no duration, such as \"30d\"")));
        };
        let pair = self.sources.state.pairs.get(self.sources.pair);
        let Some(last) = pair.and_then(|pair| pair.last_drill.as_ref()) else {
            return Some(fails(format!("there was no drill: {run}")));
        };
        let age = self.sources.observed.at.duration_since(last.at);
        let ago = format!("{} days ago", age.as_hours() / 24);
        Some(match last.passed {
            false => fails(format!("the last drill, {ago}, did not pass: {run}")),
            true if age > most => fails(format!("the last drill was {ago}, limit {limit}: {run}")),
            true => match self.never_rehearsed(last).as_slice() {
                [] => holds(format!("the last drill passed {ago}, limit {limit}")),
                new => fails(format!("the last drill, {ago}, did not rehearse {}: {run}", new.join(", "))),
            },
        })
    }

    /// Replications that have come since.
    fn never_rehearsed(&self, last: &LastDrill) -> Vec<String> {
        let declared = self.sources.now.replications_of(self.sources.pair);
        let new = declared.filter(|(address, _)| !last.replications.contains_key(address));
        new.map(|(address, _)| address.to_string()).collect()
    }

    /// Records that stand on the standby alone are kept elsewhere before they are deleted.
    fn tail(&self) -> Seen {
        let (Some(standby), Some(held)) = (self.sources.old_side(), self.sources.held) else {
            return (Verdict::Unknown, "what stands on the standby alone was not read".into());
        };
        let tail = match &held.tail {
            Ok(tail) => tail,
            Err(fault) => return (Verdict::Unknown, fault.message.clone()),
        };
        let (pair, side) = (&self.sources.pair.name, self.sources.today().map(|pair| pair.active.other()));
        let only = format!("{} records stand on {} alone", tail.records, standby.name);
        match (&tail.exported, tail.records) {
            (_, 0) => holds(format!("no record stands on {} alone", standby.name)),
            (Some(Exported::Whole { folder }), _) => holds(format!("{only}, and {folder} holds them")),
            (Some(Exported::NotWhole { why }), _) => fails(format!("{only}, and {why}")),
            (None, _) => fails(format!(
                "{only}: leeward tail export {pair} -side {} -out DIR keeps them, then say -exported DIR",
                side.unwrap_or_default()
            )),
        }
    }

    fn pending_fence(&self) -> Seen {
        let pair = self.sources.state.pairs.get(self.sources.pair);
        match pair.map(|pair| pair.pending_fences.as_slice()).unwrap_or_default() {
            [] => holds("none"),
            pending => {
                let names: Vec<&str> = pending.iter().map(|cluster| cluster.name.as_str()).collect();
                fails(format!(
                    "{} may still take writes: leeward failback plan {}",
                    names.join(", "),
                    self.sources.pair.name
                ))
            }
        }
    }
}

/// A duration such as `30d` or `12h`; a day has 24 hours.
fn days(text: &str) -> Option<jiff::SignedDuration> {
    text.parse::<jiff::Span>().ok()?.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()
}
