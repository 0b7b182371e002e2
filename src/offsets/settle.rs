//! What has to be done about a group on the target.

use super::{Flow, Row};
use crate::estate::{Fault, FaultKind, Group, GroupSet};
use std::collections::BTreeSet;

/// What has to be done about a group on the target, so that it goes on there where it stands on the source.
///
/// A group is set as a whole or not at all. Positions for which nothing is to be said are left as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It stands where it should.
    Same,
    /// It is to be set.
    Set {
        /// What it is now; none if the target does not know it.
        from: Option<Group>,
        /// What it has to be. Its positions in other topics stay.
        to: Group,
    },
    /// It can't be set, and why: it has members there, or stands beyond the translation.
    Refused(String),
    /// What its answer needs can't be read.
    Unknown(Fault),
}

impl Flow {
    /// What has to be done about a group; `rows` are all of its rows.
    pub fn settle(&self, group: &str, rows: &[&Row]) -> Settlement {
        let there = match self.group(&self.target, group) {
            Ok(there) => there,
            Err(fault) => return Settlement::Unknown(fault),
        };
        if let Some(fault) = rows.iter().find_map(|row| self.unanswered(group, row)) {
            return Settlement::Unknown(fault);
        }
        let nowhere = Group::default();
        let from = there.unwrap_or(&nowhere);
        let to = self.wanted(from, rows);
        if to.positions == from.positions {
            return Settlement::Same;
        }
        match self.differing(group, rows).or_else(|| self.refusal(group, from, rows)) {
            Some(reason) => Settlement::Refused(reason),
            None => Settlement::Set { from: there.cloned(), to },
        }
    }

    /// A group in few figures: in how many of its partitions it goes on where it stood, and what it will read again; `rows` are all
    /// of its rows. One that is left as it is goes on where it stands on the target, whatever the answers say.
    pub fn group_set(&self, name: &str, rows: &[&Row], left: Option<String>) -> GroupSet {
        let mut told = GroupSet {
            group: name.to_owned(),
            partitions: 0,
            exact: 0,
            repeated_at_least: 0,
            repeated_at_most: 0,
            checkpoint_age_seconds: None,
            from_first: 0,
            unknown: 0,
            left,
        };
        for (row, answer) in rows.iter().filter_map(|row| Some((row, row.answer.as_ref()?))) {
            let goes_on = if told.left.is_some() { row.now } else { Some(answer.offset) };
            let Some(goes_on) = goes_on else { continue };
            told.partitions += 1;
            told.exact += usize::from(row.is_exact() && goes_on == answer.offset);
            told.from_first += usize::from(row.begins_anew() && goes_on == answer.offset);
            let back = answer.offset - goes_on;
            told.repeated_at_least += (answer.duplicates.at_least + back).max(0);
            told.repeated_at_most += answer.duplicates.at_most + back.max(0);
            let age = row.checkpoint_arrived().map(|at| self.observed.at.as_millisecond() - at);
            told.checkpoint_age_seconds = told.checkpoint_age_seconds.max(age.map(|age| age.max(0) / 1_000));
        }
        let answered = rows.iter().filter(|row| row.answer.is_some()).count();
        told.unknown = self.perhaps_read(name, rows).max(answered) - told.partitions;
        told
    }

    /// In how many partitions a group may have read whose source does not say: in all of the topics that it reads.
    fn perhaps_read(&self, group: &str, rows: &[&Row]) -> usize {
        if self.group(&self.source, group).is_ok() {
            return 0;
        }
        let topics: BTreeSet<&str> = rows.iter().map(|row| &*row.topic).collect();
        let all: i32 = topics.into_iter().map(|topic| self.partitions(topic)).sum();
        usize::try_from(all).unwrap_or_default()
    }

    /// Why a position has no answer, if it has none although there is something to translate.
    fn unanswered(&self, group: &str, row: &Row) -> Option<Fault> {
        if row.position.is_none() || row.answer.is_some() {
            return None;
        }
        let (at, target) = (format!("{}-{}", row.topic, row.partition), &self.target.name);
        let message = format!("where {at} ends on {target} is not known, so that group {group} can't be set");
        Some(Fault::new(FaultKind::Unreachable, message))
    }

    /// The group as it has to be: its positions elsewhere stay.
    fn wanted(&self, from: &Group, rows: &[&Row]) -> Group {
        let mut wanted = Group { members: 0, positions: from.positions.clone() };
        for row in rows {
            let (Some(offset), Some(on_target)) = (row.goes_on(), self.topics.get(&row.topic)) else {
                continue;
            };
            wanted.positions.entry(on_target.clone()).or_default().insert(row.partition, offset);
        }
        wanted
    }

    /// Why nothing that is said of the group can be relied on: what stands on the target is not what the source holds.
    fn differing(&self, group: &str, rows: &[&Row]) -> Option<String> {
        let mismatch = rows.iter().find_map(|row| self.mismatch(&row.topic, row.partition))?;
        let at = format!("{}-{}", mismatch.topic, mismatch.partition);
        Some(format!(
            "group {group} reads {at}, where {} holds a record at offset {} that is not the one of {} (LW1701): find out who wrote it",
            self.target.name, mismatch.target.offset, self.source.name
        ))
    }

    /// Why the group can't be set.
    fn refusal(&self, group: &str, from: &Group, rows: &[&Row]) -> Option<String> {
        let target = &self.target.name;
        if from.members > 0 {
            let members = from.members;
            return Some(format!(
                "group {group} is read with on {target} ({members} members): stop its consumers there"
            ));
        }
        let may_skip =
            |row: &&&Row| row.timed.is_some_and(|timed| timed.skips_at_most > 0 && !timed.accepted);
        if let Some((row, timed)) = rows.iter().find(may_skip).and_then(|row| Some((row, row.timed?))) {
            return Some(format!(
                "group {group} may skip up to {} records of {}-{} by time: translate by offsets instead, take a longer -margin, or accept it \
                 with -accept-loss",
                timed.skips_at_most, row.topic, row.partition
            ));
        }
        let is_ahead = |row: &&&Row| row.now.zip(row.goes_on()).is_some_and(|(now, offset)| now > offset);
        let ahead = rows.iter().find(is_ahead)?;
        let (now, offset) = (ahead.now?, ahead.goes_on()?);
        let at = format!("{}-{}", ahead.topic, ahead.partition);
        Some(format!(
            "group {group} stands at {now} in {at} on {target}, and its position on the active side is {offset} there: somebody has read with it \
             on {target}, or has set it; delete its offsets there if that was a mistake"
        ))
    }
}
