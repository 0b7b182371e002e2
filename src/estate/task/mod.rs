//! The verbs of a runbook, and what they find out.

mod continuation;
mod entrance;
mod evidence;
mod occasion;
#[expect(clippy::module_inception, reason = "the task is the chief noun of its folder")]
mod task;
mod wording;

pub use continuation::Continuation;
pub use entrance::Entrance;
pub use evidence::{Evidence, GroupSet, Snapshot, Start};
pub use occasion::Occasion;
pub use task::Task;
