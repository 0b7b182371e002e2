//! When steps were begun and done.

use super::{Entry, Event};
use crate::plan::StepId;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// When each step was first begun, and when it was done; steps that are not done are left out.
pub fn spans(entries: &[Entry]) -> BTreeMap<StepId, (Timestamp, Timestamp)> {
    let (mut begun, mut spans) = (BTreeMap::new(), BTreeMap::new());
    for (at, event) in entries.iter().flat_map(|entry| entry.events.iter().map(|event| (entry.at, event))) {
        match event {
            Event::Started { step, .. } => {
                begun.entry(*step).or_insert(at);
            }
            Event::Done { step, .. } => {
                spans.insert(*step, (begun.get(step).copied().unwrap_or(at), at));
            }
            _ => {}
        }
    }
    spans
}
