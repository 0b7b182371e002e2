use super::sample::{create, plan, topic, topic_on};
use leeward::estate::{Fault, FaultKind};
use leeward::plan::{Plan, StepId};
use leeward::run::{Event, Fact, Next, Progress, ProgressError, Status, next};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A plan whose steps need the steps given.
fn needing(needs: &[&[u32]]) -> Plan {
    let step = |(number, needs): (usize, &&[u32])| {
        create("topic.t", topic_on("hangzhou", &format!("t{number}")), needs, topic("1", 1))
    };
    plan(needs.iter().enumerate().map(step).collect())
}

fn begin(progress: &mut Progress, step: u32) {
    let attempts = progress.status(StepId(step)).unwrap().attempts();
    progress.record(&Event::Started { step: StepId(step), attempt: attempts + 1 }).unwrap();
}

fn done(progress: &mut Progress, step: u32) {
    begin(progress, step);
    progress.record(&Event::Done { step: StepId(step), fact: Fact::Nothing }).unwrap();
}

fn fail(progress: &mut Progress, step: u32) {
    let fault = Fault::new(FaultKind::Internal, "broke");
    progress.record(&Event::Failed { step: StepId(step), fault }).unwrap();
}

fn ready(next: &Next) -> Vec<u32> {
    next.ready.iter().map(|ready| ready.step.0).collect()
}

#[test]
fn a_step_is_ready_once_all_it_needs_is_done() {
    let mut progress = Progress::new(&needing(&[&[], &[], &[0, 1], &[0], &[2, 3]])).unwrap();
    assert_eq!(ready(&next(&mut progress)), [0, 1]);
    assert_eq!(ready(&next(&mut progress)), [0; 0], "each is answered once");
    done(&mut progress, 0);
    assert_eq!(ready(&next(&mut progress)), [3]);
    done(&mut progress, 1);
    done(&mut progress, 3);
    assert_eq!(ready(&next(&mut progress)), [2]);
    done(&mut progress, 2);
    assert_eq!(ready(&next(&mut progress)), [4]);
    done(&mut progress, 4);
    assert!(next(&mut progress).finished && progress.is_whole());
}

#[test]
fn a_failure_leaves_out_what_needs_it_and_nothing_else() {
    let mut progress = Progress::new(&needing(&[&[], &[], &[0], &[2], &[1]])).unwrap();
    next(&mut progress);
    fail(&mut progress, 0);
    done(&mut progress, 1);
    let now = next(&mut progress);
    assert_eq!((ready(&now), now.poisoned), (vec![4], vec![(StepId(2), StepId(0))]));
    progress.record(&Event::Skipped { step: StepId(2), because: StepId(0) }).unwrap();
    assert_eq!(next(&mut progress).poisoned, [(StepId(3), StepId(2))]);
    progress.record(&Event::Skipped { step: StepId(3), because: StepId(2) }).unwrap();
    done(&mut progress, 4);
    assert!(next(&mut progress).finished && !progress.is_whole());
    assert_eq!((progress.done(), progress.failed(), progress.skipped()), (2, 1, 2));
}

#[test]
fn a_resumed_run_takes_up_what_is_not_done_and_doubts_what_was_begun() {
    let mut progress = Progress::new(&needing(&[&[], &[], &[0], &[1], &[]])).unwrap();
    next(&mut progress);
    done(&mut progress, 0);
    begin(&mut progress, 1);
    fail(&mut progress, 1);
    progress.record(&Event::Skipped { step: StepId(3), because: StepId(1) }).unwrap();
    begin(&mut progress, 2);
    progress.record(&Event::Resumed).unwrap();
    let now = next(&mut progress);
    let doubted: Vec<(u32, bool)> = now.ready.iter().map(|ready| (ready.step.0, ready.in_doubt)).collect();
    assert_eq!(doubted, [(1, true), (2, true), (4, false)]);
    assert_eq!(progress.failed() + progress.skipped(), 0);
    done(&mut progress, 1);
    assert_eq!(ready(&next(&mut progress)), [3]);
}

#[test]
fn plans_and_journals_that_do_not_fit_are_refused() {
    let cycle = Progress::new(&needing(&[&[1], &[0]]));
    assert_eq!(cycle.unwrap_err(), ProgressError::Order(StepId(0)));
    let mut misnumbered = needing(&[&[], &[]]);
    misnumbered.steps[1].id = StepId(7);
    assert_eq!(Progress::new(&misnumbered).unwrap_err(), ProgressError::Order(StepId(7)));
    let mut progress = Progress::new(&needing(&[&[]])).unwrap();
    let unknown = Event::Done { step: StepId(1), fact: Fact::Nothing };
    assert_eq!(progress.record(&unknown), Err(ProgressError::NoSuchStep(StepId(1))));
    let early = Event::Done { step: StepId(0), fact: Fact::Nothing };
    assert!(matches!(progress.record(&early), Err(ProgressError::Illegal { .. })));
    assert_eq!(progress.status(StepId(0)), Some(Status::Waiting { attempts: 0 }));
}

#[test]
fn a_hundred_thousand_steps_are_scheduled_by_what_they_touch() {
    const STEPS: usize = 100_000;
    let mut needs: Vec<Vec<u32>> = vec![Vec::new(); STEPS - 1];
    needs.push((0..STEPS as u32 - 1).collect());
    let needs: Vec<&[u32]> = needs.iter().map(Vec::as_slice).collect();
    let mut progress = Progress::new(&needing(&needs)).unwrap();
    let mut order = Vec::new();
    loop {
        let now = next(&mut progress);
        if now.finished {
            break;
        }
        for step in ready(&now) {
            done(&mut progress, step);
            order.push(step);
            // Asked after each step, as the worst caller would.
            let last = next(&mut progress);
            order.extend(ready(&last));
            ready(&last).into_iter().for_each(|step| done(&mut progress, step));
        }
    }
    assert_eq!(order.len(), STEPS);
}

/// Needs of up to 30 steps, each needing only earlier ones.
fn graphs() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 1..30).prop_map(
        |steps| {
            let need = |number: usize, index: prop::sample::Index| index.index(number) as u32;
            let needs = steps.into_iter().enumerate().map(|(number, picks)| match number {
                0 => Vec::new(),
                number => picks.into_iter().map(|pick| need(number, pick)).collect(),
            });
            needs.collect()
        },
    )
}

proptest! {
    /// Whatever fails: each step comes after all it needs, comes once, and is left out only for a failure.
    #[test]
    fn every_step_comes_to_one_end(needs in graphs(), failing in prop::collection::btree_set(0..30_u32, 0..4)) {
        let slices: Vec<&[u32]> = needs.iter().map(Vec::as_slice).collect();
        let mut progress = Progress::new(&needing(&slices)).unwrap();
        let (mut finished, mut bad) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let now = next(&mut progress);
            if now.finished { break; }
            prop_assert!(!now.ready.is_empty() || !now.poisoned.is_empty(), "it goes on or is finished");
            for step in ready(&now) {
                prop_assert!(needs[step as usize].iter().all(|need| finished.contains(need)));
                if failing.contains(&step) { fail(&mut progress, step); bad.insert(step); }
                else { done(&mut progress, step); finished.insert(step); }
            }
            for (step, because) in now.poisoned {
                prop_assert!(bad.contains(&because.0) && needs[step.0 as usize].contains(&because.0));
                progress.record(&Event::Skipped { step, because }).unwrap();
                bad.insert(step.0);
            }
        }
        prop_assert_eq!(finished.len() + bad.len(), needs.len());
        prop_assert_eq!(progress.done(), finished.len());
    }
}
