//! What makes a flow's evidence doubtful, or useless.

use super::{Flow, Syncs};
use crate::estate::{Address, Fault, ObjectId, Reading, What};

/// Something that a person has to know of a flow before groups are set by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The code of the rule that explains it.
    pub code: &'static str,
    /// Whether nothing may be committed on this evidence.
    pub is_error: bool,
    /// What is the matter, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Doubt {
    fn error(code: &'static str, message: String, help: impl Into<String>) -> Self {
        Self { code, is_error: true, message, help: help.into() }
    }

    fn warning(code: &'static str, message: String, help: impl Into<String>) -> Self {
        Self { code, is_error: false, message, help: help.into() }
    }
}

/// What else touches the topic of the offset syncs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Replications that write their syncs into the same topic, from another cluster of the same name.
    pub rivals: Vec<Address>,
    /// Topics that have syncs in it although nobody knows them: not the estate, nor the source.
    pub strangers: Vec<String>,
}

impl Flow {
    /// All that is doubtful, the worst first.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = self.silent();
        doubts.extend(self.mismatched());
        doubts.extend(self.attached_elsewhere());
        doubts.extend(self.shared_syncs());
        doubts.extend(self.unreadable());
        doubts.extend(self.lost_syncs());
        doubts.extend(self.in_use());
        doubts.sort_by_key(|doubt| !doubt.is_error);
        doubts
    }

    /// Why a cluster does not answer, if it does not.
    pub fn silence(&self, cluster: &Address) -> Option<&Fault> {
        match self.observed.reading(&ObjectId::new(cluster, What::Cluster)) {
            Some(Reading::Unreachable(fault)) => Some(fault),
            Some(Reading::Present(_) | Reading::Absent) | None => None,
        }
    }

    fn silent(&self) -> Vec<Doubt> {
        let (source, target) = (&self.source.name, &self.target.name);
        let dead_target = self.silence(&self.target).map(|fault| {
            let message =
                format!("{target} (standby) can't be read, so that nothing can be said: {}", fault.message);
            Doubt::error("LW1706", message, format!("see that {target} answers, then ask again"))
        });
        let dead_source = self.silence(&self.source).map(|fault| {
            let message = format!(
                "{source} (active) can't be read, so that positions are those of MirrorMaker's last checkpoints: {}",
                fault.message
            );
            let help = "groups repeat what they have read since; with the cluster back, ask again";
            Doubt::warning("LW1706", message, help)
        });
        dead_target.into_iter().chain(dead_source).collect()
    }

    fn mismatched(&self) -> Vec<Doubt> {
        let told = |mismatch: &super::Mismatch| {
            let at = format!("{}-{}", mismatch.topic, mismatch.partition);
            let there = format!("{at} offset {} on {}", mismatch.target.offset, self.target.name);
            let message = match &mismatch.source {
                Some(source) => format!(
                    "the record at {there} is not the one at offset {} on {}",
                    source.offset, self.source.name
                ),
                None => format!("the record at {there} stands nowhere on {}", self.source.name),
            };
            let help = format!(
                "find out who else writes to {at} on {}, or what changes records on their way; until then leave its groups out with -group",
                self.target.name
            );
            Doubt::error("LW1701", message, help)
        };
        self.compared.mismatches.iter().map(told).collect()
    }

    /// Whether the worker that answers for the connector is attached to another cluster than the target; then what it
    /// says of the connector is another connector's.
    pub(super) fn worker_elsewhere(&self) -> Option<&str> {
        let connect = self.observed.connect(&self.connector.as_ref()?.place)?;
        let target = self.observed.cluster(&self.target)?;
        (connect.kafka_cluster_id != target.cluster_id).then_some(connect.kafka_cluster_id.as_str())
    }

    fn attached_elsewhere(&self) -> Option<Doubt> {
        let id = self.worker_elsewhere()?;
        let connect = &self.connector.as_ref()?.place;
        let message = format!(
            "{connect} is attached to a cluster with the id {id}, and not to {}: what it says of the connector is not used",
            self.target.name
        );
        Some(Doubt::error("LW1402", message, "correct its url or its cluster"))
    }

    fn shared_syncs(&self) -> Vec<Doubt> {
        let alias = &self.source.name;
        let rival = |rival: &Address| {
            let message = format!(
                "{rival} mirrors from another cluster called {alias}, into the same offset syncs topic on {}",
                self.target.name
            );
            Doubt::error(
                "LW1704",
                message,
                "give one of the clusters another name: it is MirrorMaker's alias",
            )
        };
        let rivals = self.neighbours.rivals.iter().map(rival);
        let strangers = match self.neighbours.strangers.as_slice() {
            [] => None,
            [first, rest @ ..] => Some(Doubt::warning(
                "LW1704",
                format!(
                    "the offset syncs on {} are of {first}{} too, which {alias} does not hold",
                    self.target.name,
                    if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) }
                ),
                format!(
                    "see that no other mirror to {} calls its source {alias}; deleted topics are harmless",
                    self.target.name
                ),
            )),
        };
        rivals.chain(strangers).collect()
    }

    fn unreadable(&self) -> Vec<Doubt> {
        let counted = |what: &str, malformed: u64, first: Option<String>| {
            let first = first.map_or_else(String::new, |first| format!("; the first {first}"));
            let (records, are) = if malformed == 1 { ("record", "is") } else { ("records", "are") };
            let message = format!(
                "{malformed} {records} of the {what} on {} can't be read, and {are} left out{first}",
                self.target.name
            );
            Doubt::warning("LW1702", message, "find out who else writes to that topic")
        };
        let syncs = self.syncs.as_ref().ok().map(Syncs::malformed).filter(|(malformed, _)| *malformed > 0);
        let syncs = syncs.map(|(malformed, first)| {
            let first = first.map(|(offset, error)| format!("stands at offset {offset}: {error}"));
            counted("offset syncs topic", malformed, first)
        });
        let checkpoints = self.checkpoints.as_ref().map_or(0, super::Checkpoints::malformed);
        let checkpoints = (checkpoints > 0).then(|| counted("checkpoints topic", checkpoints, None));
        syncs.into_iter().chain(checkpoints).collect()
    }

    fn lost_syncs(&self) -> Option<Doubt> {
        let syncs = self.syncs.as_ref().ok()?;
        let missing = syncs.missing();
        if missing == 0 {
            return None;
        }
        let syncs = if missing == 1 { "offset sync is" } else { "offset syncs are" };
        let message = format!(
            "{missing} {syncs} gone from {}, by compaction or retention: positions before those that are left rewind",
            self.target.name
        );
        let help = "take a longer mirror_maker.offset_syncs_retention, and let leeward make the topic before the mirror does";
        Some(Doubt::warning("LW1703", message, help))
    }

    fn in_use(&self) -> Option<Doubt> {
        let members =
            |name: &String| self.group(&self.target, name).ok().flatten().map_or(0, |group| group.members);
        let used: Vec<&str> =
            self.groups.iter().filter(|name| members(name) > 0).map(String::as_str).collect();
        if used.is_empty() {
            return None;
        }
        let (verb, groups) = if used.len() == 1 { ("is", "group") } else { ("are", "groups") };
        let message = format!(
            "{groups} {} {verb} read with on {} (standby) already",
            used.join(", "),
            self.target.name
        );
        Some(Doubt::warning(
            "LW1705",
            message,
            "stop their consumers there: positions can be set only while nobody uses them",
        ))
    }
}
