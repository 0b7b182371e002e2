//! One batch of changes, or one task, from the look at the world to the result.

use super::conduct::{Conduct, Memory};
use super::judge::{Verdict, judge, maybe_done, moved};
use super::learn::owned;
use super::ledger::Ledger;
use super::query::{KeySets, shared_query_for};
use super::{Event, Fact, Happening, Options, Ready, RunError, World, approval};
use crate::estate::{Change, Evidence, Fault, FaultKind, Object, Outcome, Query, Reading, Task, Verb};
use crate::plan::{Action, Expect, Step, StepId};
use crate::provider::Provider;
use std::time::Duration;
use tokio::time::Instant;

/// How often a step is tried whose outcome is unknown, within one run.
const ROUNDS: u32 = 3;

/// How many pauses long a place may be silent, or failing, before a task that needs it fails: as long as Connect's own tasks
/// wait for their workers, with the pause that runs have.
const SILENCE: u32 = 100;

/// A step under way.
struct Work<'a> {
    step: &'a Step,
    in_doubt: bool,
    /// Why its outcome is unknown, after an attempt in this run.
    lost: Option<Fault>,
}

/// A step whose object is as expected, and what is done to it.
struct Go<'a> {
    step: &'a Step,
    verbs: Vec<Verb>,
    in_doubt: bool,
}

/// Lets go of objects: only the state has to do with it.
pub(super) fn forget(ledger: &Ledger<'_>, ready: &[Ready]) -> Result<(), RunError> {
    let events = ready
        .iter()
        .flat_map(|ready| [ledger.begins(ready.step), Event::Done { step: ready.step, fact: Fact::LetGo }]);
    ledger.record(events.collect())
}

/// Changes objects of one place in one way.
pub(super) async fn change(
    world: &dyn Provider,
    ledger: &Ledger<'_>,
    ready: &[Ready],
    pause: Duration,
) -> Result<(), RunError> {
    let works = ready.iter().map(|ready| Work {
        step: ledger.step(ready.step),
        in_doubt: ready.in_doubt,
        lost: None,
    });
    let mut works: Vec<Work<'_>> = works.collect();
    for round in 1.. {
        let goes = look(world, ledger, &works, round > ROUNDS).await?;
        if goes.is_empty() {
            break;
        }
        works = make(world, ledger, goes).await?;
        if works.is_empty() {
            break;
        }
        tokio::time::sleep(pause * (1 << (round - 1).min(ROUNDS))).await;
    }
    Ok(())
}

/// Looks at the objects, records what that settles and what is begun, and answers the latter.
async fn look<'a>(
    world: &dyn Provider,
    ledger: &Ledger<'_>,
    works: &[Work<'a>],
    spent: bool,
) -> Result<Vec<Go<'a>>, RunError> {
    let readings = read(world, works.iter().map(|work| work.step)).await;
    let (mut events, mut goes, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    for (work, reading) in works.iter().zip(readings) {
        let (step, id) = (work.step, work.step.id);
        let verdict = match judge(step, &reading, work.in_doubt) {
            Verdict::Go(verbs) => match &work.lost {
                Some(fault) if spent => Verdict::No(maybe_done(fault)),
                _ => Verdict::Go(verbs),
            },
            verdict => verdict,
        };
        match verdict {
            Verdict::No(fault) => events.push(Event::Failed { step: id, fault }),
            Verdict::Go(verbs) if !verbs.is_empty() => {
                events.push(ledger.begins(id));
                goes.push(Go { step, verbs, in_doubt: work.in_doubt });
            }
            Verdict::Go(_) | Verdict::Done => {
                // Begun in an earlier attempt of this run it has no need to be begun again.
                events.extend(work.lost.is_none().then(|| ledger.begins(id)));
                settled.push(Event::Done { step: id, fact: learnt(step, &reading) });
            }
        }
    }
    events.append(&mut settled);
    ledger.record(events)?;
    Ok(goes)
}

