//! Whether the active side lives: a dead one is told from a quiet one, and from one that is perhaps only cut off from here.

use super::{ClusterStanding, Mirroring, Pulse};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether the active side lives, and on what evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// It answers. Whether it is quiet does not matter.
    Answers,
    /// It does not answer here, and was heard of lately: its last heartbeat is young. Either it lives and is cut off from here
    /// only, or it has died just now; the next readings tell.
    HeardOf,
    /// It does not answer, and its heartbeats have ceased: it is dead, or cut off from here and from the standby.
    Silent,
    /// It does not answer, and whether its heartbeats cross is not known.
    Doubtful,
}

impl Life {
    pub(super) fn of(active: &ClusterStanding, mirrorings: &[Mirroring]) -> Self {
        if active.is_up() {
            return Self::Answers;
        }
        match freshest(mirrorings).and_then(Pulse::is_alive) {
            Some(true) => Self::HeardOf,
            Some(false) => Self::Silent,
            None => Self::Doubtful,
        }
    }
}

/// The youngest heartbeat of all; one that is not known if none is.
pub(super) fn freshest(mirrorings: &[Mirroring]) -> Option<&Pulse> {
    let age = |pulse: &&Pulse| pulse.age().unwrap_or(f64::INFINITY);
    let pulses = mirrorings.iter().map(|mirroring| &mirroring.pulse);
    pulses.min_by(|a, b| age(a).total_cmp(&age(b)))
}
