//! What a person sees while components start: a spinner on a terminal, plain lines elsewhere.

use crate::sandbox::Notice;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shows what goes on, on the error stream.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    waiting: Mutex<Vec<String>>,
    begun: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(80));
            bar
        });
        Self { bar, waiting: Mutex::new(Vec::new()), begun: Instant::now() }
    }

    /// Shows one notice of the sandbox.
    pub(super) fn show(&self, notice: Notice<'_>) {
        match notice {
            Notice::Installing(packages) => self.line(&format!("  installing {}", packages.join(", "))),
            Notice::Fetching(version) => self.line(&format!("  fetching Kafka {version}, 55 MB, once")),
            Notice::Starting(name) => self.change(|waiting| waiting.push(name.into())),
            Notice::Ready(name, after) => {
                self.change(|waiting| waiting.retain(|other| other != name));
                self.line(&format!("✓ {name:<20} ready  {:.1} s", after.as_secs_f64()));
            }
        }
    }

    /// Shows what is waited for.
    pub(super) fn wait(&self, what: &str) {
        self.change(|waiting| *waiting = vec![what.into()]);
    }

    /// Ends the display with what was reached.
    pub(super) fn done(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!("✓ {what}, {:.1} s", self.begun.elapsed().as_secs_f64());
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut waiting);
        if let Some(bar) = &self.bar {
            bar.set_message(waiting.join(", "));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
