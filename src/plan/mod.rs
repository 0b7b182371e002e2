//! Estate, observed world and state to a [`Plan`]: pure and synchronous.
//!
//! A plan is data: it holds no closure, can be saved, shown, compared and approved, and is executed by a run that
//! makes no choice of its own. The steady planner makes the plans of `plan`, `apply` and `destroy`; a runbook
//! will make those of a failover, of the same type.

mod finding;
#[expect(clippy::module_inception, reason = "the plan is the chief noun of planning")]
mod plan;
mod step;

pub use finding::{Finding, Severity};
pub use plan::{ActiveSide, Basis, Deferred, Forgotten, Plan, PlanKind, PlannedOutput, Refusal, Remembered};
pub use step::{Action, Expect, Step, StepId, Undo};
