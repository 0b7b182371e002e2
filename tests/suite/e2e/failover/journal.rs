//! A run's journal, read while the run goes on.

use super::super::estate::Estate;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

fn runs(estate: &Estate) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(estate.path().join(".leeward/runs")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The events of a journal, as far as it is written.
pub fn events(folder: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap_or_default();
    let entries = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    entries.flat_map(|line| line["entry"]["events"].as_array().cloned().unwrap_or_default()).collect()
}

/// The steps that these events are told of.
pub fn steps(events: &[Value], kinds: &[&str]) -> BTreeSet<u64> {
    let of = |event: &Value| kinds.iter().find_map(|kind| event[kind]["step"].as_u64());
    events.iter().filter_map(of).collect()
}

/// The folder of the run that a process begins; it is none of these.
pub fn begun(estate: &Estate, child: &mut Child, before: &[PathBuf]) -> PathBuf {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let new =
            runs(estate).into_iter().find(|run| !before.contains(run) && run.join("journal.jsonl").is_file());
        if let Some(new) = new {
            return new;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it began a run");
        assert!(Instant::now() < deadline, "it never began a run");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The runs that there are.
pub fn all(estate: &Estate) -> Vec<PathBuf> {
    runs(estate)
}

/// Waits until the run that a process has just begun begins a task of this sort.
pub fn await_step(estate: &Estate, child: &mut Child, task: &str) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let unfinished = runs(estate).into_iter().filter(|run| {
            let events = events(run);
            !events.iter().any(|event| !event["finished"].is_null() || !event["superseded"].is_null())
        });
        for run in unfinished {
            let Ok(plan) = std::fs::read(run.join("plan.json")) else { continue };
            let plan: Value = serde_json::from_slice(&plan).unwrap_or_default();
            let begun = steps(&events(&run), &["started"]);
            let is_it = |step: &Value| {
                !step["action"]["task"][task].is_null()
                    && step["id"].as_u64().is_some_and(|id| begun.contains(&id))
            };
            if plan["steps"].as_array().is_some_and(|steps| steps.iter().any(is_it)) {
                return;
            }
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it came to {task}");
        assert!(Instant::now() < deadline, "it never came to {task}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
