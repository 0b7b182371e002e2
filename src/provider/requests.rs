//! Counts of requests, the measure of reading in bulk.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many requests of each sort a provider has sent, by the protocol's name for them.
///
/// Only what leeward asks for is counted: a client's own look-ups of brokers and leaders are not.
#[derive(Debug, Default)]
pub struct Requests(Mutex<BTreeMap<&'static str, u64>>);

impl Requests {
    /// Notes one request about so many `items`.
    pub(super) fn note(&self, api: &'static str, items: usize) {
        tracing::debug!(api, items, "request");
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(api).or_default() += 1;
    }

    /// How many requests of this sort were sent.
    pub fn of(&self, api: &str) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(api).copied().unwrap_or_default()
    }

    /// How many requests were sent.
    pub fn total(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}
