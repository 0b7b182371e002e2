//! Where groups go on when their source is silent: what MirrorMaker's checkpoints tell, and what is done where none does.

use super::row::Standing;
use super::{Answer, Cause, Checkpoint, Duplicates, Evidence, Flow, Seen};
use crate::estate::{Fault, FaultKind, ObjectId, Reading, Start, What};

impl Flow {
    /// Takes the source for dead: nothing will wait for it, so what it still says of groups does not count.
    pub fn lose_source(&mut self) {
        let fault = self.lost();
        for name in &self.groups {
            let group = ObjectId::new(&self.source, What::Group(name.clone()));
            self.observed.readings.insert(group, Reading::Unreachable(fault.clone()));
        }
    }

    /// Why a source that is taken for dead is not asked, or not believed.
    pub fn lost(&self) -> Fault {
        Fault::new(FaultKind::Unreachable, format!("{} is taken for dead", self.source.name))
    }

    /// A group's last checkpoint, unless it is older than the cut-over from which the flow goes on: then it is of the last time that
    /// the source was active, and the source may have been made anew since. A position of that log could lie behind all that
    /// the group has not read of this one.
    pub(super) fn believed(&self, group: &str, topic: &str, partition: i32) -> Option<&Seen<Checkpoint>> {
        let seen = self.checkpoint(group, self.topics.get(topic)?, partition)?;
        let since = self.cut_over(topic, partition).and_then(|start| start.at);
        let is_older = |since: jiff::Timestamp| seen.at.is_none_or(|at| at < since.as_millisecond());
        (!since.is_some_and(is_older)).then_some(seen)
    }

    /// The answer for a group that may have read on since its checkpoint: it has read, and reads again, at most all that stands
    /// on the target behind the answer.
    pub(super) fn read_on(&self, answer: Answer, on_target: &str, partition: i32) -> Answer {
        let end = self.partition_ends(&self.target, on_target, partition).map(|ends| ends.end);
        let stands = end.map_or(0, |end| end - answer.offset);
        let duplicates = Duplicates { at_most: answer.duplicates.at_most.max(stands), ..answer.duplicates };
        Answer { duplicates, ..answer }
    }

    /// Where a group goes on of which neither the source nor a checkpoint tells where it stood; none if it stands on the target for
    /// a reason that nobody knows, or was never seen to read the topic.
    ///
    /// It stays where it stood on the target when the roles changed: there it had read all before, and whatever it read since, it
    /// read on the other side. Without any position it would begin where its consumers say (`auto.offset.reset`): by Kafka's
    /// default behind all that stands there, and what it has not read would be skipped. So it begins with the first record.
    pub(super) fn untold(&self, standing: &Standing<'_>, topic: &str, partition: i32) -> Option<Answer> {
        let on_target = self.topics.get(topic)?;
        let ends = self.partition_ends(&self.target, on_target, partition)?;
        let now = standing.target.and_then(|group| group.position(on_target, partition));
        let (offset, cause) = match now {
            Some(now) => {
                self.cut_over(topic, partition).filter(|start| now <= start.target.end)?;
                (now.max(ends.start), Cause::BeforeCutOver)
            }
            None if self.was_seen_to_read(standing, on_target) => (ends.start, Cause::NoCheckpoint),
            None => return None,
        };
        let at_most = (ends.end - offset).max(0);
        let duplicates = Duplicates { at_least: 0, at_most, certain: true };
        Some(Answer { offset, evidence: Evidence::Rewinds { at_most, cause }, duplicates })
    }

    /// Whether a group has read any partition of a topic, as far as the target tells.
    fn was_seen_to_read(&self, standing: &Standing<'_>, on_target: &str) -> bool {
        let stands = standing.target.is_some_and(|group| group.positions.contains_key(on_target));
        stands || self.checkpoints.as_ref().is_ok_and(|known| known.reads(standing.name, on_target))
    }

    /// The cut-over from which a partition goes on, if it does.
    pub(super) fn cut_over(&self, topic: &str, partition: i32) -> Option<&Start> {
        self.starts.get(&(topic.to_owned(), partition)).filter(|start| start.continues)
    }
}
