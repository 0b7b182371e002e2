//! The seam between leeward and the world.

use crate::estate::{Change, Evidence, Outcome, Query, Reading, Task};
use futures::future::BoxFuture;

/// The world, as leeward sees it: object-safe, and bulk by nature.
///
/// Nothing here fails as a whole: a place that does not answer gives [`Reading::Unreachable`] or
/// [`Outcome::Failed`] for what was asked of it, within its timeout, and the rest is answered all the same.
pub trait Provider: Send + Sync {
    /// Answers each query, in order. Places are asked in parallel, and each in as few requests as its protocol
    /// allows: their number grows with batches, not with queries.
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>>;

    /// Makes each change, and answers in order. Unrelated changes are made in parallel and in batches.
    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>>;

    /// Does one task. Tasks are idempotent: doing one again finds it done.
    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>>;
}
