//! A run on a terminal: a bar, and a line with a clock for each wait under way.

use super::Heading;
use super::fold::Fold;
use super::line::wanted;
use crate::plan::{Action, Step, StepId};
use crate::run::{Happening, Witness};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const BAR: &str = "{prefix}  ▕{bar:20}▏ {pos} of {len} steps  {clock}";
const WAVES: &str = "{prefix}  ▕{bar:8}▏ {msg}  {clock}";
const HINT: &str = "{wide_msg}";
const WAIT: &str = "  {spinner} {elapsed:>3}  {wide_msg}";
const TICK: Duration = Duration::from_millis(120);
/// So many waits are shown; more would push the bar off the screen.
const WAITS: usize = 8;

/// Draws a run: what it is and how far on the first line, what it waits for below, how it is stopped on the last.
pub struct Bar {
    all: MultiProgress,
    bar: ProgressBar,
    hint: ProgressBar,
    heading: Mutex<Heading>,
    waits: Mutex<HashMap<StepId, ProgressBar>>,
    fold: Mutex<Fold>,
}

impl Bar {
    /// Draws it on `target`.
    pub fn new(target: ProgressDrawTarget, heading: Heading) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let bar = all.add(ProgressBar::new(0).with_elapsed(heading.age()));
        let template = if heading.has_waves() { WAVES } else { BAR };
        let clock = heading.clone();
        let told = move |state: &ProgressState, out: &mut dyn Write| {
            // What can't be drawn is not seen.
            let _ = out.write_str(&clock.clock(state.elapsed()));
        };
        bar.set_style(style(template).with_key("clock", told).progress_chars("█░"));
        let hint = all.add(ProgressBar::new_spinner());
        hint.set_style(style(HINT));
        Self { all, bar, hint, heading: Mutex::new(heading), waits: Mutex::default(), fold: Mutex::default() }
    }

    fn head(&self) -> std::sync::MutexGuard<'_, Heading> {
        self.heading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, step: &Step) {
        let Action::Task(task) = &step.action else { return };
        let mut waiting = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.waits() || waiting.len() >= WAITS || waiting.contains_key(&step.id) {
            return;
        }
        let wait = self.all.insert_before(&self.hint, ProgressBar::new_spinner());
        wait.set_style(style(WAIT));
        wait.set_message(wanted(step));
        wait.enable_steady_tick(TICK);
        waiting.insert(step.id, wait);
    }

    /// Says how a wait stands.
    fn tell(&self, step: &Step, text: &str) {
        let waiting = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = waiting.get(&step.id) {
            wait.set_message(format!("{}: {text}", wanted(step)));
        }
    }

    fn end(&self, step: &Step) {
        if let Some(wait) = self.waits.lock().unwrap_or_else(PoisonError::into_inner).remove(&step.id) {
            wait.finish_and_clear();
            self.all.remove(&wait);
        }
        let mut heading = self.head();
        heading.end(step);
        self.bar.set_message(heading.stands());
        self.bar.inc(1);
    }
}

impl Witness for Bar {
    fn saw(&self, happening: &Happening<'_>) {
        match happening {
            Happening::Begun { run, steps, done } => {
                self.bar.set_length(*steps as u64);
                self.bar.set_position(*done as u64);
                let heading = self.head();
                self.bar.set_prefix(heading.title(&run.to_string()));
                self.bar.set_message(heading.stands());
                self.bar.enable_steady_tick(TICK);
                self.hint.set_message(format!(
                    "Ctrl-C stops at the end of the steps under way; leeward resume {run} goes on."
                ));
            }
            // A wait has a line of its own as long as it goes on.
            Happening::Started { step, attempt: 1 } => return self.begin(step),
            Happening::Waiting { step, text } => return self.tell(step, text),
            Happening::Started { .. } => {}
            Happening::Done { step, .. }
            | Happening::Failed { step, .. }
            | Happening::Skipped { step, .. }
            | Happening::Waived { step, .. } => {
                self.end(step);
            }
            Happening::Stopping { .. } => self.hint.set_message("Stopping; Ctrl-C again stops at once."),
            Happening::Ended => {
                self.bar.finish_and_clear();
                self.hint.finish_and_clear();
            }
        }
        for line in self.fold.lock().unwrap_or_else(PoisonError::into_inner).lines(happening) {
            // A run does not fail because nobody reads about it.
            let _ = self.all.println(line);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are ours; one that can't be read would only look different.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
