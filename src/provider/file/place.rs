//! The machine that runs leeward, as far as a pair's files lie there.

use super::{change, read};
use crate::estate::{Change, Outcome, Query, Reading};
use crate::provider::Requests;

/// The machine that runs leeward, as far as a pair's files lie there.
#[derive(Debug, Default)]
pub struct FilePlace {
    requests: Requests,
}

impl FilePlace {
    /// The files read and changed until now.
    pub const fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Answers each query, in order.
    pub fn read(&self, queries: &[&Query]) -> Vec<Reading> {
        self.requests.note("read file", queries.len());
        queries.iter().map(|query| read::read(query)).collect()
    }

    /// Makes each change, and answers in order.
    pub fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        self.requests.note("write file", changes.len());
        changes.iter().map(|change| change::change(change)).collect()
    }
}
