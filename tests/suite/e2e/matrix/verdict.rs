//! Judging answers by what really stands there.

use super::answers::Ours;
use super::groups::Positions;
use super::kind::Kind;
use super::logs::{Log, Logs, Topic};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

/// A group that lags on a topic, and what was answered.
pub struct Case {
    pub kind: Kind,
    pub lag: i64,
    pub group: String,
    pub positions: Positions,
    /// leeward's answers.
    pub ours: BTreeMap<i32, Ours>,
    /// Where leeward has set the group on the standby, if it has.
    pub set: Option<Positions>,
    /// Those of `RemoteClusterUtils`, if they were measured.
    pub kafkas: Option<Positions>,
    /// Where MirrorMaker has put the group's twin.
    pub synced: Positions,
    /// Where the standby ended when all that was asked.
    pub ends: Positions,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} topic, lag {}", self.kind, self.lag)
    }
}

/// What came of answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    /// Records that the group would never have read.
    pub skipped: usize,
    /// Records that it would have read again, of what stood there when it was asked.
    pub repeated: usize,
    /// Partitions without an answer, where a consumer begins at the end (`auto.offset.reset=latest`).
    pub unanswered: usize,
}

/// What came of all answers to a case.
pub struct Judged {
    pub ours: Outcome,
    pub exact: usize,
    pub partitions: usize,
    /// The repetitions that leeward foretold at most, and whether it was certain of that.
    pub foretold: (i64, bool),
    pub kafkas: Option<Outcome>,
    pub synced: Outcome,
    /// Promises that were not kept.
    pub faults: Vec<String>,
}

impl Logs {
    /// Judges a case.
    pub fn judge(&self, case: &Case) -> Judged {
        let topic = &self.topics[&case.kind];
        let offsets = case.ours.iter().map(|(partition, answer)| (*partition, answer.offset)).collect();
        let mut faults = Vec::new();
        let mut ours = Outcome::default();
        for partition in case.positions.keys() {
            let at = topic.outcome(case, *partition, &offsets);
            faults.extend(
                topic.broken(case, *partition, at).map(|fault| format!("partition {partition} {fault}")),
            );
            ours.add(at);
        }
        if let (Some(set), Some(consumed)) = (&case.set, self.consumed.get(&case.group)) {
            let skipped = topic.outcomes(case, set).skipped;
            faults.extend((skipped > 0).then(|| format!("the group, as it was set, skips {skipped}")));
            faults.extend(other_than(consumed, &topic.standby, set));
        }
        Judged {
            ours,
            exact: case.ours.values().filter(|answer| answer.exact).count(),
            partitions: case.positions.len(),
            foretold: (
                case.ours.values().map(|answer| answer.at_most).sum(),
                case.ours.values().all(|answer| answer.certain),
            ),
            kafkas: case.kafkas.as_ref().map(|offsets| topic.outcomes(case, offsets)),
            synced: topic.outcomes(case, &case.synced),
            faults,
        }
    }
}

impl Topic {
    fn outcomes(&self, case: &Case, offsets: &Positions) -> Outcome {
        let mut sum = Outcome::default();
        case.positions.keys().for_each(|partition| sum.add(self.outcome(case, *partition, offsets)));
        sum
    }

    /// What comes of an answer for one partition.
    fn outcome(&self, case: &Case, partition: i32, offsets: &Positions) -> Outcome {
        let (position, end) = (case.positions[&partition], case.ends[&partition]);
        let unanswered = usize::from(!offsets.contains_key(&partition));
        let from = offsets.get(&partition).copied().unwrap_or(end);
        let read = self.standby.get(&partition).into_iter().flatten().filter(|(offset, _)| *offset >= from);
        let (mut seen, mut repeated) = (HashSet::new(), 0);
        for (offset, number) in read {
            let had = self.place(*number).is_some_and(|(_, at)| at < position);
            let again = !seen.insert(*number);
            repeated += usize::from(*offset < end && (had || again));
        }
        let skipped = self.owed(partition, position).filter(|number| !seen.contains(number)).count();
        Outcome { skipped, repeated, unanswered }
    }

    fn place(&self, number: u64) -> Option<(i32, i64)> {
        self.places.get(&number).copied()
    }

    /// Records that a group at this position still has to read.
    fn owed(&self, partition: i32, position: i64) -> impl Iterator<Item = u64> {
        let log = self.owed.get(&partition).into_iter().flatten();
        log.filter(move |(offset, _)| *offset >= position).map(|(_, number)| *number)
    }

    /// The true position when it was asked: the first of the last copies of what the group still had to read.
    fn truth(&self, case: &Case, partition: i32) -> i64 {
        let end = case.ends[&partition];
        let log = self.standby.get(&partition).into_iter().flatten();
        let last: HashMap<u64, i64> =
            log.take_while(|(offset, _)| *offset < end).map(|(offset, number)| (*number, *offset)).collect();
        let owed = self.owed(partition, case.positions[&partition]);
        owed.filter_map(|number| last.get(&number).copied()).min().unwrap_or(end)
    }

    /// What leeward promised of a partition and did not keep.
    fn broken(&self, case: &Case, partition: i32, at: Outcome) -> impl Iterator<Item = String> {
        let answer = case.ours.get(&partition).copied();
        let truth = self.truth(case, partition);
        // The cleaner may have taken away since what stood there then.
        let is_whole = case.kind != Kind::Compacted;
        let faults = answer.map(|answer| {
            let (most, least) = (usize::try_from(answer.at_most), usize::try_from(answer.at_least));
            let told = || format!("{answer:?}, the true position is {truth}, {at:?}");
            [
                (at.skipped > 0, "skips"),
                (answer.certain && most.is_ok_and(|most| at.repeated > most), "repeats more than foretold"),
                (is_whole && least.is_ok_and(|least| at.repeated < least), "repeats less than foretold"),
                (answer.exact && is_whole && answer.offset != truth, "is not exact"),
                (truth - answer.offset > answer.rewinds_at_most && is_whole, "rewinds further than foretold"),
                (answer.offset > truth, "is past the true position"),
            ]
            .into_iter()
            .filter(|(is_broken, _)| *is_broken)
            .map(|(_, what)| format!("{what}: {}", told()))
            .collect::<Vec<_>>()
        });
        faults.unwrap_or_else(|| vec!["has no answer".into()]).into_iter()
    }
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.skipped += other.skipped;
        self.repeated += other.repeated;
        self.unanswered += other.unanswered;
    }
}

/// What a group read that is not what stands behind the answers.
fn other_than(consumed: &Log, standby: &Log, offsets: &Positions) -> Option<String> {
    for (partition, from) in offsets {
        let behind = standby.get(partition).into_iter().flatten().filter(|(offset, _)| offset >= from);
        let expected: Vec<(i64, u64)> = behind.copied().collect();
        let read = consumed.get(partition).cloned().unwrap_or_default();
        if read != expected {
            return Some(format!(
                "partition {partition}: the group read {} records from {:?} on, {} stand behind {from}",
                read.len(),
                read.first(),
                expected.len()
            ));
        }
    }
    None
}
