//! What is shown: the last reading.

use crate::report::metrics::{Readings, metrics};
use crate::status::Condition;
use jiff::Timestamp;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// So many intervals may pass without an attempt to read before that counts as having ceased; a dead cluster's timeouts
/// can make one long.
const PATIENCE: u32 = 10;
const LEAST_PATIENCE: Duration = Duration::from_secs(120);

/// The last reading, for whoever asks.
pub(super) struct Shown {
    patience: Duration,
    inner: RwLock<Inner>,
}

struct Inner {
    conditions: Vec<Condition>,
    readings: Readings,
    attempted: Instant,
}

impl Shown {
    /// Nothing yet.
    pub fn new(interval: Duration) -> Self {
        let readings = Readings { made: 0, failed: 0, last: None, now: Timestamp::UNIX_EPOCH };
        let inner = Inner { conditions: Vec::new(), readings, attempted: Instant::now() };
        Self { patience: (interval * PATIENCE).max(LEAST_PATIENCE), inner: RwLock::new(inner) }
    }

    /// Notes a reading, or that it could not be made, in which case the one before is still shown.
    pub fn note(&self, read: Option<&[Condition]>, took: Duration) {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.attempted = Instant::now();
        match read {
            Some(conditions) => {
                inner.conditions = conditions.to_vec();
                inner.readings.made += 1;
                inner.readings.last = Some((Timestamp::now(), took));
            }
            None => inner.readings.failed += 1,
        }
    }

    /// The metrics now.
    pub fn metrics(&self) -> String {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        metrics(&inner.conditions, &Readings { now: Timestamp::now(), ..inner.readings })
    }

    /// Whether readings are made, and how long ago the last attempt ended.
    pub fn health(&self) -> (bool, Duration) {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let since = inner.attempted.elapsed();
        (since <= self.patience, since)
    }
}
