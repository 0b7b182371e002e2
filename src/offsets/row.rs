//! Where each group stands, partition by partition, and where it would go on.

use super::{Answer, Cause, Checkpoint, Duplicates, Evidence, Flow, Known, Seen, Timed};
use crate::estate::Group;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where a group stands on one partition, and where it would go on after a failover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The group.
    pub group: String,
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Where it stands on the source; none if it never committed there, or nothing tells.
    pub position: Option<Position>,
    /// How many offsets of the source lie behind its position; none if the source's end is not known.
    pub lag: Option<i64>,
    /// Where it would go on; none if nothing can be said: it has no position, or the target can't be read.
    pub answer: Option<Answer>,
    /// At most so many records it would read again if the source died now, and only the last checkpoint told where it stood; none
    /// if nothing could be said then, or what is proven is asked for.
    pub repeated_if_lost: Option<i64>,
    /// Where MirrorMaker would have it go on, by its last checkpoint.
    pub checkpoint: Option<i64>,
    /// Where the group stands on the target now.
    pub now: Option<i64>,
    /// Where it would go on by time, if that was asked for: it goes before the answer then.
    pub timed: Option<Timed>,
}

/// A group's position on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The next offset that it reads.
    pub offset: i64,
    /// Who says so.
    pub told_by: Teller,
}

/// Who says where a group stands on the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller {
    /// The source itself.
    Source,
    /// MirrorMaker's last checkpoint on the target, which arrived at this time in milliseconds since 1970, since the
    /// source does not answer. The group may have gone on since then.
    Checkpoint(Option<i64>),
}

/// How translations are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Only what may be committed.
    Proven,
    /// What is probably proven once the target is read.
    Foreseen,
}

/// A group with what both sides say of it.
pub(super) struct Standing<'a> {
    pub(super) name: &'a str,
    source: Known<Option<&'a Group>>,
    pub(super) target: Option<&'a Group>,
}

/// The rows of each group, in their order.
pub fn by_group(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut by_group = BTreeMap::<&str, Vec<&Row>>::new();
    for row in rows {
        by_group.entry(&row.group).or_default().push(row);
    }
    by_group
}

impl Row {
    /// Whether it would go on where it really stands, neither before nor past it. Where only a checkpoint tells where it stood,
    /// it may have read on since.
    pub fn is_exact(&self) -> bool {
        let told = self.position.is_some_and(|position| position.told_by == Teller::Source);
        told && self.answer.as_ref().is_some_and(|answer| matches!(answer.evidence, Evidence::Exact(_)))
    }

    /// Whether it would begin with the first record, since nothing tells where it stood.
    pub fn begins_anew(&self) -> bool {
        let evidence = self.answer.as_ref().map(|answer| answer.evidence);
        matches!(evidence, Some(Evidence::Rewinds { cause: Cause::NoCheckpoint, .. }))
    }

    /// When the checkpoint arrived that its position is taken from, in milliseconds since 1970.
    pub(super) fn checkpoint_arrived(&self) -> Option<i64> {
        match self.position?.told_by {
            Teller::Checkpoint(arrived) => arrived,
            Teller::Source => None,
        }
    }
}

impl Flow {
    /// Where every group stands on every partition of every topic. Partitions are told once: their evidence is put
    /// together for all groups.
    pub fn rows(&self, certainty: Certainty) -> Vec<Row> {
        let (standing, mut rows) = (self.standing(), Vec::new());
        for topic in self.topics.keys() {
            for partition in 0..self.partitions(topic) {
                rows.extend(self.rows_of(&standing, topic, partition, certainty));
            }
        }
        rows.sort_by(|a, b| (&a.group, &a.topic, a.partition).cmp(&(&b.group, &b.topic, b.partition)));
        rows
    }

