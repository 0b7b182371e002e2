//! A plan to a changed world: journalled, interruptible, resumable.
//!
//! A run obeys its plan and decides nothing. The journal has each step's intent before its effect and its result
//! after it, on the disk; [`Progress`] is the fold of the journal over the plan, and [`next()`] of it is the whole
//! scheduler. A fresh run resumes an empty journal: there is one path. A step that was begun and has no result
//! is not repeated blindly: its object is read, and what is there decides whether it is done, can be done again,
//! or needs a person.
//!
//! | word | meaning |
//! |---|---|
//! | run | one execution of a plan, over all its interruptions |
//! | journal | what happened, in order, each line with a checksum that chains it to the one before |
//! | fact | what a step's result teaches the state |
//! | lane | steps that can be asked for together: the same sort of change at the same place |

mod abort;
mod approval;
mod approvals;
mod batch;
mod conduct;
mod entry;
mod execute;
mod folder;
mod journal;
mod judge;
mod lanes;
mod learn;
mod ledger;
mod listing;
mod next;
mod progress;
mod query;
mod span;
mod status;
mod stop;
mod waive;
mod witness;
mod world;

pub use abort::{Abort, AbortError, Left, abort};
pub use approval::{Approval, Approvals, Nobody, quoted};
pub use approvals::{Asked, GivenApprovals, Standing, asked};
pub use entry::{Entry, Event, Fact, Header};
pub use execute::{Ending, Options, Run, RunError, execute, recalled, settle};
pub use folder::{Recovered, RunId, Runs, RunsError, Viewed};
pub use journal::{Journal, JournalError, Recording, Tape};
pub use learn::{learn_adoptions, learn_plan};
pub use listing::{Listed, RunSummary};
pub use next::{Next, Ready, next};
pub use progress::{Progress, ProgressError};
pub use query::query_for;
pub use span::{found, spans};
pub use status::{IllegalEvent, Status, StepEvent};
pub use stop::Stop;
pub use waive::{WaiveError, Waiver, WithoutError, may_be_waived, needing};
pub use witness::{Happening, Silent, Witness};
pub use world::World;
