//! So many records a second.

use std::time::{Duration, Instant};

/// Nobody who asks for an end waits longer for it.
const NAP: Duration = Duration::from_millis(20);

/// Lets through so many a second, evenly; all that come, without a rate.
pub(super) struct Pace {
    begun: Instant,
    rate: Option<f64>,
    let_through: u32,
}

impl Pace {
    /// Begins now.
    pub fn new(rate: Option<f64>) -> Self {
        Self { begun: Instant::now(), rate: rate.filter(|rate| *rate > 0.0), let_through: 0 }
    }

    /// Waits for the next one's turn as long as `goes_on` says so, and answers what it said last.
    pub fn wait(&mut self, goes_on: &dyn Fn() -> bool) -> bool {
        while goes_on() {
            let due = self.rate.map_or(Duration::ZERO, |rate| {
                Duration::try_from_secs_f64(f64::from(self.let_through) / rate).unwrap_or(Duration::MAX)
            });
            let left = due.saturating_sub(self.begun.elapsed());
            if left.is_zero() {
                self.let_through += 1;
                return true;
            }
            std::thread::sleep(left.min(NAP));
        }
        false
    }
}
