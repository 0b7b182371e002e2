//! Asks the world.

use crate::estate::{Observed, Query};
use crate::provider::Provider;
use jiff::Timestamp;

/// Asks all queries at once. It never fails: what does not answer is `Unreachable`, and the rest is there.
pub async fn observe(provider: &dyn Provider, queries: &[Query]) -> Observed {
    let readings = provider.read(queries).await;
    let readings = queries.iter().map(Query::id).zip(readings).collect();
    Observed { at: Timestamp::now(), readings }
}
