//! What the engine needs of memory: a no-op plan for each size, in a process of its own, since a process' peak never
//! falls.

use crate::sample::Sample;
use std::process::Command;
use std::time::Instant;

const TOPICS: [usize; 4] = [1, 1_000, 10_000, 100_000];

/// Whether this was asked for, and done: `peak` by a person, `peak TOPICS` by itself.
pub fn was_asked() -> bool {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let asked = arguments.next().is_some_and(|argument| argument == "peak");
    match arguments.next().and_then(|topics| topics.parse().ok()) {
        Some(topics) if asked => one(topics),
        _ if asked => all(),
        _ => {}
    }
    asked
}

fn all() {
    let own = std::env::current_exe().expect("it runs");
    println!("{:>9}  {:>9}  {:>10}  {:>9}  {:>9}", "topics", "objects", "plan", "before", "peak");
    for topics in TOPICS {
        let status =
            Command::new(&own).args(["peak", &topics.to_string()]).status().expect("it can be started");
        assert!(status.success());
    }
}

/// The estate, the world and the state are there before, as they are in leeward once they were read.
fn one(topics: usize) {
    let sample = Sample::applied(topics);
    forget_peak();
    let before = peak();
    let started = Instant::now();
    let plan = sample.plan();
    let took = started.elapsed();
    assert!(plan.is_empty());
    let objects = sample.observe().readings.len();
    println!("{topics:>9}  {objects:>9}  {took:>10.1?}  {before:>6} MB  {:>6} MB", peak());
}

/// Lets the peak begin at what is resident now: making the sample took more than the plan does (proc(5), clear_refs).
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux takes it");
}

/// The most memory that this process had resident, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is there");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes / 1024
}