/// Makes the changes, records the results, and answers the steps whose outcome is unknown.
async fn make<'a>(
    world: &dyn Provider,
    ledger: &Ledger<'_>,
    goes: Vec<Go<'a>>,
) -> Result<Vec<Work<'a>>, RunError> {
    let outcomes = in_turn(world, &goes).await;
    let (mut events, mut done, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (go, outcome) in goes.iter().zip(outcomes) {
        let step = go.step;
        match outcome {
            Outcome::Done(()) => done.push(step),
            // A look can be behind the world: what an earlier attempt made shows only now.
            Outcome::Moved(reading) if judge(step, &reading, go.in_doubt) == Verdict::Done => done.push(step),
            Outcome::Moved(reading) => {
                events.push(Event::Failed { step: step.id, fault: moved(step, &reading) });
            }
            Outcome::Failed(fault) => events.push(Event::Failed { step: step.id, fault }),
            Outcome::Unknown(fault) => unknown.push(Work { step, in_doubt: true, lost: Some(fault) }),
        }
    }
    let seen = read(world, done.iter().copied().filter(|step| stays(step))).await;
    let mut seen = seen.into_iter();
    events.extend(done.into_iter().map(|step| {
        let reading = if stays(step) { seen.next() } else { None };
        Event::Done { step: step.id, fact: learnt(step, &reading.unwrap_or(Reading::Absent)) }
    }));
    ledger.record(events)?;
    Ok(unknown)
}

/// Makes the first change of each step, then the second of those that have one and whose first is done.
async fn in_turn(world: &dyn Provider, goes: &[Go<'_>]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = vec![Outcome::Done(()); goes.len()];
    let turns = goes.iter().map(|go| go.verbs.len()).max().unwrap_or_default();
    for turn in 0..turns {
        let chosen: Vec<usize> = (0..goes.len())
            .filter(|at| turn < goes[*at].verbs.len() && outcomes[*at] == Outcome::Done(()))
            .collect();
        let changes: Vec<Change> = chosen
            .iter()
            .filter_map(|at| {
                let Go { step, verbs, .. } = &goes[*at];
                step.object.as_ref().map(|id| Change { id: id.clone(), verb: verbs[turn].clone() })
            })
            .collect();
        let answers = world.change(&changes).await;
        for (at, answer) in chosen.into_iter().zip(answers) {
            outcomes[at] = if turn == 0 { answer } else { second_half(answer) };
        }
    }
    outcomes
}

/// Says of the second half of a replacement that the first one is done.
fn second_half(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Failed(fault) => {
            let message = format!("it was deleted, and could not be made anew: {}", fault.message);
            Outcome::Failed(Fault { message, ..fault })
        }
        outcome => outcome,
    }
}

/// Whether the step's object is there once the step is done.
const fn stays(step: &Step) -> bool {
    !matches!(step.action, Action::Delete { .. })
}

/// What is read of each step's object, in order.
async fn read<'a>(world: &dyn Provider, steps: impl Iterator<Item = &'a Step>) -> Vec<Reading> {
    let mut sets = KeySets::default();
    let queries: Vec<Option<Query>> = steps.map(|step| shared_query_for(step, &mut sets)).collect();
    let asked: Vec<Query> = queries.iter().flatten().cloned().collect();
    let mut answers = if asked.is_empty() { Vec::new() } else { world.read(&asked).await }.into_iter();
    let unasked = || {
        let fault = Fault::new(FaultKind::Internal, "the step changes an object and does not say which");
        Reading::Unreachable(fault)
    };
    let reading = |query: Option<Query>| query.and_then(|_| answers.next()).unwrap_or_else(unasked);
    queries.into_iter().map(reading).collect()
}

