//! What a journal tells of each step, on one clock: milliseconds after the run's start.

use super::model::{Attempt, Pause};
use crate::estate::Fault;
use crate::plan::StepId;
use crate::run::{Event, Fact, Recording};
use jiff::Timestamp;

/// What a journal tells.
#[derive(Debug, Default)]
pub struct Told<'a> {
    /// What happened to each step, by number.
    pub tracks: Vec<Track<'a>>,
    /// When nothing was done.
    pub pauses: Vec<Pause>,
    /// The last word.
    pub last: i64,
}

/// What happened to a step.
#[derive(Debug, Clone, Default)]
pub struct Track<'a> {
    /// Each attempt.
    pub attempts: Vec<Attempt>,
    /// What came of it, once it is done.
    pub fact: Option<&'a Fact>,
    /// Why it failed last, unless it was done later.
    pub fault: Option<&'a Fault>,
    /// The step because of which it was left out.
    pub because: Option<StepId>,
    /// Why a person takes it for done.
    pub waived: Option<&'a str>,
    /// Whether its last attempt goes on.
    open: bool,
}

impl Track<'_> {
    /// How long its attempts took together.
    pub fn took(&self) -> i64 {
        self.attempts.iter().map(|attempt| attempt.end - attempt.begin).sum()
    }

    fn begin(&mut self, at: i64) {
        self.close(at, false);
        self.attempts.push(Attempt { begin: at, end: at, ended: false });
        self.open = true;
    }

    /// Ends the attempt that goes on, if one does; `ended` if it has a result.
    fn close(&mut self, at: i64, ended: bool) {
        if let Some(last) = self.attempts.last_mut().filter(|_| self.open) {
            (last.end, last.ended) = (at, ended);
        }
        self.open = false;
    }
}

/// Reads a journal of a plan with so many steps; what it says of other steps is passed over.
pub fn told(steps: usize, recording: &Recording) -> Told<'_> {
    let mut told = Told { tracks: vec![Track::default(); steps], ..Told::default() };
    let start = recording.header.started;
    for entry in &recording.entries {
        let at = after(start, entry.at).max(told.last);
        for event in &entry.events {
            told.take(event, at);
        }
        told.last = at;
    }
    told.leave_open(told.last);
    told
}

fn after(start: Timestamp, at: Timestamp) -> i64 {
    at.as_millisecond() - start.as_millisecond()
}

impl<'a> Told<'a> {
    fn take(&mut self, event: &'a Event, at: i64) {
        if matches!(event, Event::Resumed | Event::Aborted { .. } | Event::Superseded { .. }) {
            self.leave_open(self.last);
            self.pauses.push(Pause { begin: self.last, end: at });
            if matches!(event, Event::Resumed) {
                // What was left out is to be done again.
                self.tracks.iter_mut().for_each(|track| track.because = None);
            }
        }
        let Some((step, _)) = event.of_step() else { return };
        let Some(track) = self.tracks.get_mut(step.0 as usize) else { return };
        match event {
            Event::Started { .. } => {
                track.begin(at);
                (track.fault, track.because) = (None, None);
            }
            Event::Done { fact, .. } => {
                track.close(at, true);
                (track.fact, track.fault, track.because) = (Some(fact), None, None);
            }
            Event::Failed { fault, .. } => {
                track.close(at, true);
                track.fault = Some(fault);
            }
            Event::Skipped { because, .. } => track.because = Some(*because),
            Event::Waived { reason, .. } => {
                track.close(at, true);
                (track.waived, track.because) = (Some(reason.as_str()), None);
            }
            _ => {}
        }
    }

    /// What has no result goes on until the last word at most: nobody knows of what came behind it.
    fn leave_open(&mut self, last: i64) {
        self.tracks.iter_mut().for_each(|track| track.close(last, false));
    }
}

/// How much time the spans cover, where what overlaps counts once.
pub fn covered(mut spans: Vec<(i64, i64)>) -> i64 {
    spans.sort_unstable();
    let (mut sum, mut reached) = (0, i64::MIN);
    for (begin, end) in spans {
        sum += (end - begin.max(reached)).max(0);
        reached = reached.max(end);
    }
    sum
}

/// How much of `total` was leeward's own, how much waited and how much was a pause, in this order: the three are together
/// the whole. A time in which something waits and something else works counts as a wait, for the run would not have been
/// shorter without that work.
pub fn own_time(total: i64, waits: &[(i64, i64)], pauses: &[(i64, i64)]) -> (i64, i64, i64) {
    let within = |spans: &[(i64, i64)]| -> Vec<(i64, i64)> {
        spans.iter().map(|(begin, end)| (*begin.max(&0), *end.min(&total))).collect()
    };
    let paused = covered(within(pauses));
    let both = covered(within(&[waits, pauses].concat()));
    (total - both, both - paused, paused)
}