    fn standing(&self) -> Vec<Standing<'_>> {
        let mut all = Vec::with_capacity(self.groups.len());
        for name in &self.groups {
            let source = self.group(&self.source, name);
            let target = self.group(&self.target, name).ok().flatten();
            all.push(Standing { name, source, target });
        }
        all
    }

    fn rows_of<'a>(
        &'a self,
        standing: &'a [Standing<'a>],
        topic: &'a str,
        partition: i32,
        certainty: Certainty,
    ) -> impl Iterator<Item = Row> + 'a {
        let end = self.partition_ends(&self.source, topic, partition).map(|ends| ends.end);
        let anchors = self.anchors(topic, partition);
        standing.iter().filter_map(move |standing| {
            let on_target = self.topics.get(topic)?;
            let position = self.position(standing, topic, partition);
            let checkpoint = self.checkpoint(standing.name, on_target, partition);
            let now = standing.target.and_then(|group| group.position(on_target, partition));
            let translated = |offset: i64| {
                let anchors = anchors.as_ref()?;
                let answer = match certainty {
                    Certainty::Proven => anchors.translate(offset),
                    Certainty::Foreseen => anchors.foresee(offset),
                };
                Some(self.kept(answer, now, topic, partition))
            };
            let answer = match position {
                Some(Position { offset, told_by: Teller::Source }) => translated(offset),
                Some(Position { offset, told_by: Teller::Checkpoint(_) }) => {
                    translated(offset).map(|answer| self.read_on(answer, on_target, partition))
                }
                None if standing.source.is_err() => self.untold(standing, topic, partition),
                None => None,
            };
            if position.is_none() && answer.is_none() && now.is_none() && checkpoint.is_none() {
                return None;
            }
            let if_lost = || match self.believed(standing.name, topic, partition) {
                Some(seen) => translated(seen.record.upstream),
                None => self.untold(standing, topic, partition),
            };
            // A commit has no use for it.
            let if_lost = (certainty == Certainty::Foreseen).then(if_lost).flatten();
            Some(Row {
                group: standing.name.to_owned(),
                topic: topic.to_owned(),
                partition,
                position,
                lag: position.zip(end).map(|(position, end)| (end - position.offset).max(0)),
                repeated_if_lost: answer
                    .as_ref()
                    .zip(if_lost)
                    .map(|(answer, from)| answer.duplicates.at_most + (answer.offset - from.offset).max(0)),
                answer,
                checkpoint: checkpoint.map(|seen| seen.record.downstream),
                now,
                timed: None,
            })
        })
    }

    /// The answer, unless the group stands further on the target, which was the active side before.
    ///
    /// There it has read all before its position: it stood there when the roles changed, and has gone on from there on the
    /// other side. Whoever is set back on the other side reads again, and skips nothing. So it stays where it is, and reads
    /// again at most what lies between there and where the logs parted.
    fn kept(&self, answer: Answer, now: Option<i64>, topic: &str, partition: i32) -> Answer {
        let (Some(start), Some(now)) = (self.cut_over(topic, partition), now) else { return answer };
        if now <= answer.offset || now > start.target.end {
            return answer;
        }
        let again = start.target.end - now;
        Answer {
            offset: now,
            evidence: Evidence::Rewinds { at_most: again, cause: Cause::BeforeCutOver },
            duplicates: Duplicates {
                at_least: 0,
                at_most: again + answer.duplicates.at_most,
                certain: false,
            },
        }
    }

    pub(super) fn checkpoint(
        &self,
        group: &str,
        on_target: &str,
        partition: i32,
    ) -> Option<&Seen<Checkpoint>> {
        self.checkpoints.as_ref().ok()?.last(group, on_target, partition)
    }

    /// Where a group stands on the source: as the source says or, if it does not answer, as its last checkpoint has it.
    fn position(&self, standing: &Standing<'_>, topic: &str, partition: i32) -> Option<Position> {
        match &standing.source {
            Ok(group) => {
                let offset = group.as_ref()?.position(topic, partition)?;
                Some(Position { offset, told_by: Teller::Source })
            }
            Err(_) => {
                let seen = self.believed(standing.name, topic, partition)?;
                Some(Position { offset: seen.record.upstream, told_by: Teller::Checkpoint(seen.at) })
            }
        }
    }

    /// The positions of all groups on a partition, each once, in order.
    pub(super) fn positions(&self, topic: &str, partition: i32) -> Vec<i64> {
        self.distinct(&self.standing(), topic, partition)
    }

    fn distinct(&self, standing: &[Standing<'_>], topic: &str, partition: i32) -> Vec<i64> {
        let positions = standing.iter().filter_map(|group| self.position(group, topic, partition));
        let mut positions: Vec<i64> = positions.map(|position| position.offset).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// What to read of the target so that every position can be proven: by the topic's name on the source and partition,
    /// ranges of at most `most` offsets together. Partitions where there is nothing to win are left out.
    pub fn reads(&self, most: i64) -> BTreeMap<(String, i32), Vec<Range<i64>>> {
        let standing = self.standing();
        let mut reads = BTreeMap::new();
        for topic in self.topics.keys() {
            for partition in 0..self.partitions(topic) {
                let Some(anchors) = self.anchors(topic, partition) else { continue };
                let ranges = anchors.reads(&self.distinct(&standing, topic, partition), most);
                if !ranges.is_empty() {
                    reads.insert((topic.clone(), partition), ranges);
                }
            }
        }
        reads
    }
}