/// What the state learns of a step that is done: what is managed comes from the plan, what stands there from
/// the world, as far as it could be read.
fn learnt(step: &Step, seen: &Reading) -> Fact {
    let (Some(id), Some(to)) = (&step.object, target(&step.action)) else {
        return if stays(step) { Fact::Nothing } else { Fact::LetGo };
    };
    // A group belongs to its application: leeward sets its positions and does not own it.
    if matches!(to, Object::Group(_)) {
        return Fact::Nothing;
    }
    Fact::Owns(Box::new(owned(id, to, seen.object(), step.on_remove)))
}

const fn target(action: &Action) -> Option<&Object> {
    match action {
        Action::Create(to)
        | Action::Update { to, .. }
        | Action::Replace { to, .. }
        | Action::Adopt { to, .. } => Some(to),
        Action::Forget | Action::Delete { .. } | Action::Task(_) => None,
    }
}

/// Does one task. A task that was begun before is simply done again: it finds itself done.
pub(super) async fn perform(
    world: World<'_>,
    ledger: &Ledger<'_>,
    id: StepId,
    task: &Task,
    memory: &Memory,
    options: &Options<'_>,
) -> Result<(), RunError> {
    if let Some(fault) = unexpected(world.objects, (ledger, id), options.pause).await {
        return ledger.record(vec![Event::Failed { step: id, fault }]);
    }
    for round in 1.. {
        ledger.record(vec![ledger.begins(id)])?;
        let outcome = match task {
            Task::Approve { name, seconds } => {
                // Asked to stop, it is left as it was begun: nothing has happened.
                let word = approval::awaited(name, *seconds, (ledger, id), options).await;
                let Some(word) = word else { return Ok(()) };
                word
            }
            task => {
                let say = |text: String| {
                    ledger.mention(&Happening::Waiting { step: ledger.step(id), text: &text });
                };
                let pause = options.pause;
                Conduct { world, memory, pause, say: &say }.perform(task).await
            }
        };
        let event = match outcome {
            Outcome::Done(Evidence::Nothing) => Event::Done { step: id, fact: Fact::Nothing },
            Outcome::Done(evidence) => Event::Done { step: id, fact: Fact::Found(evidence) },
            Outcome::Moved(reading) => Event::Failed { step: id, fault: moved(ledger.step(id), &reading) },
            Outcome::Failed(fault) => Event::Failed { step: id, fault },
            Outcome::Unknown(fault) if round >= ROUNDS => {
                Event::Failed { step: id, fault: maybe_done(&fault) }
            }
            Outcome::Unknown(_) => {
                tokio::time::sleep(options.pause * (1 << (round - 1).min(ROUNDS))).await;
                continue;
            }
        };
        return ledger.record(vec![event]);
    }
    Ok(())
}

/// Why the world is not as a task expects it. A task changes nothing of what it expects, so this holds for one that
/// is done again, too. What can't be read may be read in a moment; nobody waits so for a step that the run can do without, such
/// as what a side needs that is taken for dead.
async fn unexpected(
    world: &dyn Provider,
    (ledger, id): (&Ledger<'_>, StepId),
    pause: Duration,
) -> Option<Fault> {
    let step = ledger.step(id);
    if step.expect == Expect::Anything {
        return None;
    }
    let (started, mut between) = (Instant::now(), pause);
    loop {
        let reading = read(world, std::iter::once(step)).await.pop()?;
        let Verdict::No(fault) = judge(step, &reading, false) else { return None };
        let is_patient = !step.optional && started.elapsed() < pause * SILENCE;
        if !is_patient || !reading_may_pass(&reading) {
            return Some(fault);
        }
        ledger.mention(&Happening::Waiting { step, text: &fault.message });
        tokio::time::sleep(between).await;
        between = (between * 3 / 2).min(pause * 5);
    }
}

/// Whether what could not be read may be read in a moment.
const fn reading_may_pass(reading: &Reading) -> bool {
    match reading {
        Reading::Unreachable(fault) => {
            matches!(fault.kind, FaultKind::Unreachable | FaultKind::Timeout | FaultKind::Internal)
        }
        Reading::Present(_) | Reading::Absent => false,
    }
}
