//! Waiting for something that is looked at again and again.

use super::Conduct;
use crate::estate::{Change, Ends, Fault, FaultKind, Group, Object, ObjectId, Outcome, Query, Reading};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What a look shows.
pub(super) enum Look<T> {
    /// What was waited for.
    There(T),
    /// Something else, in words. A wait whose words change makes progress, and its patience begins anew.
    NotYet(String),
}

impl Conduct<'_> {
    /// Looks until what is waited for is there, or nothing has changed for as long as `patience` says.
    ///
    /// A look that fails is no end: what does not answer may answer the next time, as long as the patience lasts.
    pub(super) async fn wait<T>(
        &self,
        patience: Duration,
        mut look: impl AsyncFnMut() -> Result<Look<T>, Fault>,
    ) -> Result<T, Fault> {
        let (mut since, mut last) = (Instant::now(), String::new());
        loop {
            let fault = match look().await {
                Ok(Look::There(found)) => return Ok(found),
                Ok(Look::NotYet(text)) => {
                    (self.say)(text.clone());
                    if text != last {
                        (since, last) = (Instant::now(), text);
                    }
                    None
                }
                Err(fault) => Some(fault),
            };
            if since.elapsed() >= patience {
                let waited = since.elapsed().as_secs();
                return Err(fault.unwrap_or_else(|| {
                    Fault::new(FaultKind::Timeout, format!("{last}; nothing has changed for {waited} s"))
                }));
            }
            sleep(self.pause).await;
        }
    }

    /// What each query finds.
    ///
    /// # Errors
    /// The first place that does not answer.
    pub(super) async fn read(&self, queries: &[Query]) -> Result<BTreeMap<ObjectId, Object>, Fault> {
        let mut found = BTreeMap::new();
        for (query, reading) in queries.iter().zip(self.world.objects.read(queries).await) {
            match reading {
                Reading::Present(object) => drop(found.insert(query.id(), object)),
                Reading::Absent => {}
                Reading::Unreachable(fault) => return Err(fault),
            }
        }
        Ok(found)
    }
}

/// That a change is done, or why not.
pub(super) fn settled(change: &Change, outcome: Outcome) -> Result<(), Fault> {
    match outcome {
        Outcome::Done(()) => Ok(()),
        Outcome::Failed(fault) | Outcome::Unknown(fault) => Err(fault),
        Outcome::Moved(_) => {
            let message = format!("{} changed meanwhile", change.id);
            Err(Fault::new(FaultKind::Conflict, message).hint("resume the run"))
        }
    }
}

/// Ends as they were read, if that is what the object is.
pub(super) fn ends(object: Option<&Object>) -> Option<&Ends> {
    match object {
        Some(Object::Ends(ends)) => Some(ends),
        _ => None,
    }
}

/// A group as it was read, if that is what the object is.
pub(super) fn group(object: Option<&Object>) -> Option<&Group> {
    match object {
        Some(Object::Group(group)) => Some(group),
        _ => None,
    }
}
