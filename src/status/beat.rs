//! Heartbeats: the proof that the flow flows.

use super::figure::silence;
use crate::estate::MirrorMaker;
use crate::offsets::Flow;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// A heartbeat may be so late beside three times the interval at which they are written: a rebalance of Connect's workers
/// takes some seconds, and is no trouble.
const GRACE: Duration = Duration::from_secs(10);
/// A time that lies so far ahead is no more than the clocks' usual disagreement.
const DISAGREEMENT: f64 = 0.5;

/// The last heartbeat that crossed to the standby.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Pulse {
    /// What is known of it.
    pub beat: Beat,
    /// From this age on heartbeats do not cross any more, in seconds.
    pub limit_seconds: f64,
    /// By how many seconds at least the clock of who wrote it is ahead of the clock here; absent if it is not. A clock that
    /// is behind can't be told from a flow that is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew_seconds: Option<f64>,
}

/// What is known of the last heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Beat {
    /// It could not be looked for.
    Unknown {
        /// Why not.
        why: String,
    },
    /// None has ever crossed.
    Never,
    /// It was written at this time.
    Seen {
        /// When, by the clock of the worker that wrote it.
        at: Timestamp,
        /// How old it is, in seconds; 0 if it lies ahead of the clock here.
        age_seconds: f64,
    },
}

impl Pulse {
    pub(super) fn of(flow: &Flow, settings: &MirrorMaker) -> Self {
        let limit = GRACE + 3 * settings.emit_heartbeats_interval;
        let (beat, ahead) = match &flow.heartbeat {
            Err(fault) => (Beat::Unknown { why: silence(flow, &flow.target, fault) }, None),
            Ok(None) => (Beat::Never, None),
            Ok(Some(seen)) => match Timestamp::from_millisecond(seen.record.timestamp) {
                Err(_) => (Beat::Unknown { why: "its time is not one".into() }, None),
                Ok(at) => {
                    let age = seconds_between(at, flow.observed.at);
                    (Beat::Seen { at, age_seconds: age.max(0.0) }, Some(-age))
                }
            },
        };
        let skew_seconds = ahead.filter(|ahead| *ahead >= DISAGREEMENT);
        Self { beat, limit_seconds: limit.as_secs_f64(), skew_seconds }
    }

    /// Whether heartbeats cross; none if that is not known.
    pub fn is_alive(&self) -> Option<bool> {
        match &self.beat {
            Beat::Unknown { .. } => None,
            Beat::Never => Some(false),
            Beat::Seen { age_seconds, .. } => Some(*age_seconds <= self.limit_seconds),
        }
    }

    /// When the last one was written, if there is one.
    pub const fn at(&self) -> Option<Timestamp> {
        match &self.beat {
            Beat::Seen { at, .. } => Some(*at),
            Beat::Unknown { .. } | Beat::Never => None,
        }
    }

    /// The age of the last one in seconds, if there is one.
    pub const fn age(&self) -> Option<f64> {
        match &self.beat {
            Beat::Seen { age_seconds, .. } => Some(*age_seconds),
            Beat::Unknown { .. } | Beat::Never => None,
        }
    }
}

/// The seconds from one moment to another, to the millisecond.
pub(super) fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_millisecond() - from.as_millisecond()) as f64 / 1_000.0
}
