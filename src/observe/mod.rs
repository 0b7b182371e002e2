//! Estate + provider → [`Observed`](crate::estate::Observed).
//!
//! [`queries`] says what has to be asked: the facts of every place in use, every object that is desired, and every
//! object that is owned and no longer desired. [`observe`] asks all of it at once. [`flow`] reads what translations of
//! offsets rest on, [`prove`] what proves them on the target, and [`compare`] what the source says of that;
//! [`by_time`] goes by the records' times instead.

mod compare;
mod flow;
#[expect(clippy::module_inception, reason = "the module is named after the one thing that it does")]
mod observe;
mod queries;
mod remembered;
mod timed;
mod trials;

pub use compare::compare;
pub use flow::{flow, follow, prove};
pub use observe::observe;
pub use queries::queries;
pub use remembered::remembered;
pub use timed::{ByTime, by_time};
pub use trials::trials;
