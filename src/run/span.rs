//! When steps were begun and done, and what came of them.

use super::{Entry, Event, Fact};
use crate::estate::Evidence;
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

/// When each step was done, and what it found out. A step that a person took for done is left out.
pub fn found(entries: &[Entry]) -> BTreeMap<StepId, (Timestamp, Evidence)> {
    let events = entries.iter().flat_map(|entry| entry.events.iter().map(|event| (entry.at, event)));
    let done = events.filter_map(|(at, event)| match event {
        Event::Done { step, fact: Fact::Found(evidence) } => Some((*step, (at, evidence.clone()))),
        Event::Done { step, .. } => Some((*step, (at, Evidence::Nothing))),
        _ => None,
    });
    done.collect()
}
