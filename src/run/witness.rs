//! Who watches a run.

use super::{Fact, RunId};
use crate::estate::Fault;
use crate::plan::Step;
use std::time::Duration;

/// Something that a run does, for those who watch it.
#[derive(Debug)]
pub enum Happening<'a> {
    /// It begins, or goes on.
    Begun {
        /// The run.
        run: &'a RunId,
        /// How many steps its plan has.
        steps: usize,
        /// How many of them were done before.
        done: usize,
    },
    /// A step is begun.
    Started {
        /// The step.
        step: &'a Step,
        /// Which attempt it is, from 1.
        attempt: u32,
    },
    /// A step waits, and this is how it stands.
    Waiting {
        /// The step.
        step: &'a Step,
        /// What it sees: `lag 310 in 4 partitions`.
        text: &'a str,
    },
    /// A step is done.
    Done {
        /// The step.
        step: &'a Step,
        /// What came of it.
        fact: &'a Fact,
        /// How long it took.
        took: Duration,
    },
    /// A step failed.
    Failed {
        /// The step.
        step: &'a Step,
        /// Why.
        fault: &'a Fault,
    },
    /// A step is left out.
    Skipped {
        /// The step.
        step: &'a Step,
        /// The step that it needs, and that failed or was left out.
        because: &'a Step,
    },
    /// A step is taken for done although it is not.
    Waived {
        /// The step.
        step: &'a Step,
        /// Why.
        reason: &'a str,
    },
    /// The run was asked to stop and does so once the steps under way are done.
    Stopping {
        /// How many steps are under way.
        under_way: usize,
    },
    /// There is nothing left that the run does.
    Ended,
}

/// Watches a run. It is called between the run's own steps and must not take long.
pub trait Witness: Send + Sync {
    /// Is told what happens.
    fn saw(&self, happening: &Happening<'_>);
}

/// A witness that says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Witness for Silent {
    fn saw(&self, _: &Happening<'_>) {}
}
