//! The first line of a run's live screen.

use crate::plan::{Failover, InWaves, Step};
use crate::run::{Run, Status};
use jiff::Timestamp;
use std::time::Duration;

/// What the first line says beside the bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// What it is about, before the run's id: `failover orders  epoch 5`; empty if it is no failover.
    title: String,
    /// How many steps are left of each wave; of several pairs, of each wave of pairs.
    left: Vec<usize>,
    /// Which of these each wave of the plan belongs to.
    of: Vec<usize>,
    /// The recovery time objective, in seconds.
    rto: Option<u64>,
    /// How long ago the run was begun.
    age: Duration,
}

impl Heading {
    /// The heading of a run as it stands.
    pub fn of(run: &Run) -> Self {
        let Some(first) = run.plan.failovers().next() else { return Self::default() };
        let (title, of) = match &run.plan.in_waves {
            None => {
                let title = format!("{} {}  epoch {}", word(first), first.pair.name, first.epoch);
                (title, (0..first.waves.len()).collect())
            }
            Some(several) => (format!("{} {}", word(first), several.policy.name), waves_of(several)),
        };
        let left = vec![0; of.last().map_or(0, |last| last + 1)];
        let mut heading = Self { title, left, of, rto: run.plan.rto(), age: Duration::ZERO };
        for (step, status) in run.plan.steps.iter().zip(run.progress.statuses()) {
            if let (Some(left), true) = (heading.wave(step), *status != Status::Done) {
                *left += 1;
            }
        }
        let began = run.past.first().map(|entry| entry.at);
        let age = began.map(|began| Timestamp::now().duration_since(began));
        heading.age = age.and_then(|age| age.try_into().ok()).unwrap_or_default();
        heading
    }

    /// How many steps of this step's wave are left.
    fn wave(&mut self, step: &Step) -> Option<&mut usize> {
        let of = *self.of.get((step.wave as usize).checked_sub(1)?)?;
        self.left.get_mut(of)
    }

    /// Notes that a step has come to its end.
    pub fn end(&mut self, step: &Step) {
        if let Some(left) = self.wave(step) {
            *left = left.saturating_sub(1);
        }
    }

    /// Whether it is a failover's.
    pub(super) const fn has_waves(&self) -> bool {
        !self.left.is_empty()
    }

    pub(super) fn title(&self, run: &str) -> String {
        if self.title.is_empty() { format!("run {run}") } else { format!("{}  run {run}", self.title) }
    }

    /// `wave 3 of 10`: the first wave of which something is left.
    pub fn stands(&self) -> String {
        let waves = self.left.len();
        let done = self.left.iter().take_while(|left| **left == 0).count();
        format!("wave {} of {waves}", (done + 1).min(waves))
    }

    pub(super) const fn age(&self) -> Duration {
        self.age
    }

    /// `00:31 of 05:00 (RTO)`, or the time alone.
    pub fn clock(&self, elapsed: Duration) -> String {
        let elapsed = minutes(elapsed.as_secs());
        self.rto.map_or_else(|| elapsed.clone(), |rto| format!("{elapsed} of {} (RTO)", minutes(rto)))
    }
}

/// For each wave of the plan, the wave of pairs that it belongs to.
fn waves_of(several: &InWaves) -> Vec<usize> {
    let waves = several.waves.iter().map(|wave| wave.iter().map(|failover| failover.waves.len()).sum());
    waves.enumerate().flat_map(|(at, number): (usize, usize)| std::iter::repeat_n(at, number)).collect()
}

const fn word(failover: &Failover) -> &'static str {
    match failover.recipe {
        crate::plan::Recipe::Planned => "failover",
        crate::plan::Recipe::Unplanned => "unplanned failover",
        crate::plan::Recipe::Reprotect => "reprotect",
        crate::plan::Recipe::Rebuild => "rebuild",
        crate::plan::Recipe::Drill => "drill",
    }
}

fn minutes(seconds: u64) -> String {
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
