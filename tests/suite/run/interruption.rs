//! A run that dies anywhere and is taken up again ends in the world, and with the state, of one that did not.

use super::execute::{Place, options, world_and_state};
use super::journal::{Memory, header};
use super::sample::{before, every_sort};
use super::world::{Trouble, World, recordless};
use leeward::plan::Plan;
use leeward::run::{Journal, Progress, Recording, Run, RunId, Silent, Stop, Tape, execute};
use leeward::state::State;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The world and the state after a run without trouble, the number of its calls and of its journal's lines.
async fn undisturbed(plan: Plan) -> (String, usize, usize) {
    let (place, world) = (Place::new(), World::new(before()));
    let ending = place.execute(&mut place.run(plan), &world).await.unwrap();
    assert!(ending.whole);
    let lines = place.tape.0.lock().unwrap().iter().filter(|byte| **byte == b'\n').count();
    (world_and_state(&world, &ending.state), world.calls(), lines)
}

/// The run that a tape tells of, ready to go on.
pub fn recovered(tape: &Memory, plan: Plan) -> Run {
    let recording = Recording::read(&tape.0.lock().unwrap()).unwrap();
    tape.0.lock().unwrap().truncate(recording.whole);
    let mut progress = Progress::new(&plan).unwrap();
    for event in recording.entries.iter().flat_map(|entry| &entry.events) {
        progress.record(event).unwrap();
    }
    let journal = Journal::resume(Box::new(tape.clone()), &recording);
    Run { id: RunId::parse("7f3a").unwrap(), plan, progress, journal, past: recording.entries }
}

/// Lets the run go on, as often as it dies; answers the state in the end.
async fn go_on(place: &Place, world: &World, plan: &Plan) -> State {
    loop {
        let mut run = recovered(&place.tape, plan.clone());
        tokio::select! {
            ending = place.execute(&mut run, world) => {
                let ending = ending.unwrap();
                assert!(ending.whole, "{:#?}", place.events());
                return ending.state;
            }
            () = world.died() => {}
        }
    }
}

#[tokio::test]
async fn whichever_call_it_dies_at() {
    let (expected, calls, _) = undisturbed(every_sort()).await;
    for n in 1..=calls {
        for trouble in [Trouble::DiesBefore, Trouble::DiesAfter] {
            let (place, world) = (Place::new(), World::new(before()).troubled(n, trouble));
            let mut run = place.run(every_sort());
            tokio::select! {
                _ = place.execute(&mut run, &world) => panic!("it did not die at call {n}"),
                () = world.died() => {}
            }
            drop(run);
            let state = go_on(&place, &world, &every_sort()).await;
            assert_eq!(world_and_state(&world, &state), expected, "{trouble:?} at call {n}");
        }
    }
}

#[tokio::test]
async fn whichever_call_it_dies_at_and_then_dies_again() {
    let (expected, calls, _) = undisturbed(every_sort()).await;
    for n in 1..=calls {
        for again in [1, 2, 3] {
            let (place, world) = (Place::new(), World::new(before()).troubled(n, Trouble::DiesAfter));
            let mut run = place.run(every_sort());
            tokio::select! {
                _ = place.execute(&mut run, &world) => panic!("it did not die at call {n}"),
                () = world.died() => {}
            }
            drop(run);
            world.trouble(again, Trouble::DiesAfter);
            let state = go_on(&place, &world, &every_sort()).await;
            assert_eq!(world_and_state(&world, &state), expected, "at call {n} and {again} later");
        }
    }
}

#[tokio::test]
async fn whichever_answer_is_lost() {
    let (expected, calls, _) = undisturbed(every_sort()).await;
    for n in 1..=calls {
        for trouble in [Trouble::LostBefore, Trouble::LostAfter] {
            let (place, world) = (Place::new(), World::new(before()).troubled(n, trouble));
            let ending = place.execute(&mut place.run(every_sort()), &world).await.unwrap();
            // A look that fails fails its steps: the run is taken up once it works again.
            let state = if ending.whole { ending.state } else { go_on(&place, &world, &every_sort()).await };
            assert_eq!(
                world_and_state(&world, &state),
                settled(&expected, &world, &state),
                "{trouble:?} at {n}"
            );
        }
    }
}

/// What a look after a change would have told is not known if that look got no answer: the life of a topic.
fn settled(expected: &str, world: &World, state: &State) -> String {
    let all = state.resources.values().flatten();
    let unknown = all.filter(|owned| owned.incarnation.is_none() && world.life_of(&owned.id).is_some());
    unknown.fold(expected.to_owned(), |expected, owned| {
        expected.replace(&format!(": {},", owned.id), &format!(": {} in another life,", owned.id))
    })
}

/// A tape that fails at its `n`th line, of which only `part` of 4 quarters are written.
struct Tearing {
    tape: Memory,
    left: Arc<AtomicUsize>,
    part: usize,
}

impl Tape for Tearing {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 1 {
            return self.tape.append(line);
        }
        self.tape.append(&line[..line.len() * self.part / 4])?;
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[tokio::test]
async fn whichever_line_of_its_journal_is_torn() {
    let (expected, _, lines) = undisturbed(every_sort()).await;
    // The first line is the header: before it nothing is begun.
    for n in 1..lines {
        for part in [0, 1, 3, 4] {
            let (place, world) = (Place::new(), World::new(before()));
            let mut run = place.run(every_sort());
            let recording = Recording::read(&place.tape.0.lock().unwrap()).unwrap();
            let left = Arc::new(AtomicUsize::new(n));
            let tape = Tearing { tape: place.tape.clone(), left, part };
            run.journal = Journal::resume(Box::new(tape), &recording);
            assert!(place.execute(&mut run, &world).await.is_err(), "line {n}");
            drop(run);
            let state = go_on(&place, &world, &every_sort()).await;
            assert_eq!(world_and_state(&world, &state), expected, "line {n}, {part} quarters of it");
        }
    }
}

#[tokio::test]
async fn a_run_that_fails_goes_on_once_the_cause_is_gone() {
    let (expected, calls, _) = undisturbed(every_sort()).await;
    for n in 1..=calls {
        let (place, world) = (Place::new(), World::new(before()).troubled(n, Trouble::Fails));
        let (stop, state) = (Stop::default(), State::new("lineage"));
        let mut run = place.run(every_sort());
        let ending = execute(&mut run, state, recordless(&world), &place.store, &options(&stop, &Silent))
            .await
            .unwrap();
        drop(run);
        let state = if ending.whole { ending.state } else { go_on(&place, &world, &every_sort()).await };
        assert_eq!(world_and_state(&world, &state), settled(&expected, &world, &state), "failed at {n}");
    }
}

#[test]
fn a_journal_that_ends_in_its_header_has_begun_nothing() {
    let tape = Memory::default();
    Journal::begin(Box::new(tape.clone()), &header()).unwrap();
    let run = recovered(&tape, every_sort());
    assert!(run.past.is_empty() && run.progress.done() == 0);
}
