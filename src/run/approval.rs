//! A person's word for a step that waits for it.

use super::ledger::Ledger;
use super::stop::Urgency;
use super::{Happening, Options};
use crate::estate::{Evidence, Fault, FaultKind, Outcome};
use crate::plan::StepId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who gave it, `user@host`.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Where the words that people give are found.
pub trait Approvals: Send + Sync {
    /// The approval of this name, if it was given by now.
    ///
    /// # Errors
    /// It can't be looked for, or what is found is none.
    fn given(&self, name: &str) -> Result<Option<Approval>, Fault>;
}

/// Approvals in memory; none if it is empty.
impl Approvals for BTreeMap<String, Approval> {
    fn given(&self, name: &str) -> Result<Option<Approval>, Fault> {
        Ok(self.get(name).cloned())
    }
}

/// Nobody approves anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Approvals for Nobody {
    fn given(&self, _: &str) -> Result<Option<Approval>, Fault> {
        Ok(None)
    }
}

/// Waits for a person's word, for so many seconds or without end. Nothing if the run is asked to stop before it comes: it
/// is waited for again when the run goes on.
pub(super) async fn awaited(
    name: &str,
    seconds: Option<u64>,
    (ledger, step): (&Ledger<'_>, StepId),
    options: &Options<'_>,
) -> Option<Outcome<Evidence>> {
    let begun = Instant::now();
    let (run, quoted) = (ledger.run(), quoted(name));
    let text = format!("waiting for: leeward approve {run} {quoted} -reason WHY");
    let mut told = false;
    loop {
        match options.approvals.given(name) {
            Ok(Some(Approval { by, reason, at })) => {
                return Some(Outcome::Done(Evidence::Approved { by, reason, at }));
            }
            Ok(None) => {}
            Err(fault) => return Some(Outcome::Failed(fault)),
        }
        if let Some(seconds) = seconds.filter(|seconds| begun.elapsed() >= Duration::from_secs(*seconds)) {
            let fault = Fault::new(FaultKind::Timeout, format!("{name:?} was not approved in {seconds} s"));
            let hint = format!("leeward approve {run} {quoted} -reason WHY, then leeward resume {run}");
            return Some(Outcome::Failed(fault.hint(hint)));
        }
        if !told {
            ledger.mention(&Happening::Waiting { step: ledger.step(step), text: &text });
            told = true;
        }
        tokio::select! {
            () = sleep(options.pause) => {}
            () = options.stop.beyond(Urgency::None) => return None,
        }
    }
}

/// The name as one word of a command line.
pub fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}
