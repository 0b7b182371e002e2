//! How a pair fails over, as declared, and how several do together.

use super::Address;
use std::collections::BTreeMap;
use std::time::Duration;

/// A failover policy: what has to hold, who has to agree, and how fast it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailoverPolicy {
    /// What fails over.
    pub moves: Moves,
    /// Stopped before and started after the cut-over.
    pub applications: Vec<Address>,
    /// How the old side is fenced.
    pub fence: Option<Address>,
    /// How much may be lost, in time: the recovery point objective.
    pub rpo: Option<Duration>,
    /// How long it may take: the recovery time objective. Of waves, until clients can write to the last pair.
    pub rto: Option<Duration>,
    /// Conditions before and during a run, by name, with their limits.
    pub guards: BTreeMap<String, BTreeMap<String, String>>,
    /// Steps that wait for a person's word, by name.
    pub approvals: BTreeMap<String, Approval>,
}

/// What a failover policy moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moves {
    /// One pair; all that the policy says is about it.
    Pair(Address),
    /// Several pairs, wave after wave, those of a wave side by side. What each asks for is said by the policy of its own.
    Waves(Vec<Vec<Address>>),
}

impl FailoverPolicy {
    /// The pair, if it is the policy of one.
    pub const fn pair(&self) -> Option<&Address> {
        match &self.moves {
            Moves::Pair(pair) => Some(pair),
            Moves::Waves(_) => None,
        }
    }

    /// The waves, if it moves several pairs.
    pub fn waves(&self) -> Option<&[Vec<Address>]> {
        match &self.moves {
            Moves::Pair(_) => None,
            Moves::Waves(waves) => Some(waves),
        }
    }
}

/// A step that waits for a person's word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approval {
    /// How long it waits; without end if absent.
    pub timeout: Option<Duration>,
}

/// A guard that a failover has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownGuard {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// The limits that a policy may set.
    pub limits: &'static [&'static str],
}

/// The guards that there are. A policy sets limits of those that have some; none can be left out but by `-override`.
pub const GUARDS: [KnownGuard; 11] = [
    guard("active_answers", "the active side answers", &[]),
    guard("standby_answers", "the standby answers", &[]),
    guard("connectors", "every connector runs, with all its tasks", &[]),
    guard("replication_lag", "the replication is at most max_records behind", &["max_records"]),
    guard(
        "groups",
        "every group has a position to go on from, with at most max_repeated records read again",
        &["max_repeated"],
    ),
    guard("readable", "everything that moves could be read", &[]),
    guard("fence", "writers are kept off the old side", &[]),
    guard("pending_fence", "no fence of an earlier failover is pending", &[]),
    guard("tail", "of a rebuild: records that stand on the side to be emptied alone were exported", &[]),
    guard("dns", "the services of the names that move would take the change", &[]),
    guard("drill_age", "if a policy asks for it: the last drill passed, at most max ago", &["max"]),
];

const fn guard(name: &'static str, about: &'static str, limits: &'static [&'static str]) -> KnownGuard {
    KnownGuard { name, about, limits }
}
