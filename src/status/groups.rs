//! Consumer groups: where they would go on, summed up.

use super::beat::seconds_between;
use super::figure::silence;
use crate::estate::{Group, Object, ObjectId, Observed, Reading, What};
use crate::offsets::{Evidence, Flow, Position, Row, Teller};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A consumer group that a replication follows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct GroupStanding {
    /// Its name.
    pub group: String,
    /// In how many partitions it has a position on the active side, or would go on somewhere although that side is silent.
    pub partitions: usize,
    /// In how many of them its answer is exact, as far as that can be told without reading records.
    pub exact: usize,
    /// In how many of them it would be set back: the answer lies before the true position.
    pub rewinds: usize,
    /// In how many of them nothing can be said of where it would go on.
    pub uncovered: usize,
    /// Records of the active side that it has not read; absent if the active side does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<i64>,
    /// What it would read again.
    pub repeated: Repeated,
    /// At most so many it would read again if the active side died now: then only its last checkpoint would tell where it stood.
    /// Absent if that is not known: of some topic no checkpoint has crossed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated_if_lost: Option<i64>,
    /// In how many of its partitions it has no position on the standby now.
    pub unset: usize,
    /// Records by which its positions on the standby now lie before the answers.
    pub back: i64,
    /// Records by which they lie beyond: somebody has read with it there, or has set it.
    pub ahead: i64,
    /// Members that it has on the standby: it should have none.
    pub members_on_standby: usize,
    /// How old the oldest of the checkpoints is that its positions were taken from, in seconds: the active side does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_age_seconds: Option<f64>,
    /// Why nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// How many records a group would read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Repeated {
    /// At least so many.
    pub at_least: i64,
    /// At most so many; absent if that is not known: in some partition nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// Whether no restart of a task can hide that would add to it.
    pub certain: bool,
}

impl GroupStanding {
    /// Whether it would go on somewhere in every partition in which it has a position.
    pub const fn is_covered(&self) -> bool {
        self.uncovered == 0 && self.unknown.is_none()
    }

    fn take(&mut self, row: &Row, at: Timestamp) {
        if row.position.is_none() && row.answer.is_none() {
            return;
        }
        self.partitions += 1;
        self.repeated_if_lost = self.repeated_if_lost.zip(row.repeated_if_lost).map(|(sum, more)| sum + more);
        self.lag = self.lag.zip(row.lag).map(|(lag, more)| lag + more);
        if let Some(Position { told_by: Teller::Checkpoint(arrived), .. }) = row.position {
            let arrived = arrived.and_then(|millis| Timestamp::from_millisecond(millis).ok());
            let age = arrived.map(|arrived| seconds_between(arrived, at).max(0.0));
            let oldest = self.checkpoint_age_seconds.unwrap_or_default();
            self.checkpoint_age_seconds = age.map(|age| age.max(oldest)).or(self.checkpoint_age_seconds);
        }
        let Some(answer) = &row.answer else {
            self.uncovered += 1;
            self.repeated.at_most = None;
            return;
        };
        match answer.evidence {
            Evidence::Exact(_) => self.exact += 1,
            Evidence::Rewinds { .. } => self.rewinds += 1,
        }
        self.repeated.at_least += answer.duplicates.at_least;
        self.repeated.at_most = self.repeated.at_most.map(|most| most + answer.duplicates.at_most);
        self.repeated.certain &= answer.duplicates.certain;
        match row.now {
            None => self.unset += 1,
            Some(now) => {
                self.back += (answer.offset - now).max(0);
                self.ahead += (now - answer.offset).max(0);
            }
        }
    }
}

/// Every group that the flow follows, in the order of their names.
pub(super) fn standings(flow: &Flow, rows: &[Row]) -> Vec<GroupStanding> {
    let mut standings: BTreeMap<&str, GroupStanding> =
        flow.groups.iter().map(|name| (name.as_str(), begun(flow, name))).collect();
    for row in rows {
        if let Some(standing) = standings.get_mut(row.group.as_str()) {
            standing.take(row, flow.observed.at);
        }
    }
    let unread = |name: &str| {
        let fault = flow.group(&flow.source, name).err()?;
        Some(silence(flow, &flow.source, &fault))
    };
    for standing in standings.values_mut().filter(|standing| standing.partitions == 0) {
        standing.unknown = unread(&standing.group);
        let is_known = standing.unknown.is_none();
        standing.lag = standing.lag.filter(|_| is_known);
        standing.repeated_if_lost = standing.repeated_if_lost.filter(|_| is_known);
    }
    standings.into_values().collect()
}

fn begun(flow: &Flow, name: &str) -> GroupStanding {
    let there = flow.group(&flow.target, name).ok().flatten();
    GroupStanding {
        group: name.to_owned(),
        lag: Some(0),
        repeated: Repeated { at_least: 0, at_most: Some(0), certain: true },
        repeated_if_lost: Some(0),
        members_on_standby: there.map_or(0, |group: &Group| group.members),
        ..GroupStanding::default()
    }
}

/// Groups on the active side that have read of what is carried, and are not followed; none if they were not asked for.
pub(super) fn unfollowed(flow: &Flow, observed: &Observed) -> Option<Vec<String>> {
    let known = flow.observed.cluster(&flow.source)?.groups.as_ref()?;
    let others = known.iter().filter(|name| !flow.groups.contains(name));
    let mut unfollowed = Vec::new();
    for name in others {
        let reading = observed.reading(&ObjectId::new(&flow.source, What::Group(name.clone())))?;
        if let Reading::Present(Object::Group(group)) = reading
            && group.positions.keys().any(|topic| flow.topics.contains_key(topic))
        {
            unfollowed.push(name.clone());
        }
    }
    Some(unfollowed)
}
