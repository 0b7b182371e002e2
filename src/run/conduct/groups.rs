//! Groups: seen to be left, set on the other side, seen to come back.

use super::wait::{Look, group};
use super::{Conduct, Found};
use crate::estate::{
    Address, Change, Evidence, Fault, FaultKind, Group, GroupSet, Object, ObjectId, Outcome, Query, Route,
    Verb, What,
};
use crate::observe::{compare, follow, prove};
use crate::offsets::{Certainty, Flow, Settlement, by_group};
use crate::run::World;
use std::collections::BTreeSet;
use std::time::Duration;

/// A consumer that was killed leaves its group after `session.timeout.ms`, 45 s unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(90);
/// How many offsets of the target's log are read for each partition to prove an answer.
const PROVE: i64 = 10_000;
/// How often groups are translated before somebody is told that they do not stand still.
const TRIES: usize = 5;

impl Conduct<'_> {
    /// Waits until no group has a member.
    pub(super) async fn await_groups_empty(&self, cluster: &Address, groups: &BTreeSet<String>) -> Found {
        let queries = queries(cluster, groups);
        self.wait(PATIENCE, async || {
            let found = self.read(&queries).await?;
            let members = |object| group(object).map_or(0, |group| group.members);
            let busy: Vec<String> = (queries.iter().map(Query::id))
                .filter(|id| members(found.get(id)) > 0)
                .map(|id| format!("{} has {} members", id.what, members(found.get(&id))))
                .collect();
            Ok(if busy.is_empty() { Look::There(()) } else { Look::NotYet(busy.join(", ")) })
        })
        .await
        .map_err(|fault| {
            fault.hint("stop its consumers: what they read after the translation would be read again")
        })?;
        Ok(Evidence::Nothing)
    }

    /// Looks for members of the groups until all have some or the time is over. Who stays away is said, and is no failure:
    /// clients come when they come.
    pub(super) async fn await_members(
        &self,
        cluster: &Address,
        groups: &BTreeSet<String>,
        patience: Duration,
    ) -> Found {
        let queries = queries(cluster, groups);
        let begun = tokio::time::Instant::now();
        let away = self
            .wait(patience + PATIENCE, async || {
                let found = self.read(&queries).await?;
                let members = |object| group(object).map_or(0, |group| group.members);
                let away: BTreeSet<&String> =
                    groups.iter().filter(|name| members(found.get(&of(cluster, name))) == 0).collect();
                if away.is_empty() || begun.elapsed() >= patience {
                    return Ok(Look::There(away));
                }
                Ok(Look::NotYet(format!(
                    "{} of {} groups have come",
                    groups.len() - away.len(),
                    groups.len()
                )))
            })
            .await?;
        let text = match away.len() {
            0 if groups.len() == 1 => "1 group is there".into(),
            0 => format!("all {} groups are there", groups.len()),
            _ => {
                let names: Vec<&str> = away.iter().map(|name| name.as_str()).collect();
                format!("not seen after {} s: {}", patience.as_secs(), names.join(", "))
            }
        };
        Ok(Evidence::Seen(text))
    }

    /// Translates where groups stand, sets them on the target, and reads them back. MirrorMaker's own sync, which an unplanned
    /// failover has not stopped yet, may set one in between: then all is read and translated again. It comes once in a few
    /// seconds, so the second time is seldom in vain.
    pub(super) async fn commit_groups(&self, route: &Route, source_lost: bool, lenient: bool) -> Found {
        let mut tries = 1;
        loop {
            let flow = self.proven(route, source_lost).await?;
            let (told, changes) = settled(&flow, lenient)?;
            match self.set_groups(&changes).await? {
                None => return Ok(Evidence::Groups(told)),
                Some(group) if tries < TRIES => {
                    tracing::info!(%group, tries, "moved on the target meanwhile");
                    tries += 1;
                }
                Some(group) => {
                    let message = format!("{group} moved on {} meanwhile, {tries} times", flow.target.name);
                    let hint = "is somebody reading with it there? resume the run to translate again";
                    return Err(Fault::new(FaultKind::Conflict, message).hint(hint));
                }
            }
        }
    }

    /// The flow along a route, with what proves where its groups would go on.
    pub(super) async fn proven(&self, route: &Route, source_lost: bool) -> Result<Flow, Fault> {
        let World { objects, records } = self.world;
        let mut flow = follow(objects, records, route, &self.memory.starts, source_lost).await;
        (self.say)("reading what proves the translations".into());
        prove(records, &mut flow, PROVE).await?;
        if !source_lost {
            compare(objects, records, &mut flow, PROVE, false).await?;
        }
        Ok(flow)
    }

    /// Sets groups; that they are read back is the provider's promise for a change that is done. Answers one that did not stand
    /// as it was set when it was read back, if there is any.
    async fn set_groups(&self, changes: &[Change]) -> Result<Option<What>, Fault> {
        let mut moved = None;
        for (change, outcome) in changes.iter().zip(self.world.objects.change(changes).await) {
            match outcome {
                Outcome::Done(()) => {}
                Outcome::Failed(fault) | Outcome::Unknown(fault) => return Err(fault),
                Outcome::Moved(_) => moved = Some(change.id.what.clone()),
            }
        }
        Ok(moved)
    }
}

/// What is told of each group, and what has to be changed for it.
fn settled(flow: &Flow, lenient: bool) -> Result<(Vec<GroupSet>, Vec<Change>), Fault> {
    let rows = flow.rows(Certainty::Proven);
    let (mut told, mut changes) = (Vec::new(), Vec::new());
    for (name, rows) in by_group(&rows) {
        let left = match flow.settle(name, &rows) {
            Settlement::Same => None,
            Settlement::Set { from, to } => {
                changes.push(Change { id: of(&flow.target, name), verb: verb(from, to) });
                None
            }
            // A side that is gone gives no second chance: what can be set is set, and the rest is said.
            Settlement::Refused(reason) if lenient => Some(reason),
            Settlement::Unknown(fault) if lenient => Some(fault.message),
            Settlement::Refused(reason) => {
                let hint = "then resume the run; or abort it and begin anew with -override groups=WHY, which leaves such a \
                            group as it is";
                return Err(Fault::new(FaultKind::Conflict, reason).hint(hint));
            }
            Settlement::Unknown(fault) => return Err(fault),
        };
        told.push(flow.group_set(name, &rows, left));
    }
    Ok((told, changes))
}

fn verb(from: Option<Group>, to: Group) -> Verb {
    match from {
        None => Verb::Create(Object::Group(to)),
        Some(from) => Verb::Update { from: Object::Group(from), to: Object::Group(to) },
    }
}

fn of(cluster: &Address, group: &str) -> ObjectId {
    ObjectId::new(cluster, What::Group(group.to_owned()))
}

fn queries(cluster: &Address, groups: &BTreeSet<String>) -> Vec<Query> {
    groups.iter().map(|name| Query::Group { cluster: cluster.clone(), name: name.clone() }).collect()
}
