//! A list of runs.

use super::figures::{grouped, took};
use super::table::Columns;
use crate::run::{Listed, RunSummary};

/// A table of runs, one a line.
pub fn table(runs: &[Listed]) -> String {
    let mut columns = Columns::new(&["RUN", "STARTED", "WHAT", "STEPS", ">TOOK", "HOW IT STANDS"]);
    for Listed { id, run } in runs {
        columns.row(match run {
            Ok(run) => [
                id.to_string(),
                format!("{:.0}", run.header.started),
                what(run),
                format!("{} of {}", grouped(run.done), grouped(run.header.steps)),
                took(run.last.as_millisecond() - run.header.started.as_millisecond()),
                standing(run),
            ],
            Err(error) => [
                id.to_string(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                error.to_string(),
            ],
        });
    }
    columns.lines(0)
}

/// What a run is; a run of a leeward that did not write that down is told by its plan.
fn what(run: &RunSummary) -> String {
    match run.header.what.as_str() {
        "" => format!("plan {}", run.header.plan.chars().take(12).collect::<String>()),
        what => what.to_owned(),
    }
}

/// How a run stands, in a few words.
pub fn standing(run: &RunSummary) -> String {
    match run.finished {
        _ if run.aborted => "given up".into(),
        _ if run.superseded.is_some() => {
            format!("run {} goes on", run.superseded.as_deref().unwrap_or_default())
        }
        Some(true) => "finished".into(),
        Some(false) => format!("failed: {} failed", super::figures::counted(run.failed, "step")),
        None if run.stopped => "stopped".into(),
        None => "unfinished".into(),
    }
}
