//! How far it is: a bar on a terminal, a line now and then in a log.

use crate::provider::records::Progress;
use crate::report::figures::{counted, sized};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A log gets a line so often.
const LINES: Duration = Duration::from_secs(10);
const TEMPLATE: &str = "  {prefix}  ▕{bar:20}▏ {percent:>3} %  {elapsed}, {eta} left  {wide_msg}";

/// Shows progress on the error stream.
pub(super) struct Meter {
    what: &'static str,
    bar: Option<ProgressBar>,
    line: Mutex<Instant>,
}

impl Meter {
    pub fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style =
                ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("█░"));
            bar.set_prefix(what);
            bar
        });
        Self { what, bar, line: Mutex::new(Instant::now()) }
    }

    /// Shows how far it is.
    pub fn show(&self, progress: Progress) {
        let records = usize::try_from(progress.records).unwrap_or(usize::MAX);
        let text = format!("{}, {}", counted(records, "record"), sized(progress.bytes));
        if let Some(bar) = &self.bar {
            bar.set_length(progress.total);
            bar.set_position(progress.passed);
            bar.set_message(text);
            return;
        }
        let mut last = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= LINES {
            *last = Instant::now();
            let percent = (progress.passed * 100).checked_div(progress.total).unwrap_or(100);
            eprintln!("{}: {percent} %, {text}", self.what);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
