//! A list of runs.

use super::figures::grouped;
use crate::run::{Listed, RunSummary};

/// A table of runs, one a line.
pub fn table(runs: &[Listed]) -> String {
    let mut rows = vec![["RUN", "STARTED", "PLAN", "STEPS", "HOW IT STANDS"].map(str::to_owned)];
    for Listed { id, run } in runs {
        rows.push(match run {
            Ok(run) => [
                id.to_string(),
                format!("{:.0}", run.header.started),
                run.header.plan.chars().take(16).collect(),
                format!("{} of {}", grouped(run.done), grouped(run.header.steps)),
                standing(run),
            ],
            Err(error) => [id.to_string(), String::new(), String::new(), String::new(), error.to_string()],
        });
    }
    let widths: Vec<usize> =
        (0..4).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &[String; 5]| {
        let cells = row[..4].iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  "));
        format!("{}{}\n", cells.collect::<String>(), row[4])
    };
    rows.iter().map(line).collect()
}

/// How a run stands, in a few words.
pub fn standing(run: &RunSummary) -> String {
    match run.finished {
        Some(true) => "finished".into(),
        Some(false) => format!("failed: {} failed", super::figures::counted(run.failed, "step")),
        None if run.stopped => "stopped".into(),
        None => "unfinished".into(),
    }
}
