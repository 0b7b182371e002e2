//! If the active side died now.

use super::figure::sum;
use super::life::freshest;
use super::{Beat, Count, Figure, Life, Mirroring};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// What would be lost if the active side died now and never came back.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Loss {
    /// Records that are on the active side only.
    pub records: Figure<Count>,
    /// Of how many seconds, counted back from when it was read: since the last heartbeat that crossed; 0 if nothing would be
    /// lost. Of a side that is silent it is not known, since nobody knows when it ceased to take records.
    pub seconds: Figure<f64>,
    /// When the last heartbeat was written: what was written until then has crossed. Absent if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The recovery point objective, and whether it would be met.
    pub objective: Objective,
}

/// A recovery point objective: how much may be lost, in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Objective {
    /// `failover_policy.rpo` in seconds; absent if none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Whether it would be met.
    pub verdict: Verdict,
}

/// Whether an objective would be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// None is declared.
    None,
    /// It would be met.
    Met,
    /// It would not be met.
    Missed,
    /// How much would be lost is not known.
    Unknown,
}

impl Loss {
    pub(super) fn of(mirrorings: &[Mirroring], life: Life, rpo: Option<Duration>) -> Self {
        let records = if mirrorings.is_empty() {
            Figure::unknown("the pair has no replication")
        } else {
            sum(mirrorings.iter().map(|mirroring| &mirroring.lag))
        };
        let seconds = match &records {
            Figure::Known(Count { at_most: 0, .. }) => Figure::Known(0.0),
            _ if life == Life::Silent => Figure::unknown("since when it is silent is not known"),
            _ => since_the_last_heartbeat(mirrorings),
        };
        let since = mirrorings.iter().map(|mirroring| mirroring.pulse.at());
        let since = since.reduce(|a, b| Some(a?.min(b?))).flatten();
        let limit = rpo.map(|rpo| rpo.as_secs_f64());
        let verdict = match (limit, seconds.known()) {
            (None, _) => Verdict::None,
            (Some(_), None) => Verdict::Unknown,
            (Some(limit), Some(seconds)) if *seconds <= limit => Verdict::Met,
            (Some(_), Some(_)) => Verdict::Missed,
        };
        Self { records, seconds, since, objective: Objective { seconds: limit, verdict } }
    }
}

/// What several replications carry is as old as the oldest of their heartbeats.
fn since_the_last_heartbeat(mirrorings: &[Mirroring]) -> Figure<f64> {
    let oldest = mirrorings.iter().map(|mirroring| mirroring.pulse.age());
    let oldest = oldest.reduce(|a, b| Some(a?.max(b?))).flatten();
    if let Some(age) = oldest {
        return Figure::Known(age);
    }
    Figure::unknown(match freshest(mirrorings).map(|pulse| &pulse.beat) {
        None => "the pair has no replication".to_owned(),
        Some(Beat::Unknown { why }) => format!("heartbeats can't be read: {why}"),
        Some(Beat::Never | Beat::Seen { .. }) => "no heartbeat has crossed".to_owned(),
    })
}
