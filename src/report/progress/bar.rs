//! A run on a terminal: a bar, and a line with a clock for each wait under way.

use super::line::{line, wanted};
use crate::plan::{Action, Step, StepId};
use crate::run::{Happening, Witness};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const BAR: &str = "run {prefix}  ▕{bar:20}▏ {pos} of {len} steps  {elapsed}  {wide_msg}";
const WAIT: &str = "  {spinner} {elapsed:>3}  {wide_msg}";
const TICK: Duration = Duration::from_millis(120);
/// So many waits are shown; more would push the bar off the screen.
const WAITS: usize = 8;

/// Draws a run.
pub struct Bar {
    all: MultiProgress,
    bar: ProgressBar,
    waits: Mutex<HashMap<StepId, ProgressBar>>,
}

impl Bar {
    /// Draws it on `target`.
    pub fn new(target: ProgressDrawTarget) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let bar = all.add(ProgressBar::new(0));
        bar.set_style(style(BAR).progress_chars("█░"));
        Self { all, bar, waits: Mutex::new(HashMap::new()) }
    }

    fn begin(&self, step: &Step) {
        let Action::Task(task) = &step.action else { return };
        let mut waiting = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.waits() || waiting.len() >= WAITS || waiting.contains_key(&step.id) {
            return;
        }
        let wait = self.all.insert_before(&self.bar, ProgressBar::new_spinner());
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
        self.bar.inc(1);
    }
}

impl Witness for Bar {
    fn saw(&self, happening: &Happening<'_>) {
        match happening {
            Happening::Begun { run, steps, done } => {
                self.bar.set_length(*steps as u64);
                self.bar.set_position(*done as u64);
                self.bar.set_prefix(run.to_string());
                // As much as fits beside the bar on 80 columns.
                self.bar.set_message("Ctrl-C stops, resume goes on");
                self.bar.enable_steady_tick(TICK);
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
            Happening::Stopping { .. } => self.bar.set_message("stopping"),
            Happening::Ended => self.bar.finish_and_clear(),
        }
        if let Some(line) = line(happening) {
            // A run does not fail because nobody reads about it.
            let _ = self.all.println(line);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are ours; one that can't be read would only look different.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
