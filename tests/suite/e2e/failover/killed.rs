//! The real program, killed -9 at every step of planned and unplanned failovers, and taken up again each time.

use super::super::estate::Estate;
use super::super::interruption::begin;
use super::super::own::Own;
use super::journal::{all, begun, events, steps};
use super::unplanned::{primary, skipped};
use super::{FENCE, Story, everything, figures, missing, roles};
use std::collections::BTreeSet;
use std::process::Child;
use std::time::{Duration, Instant};

/// When a process is killed, as its journal shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// A step is about to have its effect, or has it.
    Begun,
    /// It is written that a step is done.
    Done,
}

impl When {
    const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Begun => &["started"],
            Self::Done => &["done", "waived"],
        }
    }
}

/// Waits until the journal tells of a step at which nobody was killed yet; none if the process ends before.
fn next(
    run: &std::path::Path,
    child: &mut Child,
    when: When,
    known: &BTreeSet<u64>,
) -> Option<BTreeSet<u64>> {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let told = steps(&events(run), when.kinds());
        if !told.is_subset(known) {
            return Some(told);
        }
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        assert!(Instant::now() < deadline, "nothing happens");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Begins a failover, kills it at each of its steps and takes it up again; answers how many steps it has and how often it was
/// killed.
fn killed(estate: &Estate, arguments: &[&str], when: When) -> (usize, usize) {
    let before = all(estate);
    let mut child = begin(estate, arguments);
    let run = begun(estate, &mut child, &before);
    let name = run.file_name().unwrap().to_str().unwrap().to_owned();
    let (mut known, mut kills) = (BTreeSet::new(), 0);
    while let Some(told) = next(&run, &mut child, when, &known) {
        child.kill().unwrap();
        child.wait().unwrap();
        // It may have written more before it died.
        known = told;
        known.extend(steps(&events(&run), when.kinds()));
        kills += 1;
        child = begin(estate, &["resume", &name]);
    }
    if !child.wait().unwrap().success() {
        let resumed = estate.leeward(&["resume", &name]);
        panic!("it does not come to its end: {}", crate::e2e::estate::said(&resumed));
    }
    (known.len(), kills)
}

#[test]
fn killed_at_every_step_nothing_is_lost_and_nothing_left() {
    let Some(mut own) = Own::up() else { return };
    let story = Story::begin(own.get().clone(), FENCE, None);
    let estate = &story.estate;
    let mut said = Vec::new();
    let mut count = |what: &str, (steps, kills): (usize, usize)| {
        said.push(format!("{what}: {steps} steps, {kills} kills"))
    };
    let planned = ["failover", "run", "main", "-auto-approve"];
    for (when, side, epoch) in [(When::Begun, "secondary", 1), (When::Done, "primary", 2)] {
        count(&format!("planned, {when:?}"), killed(estate, &planned, when));
        assert_eq!(roles(estate), (side.into(), epoch));
        story.writer.await_more(50);
        estate.has_no_changes();
    }
    let unplanned = ["failover", "run", "-unplanned", "-confirm-lost", "main"];
    for (when, epoch) in [(When::Begun, 3), (When::Done, 5)] {
        estate.ok(&["failover", "plan"]);
        primary(&story, "kill");
        count(&format!("unplanned, {when:?}"), killed(estate, &unplanned, when));
        assert_eq!(roles(estate), ("secondary".into(), epoch));
        story.writer.await_more(50);
        primary(&story, "restart");
        estate.ok(&["failback", "run", "-auto-approve"]);
        assert_eq!(roles(estate), ("primary".into(), epoch + 1));
        story.writer.await_more(50);
        estate.has_no_changes();
    }

    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let (home, other) = (everything(&sandbox, "hangzhou", &topic), everything(&sandbox, "shanghai", &topic));
    assert_eq!(missing(&told.acknowledged, &home), Vec::<u64>::new(), "lost of {}", told.acknowledged.len());
    assert_eq!(skipped(&told, &other), Vec::<u64>::new(), "skipped by the group");
    println!("{}", said.join("; "));
    figures::keep("killed at every step", &told, &other, "0", &estate);
}
