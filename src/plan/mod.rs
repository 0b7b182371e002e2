//! Estate, observed world and state to a [`Plan`]: pure and synchronous.
//!
//! A plan is data: it holds no closure, can be saved, shown, compared and approved, and is executed by a run that
//! makes no choice of its own. The steady planner makes the plans of `plan`, `apply` and `destroy`; a runbook
//! will make those of a failover, of the same type.

mod connector;
mod decide;
mod digest;
mod draft;
mod ending;
mod expect;
mod failover;
mod file;
mod finding;
mod leaving;
mod mask;
mod options;
mod order;
#[expect(clippy::module_inception, reason = "the plan is the chief noun of planning")]
mod plan;
mod planner;
mod scope;
mod stale;
mod step;
mod undo;
mod waiting;
mod world;

pub use failover::{Continued, Emptied, Failover, Guard, InWaves, Loss, Recipe, Sign, Signs, Verdict};
pub use file::{FileError, from_bytes, to_bytes};
pub use finding::{Finding, Severity};
pub use options::{Options, PlanError};
pub use plan::{ActiveSide, Basis, Deferred, Forgotten, Plan, PlanKind, PlannedOutput, Refusal, Remembered};
pub use planner::{active_sides, basis, plan};
pub use stale::{Found, Moved, stale};
pub use step::{Action, Expect, Step, StepId, Undo};
pub use undo::undo_of;
