//! The executor.

use super::conduct::Memory;
use super::lanes::{Lane, Lanes};
use super::learn::{learn, learn_outputs, learn_plan, learn_waived};
use super::ledger::Ledger;
use super::stop::Urgency;
use super::{
    Approvals, Entry, Event, Happening, Journal, JournalError, Nobody, Progress, ProgressError, Ready, RunId,
    Stop, Waiver, Witness, World, batch,
};
use crate::plan::{Action, Plan};
use crate::state::{State, Store, StoreError};
use futures::future::LocalBoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::time::Duration;

/// A run that is about to begin or to go on.
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What it obeys.
    pub plan: Plan,
    /// Where it stands.
    pub progress: Progress,
    /// What it writes down.
    pub journal: Journal,
    /// What it wrote down before; empty for a fresh run.
    pub past: Vec<Entry>,
}

impl Run {
    /// Whether it came to its end with every step done, and the state knows.
    pub fn is_finished(&self) -> bool {
        let last = self.past.last().and_then(|entry| entry.events.last());
        last == Some(&Event::Finished { whole: true })
    }

    /// The end that it was given before its time, if it was: [`Event::Aborted`].
    pub fn aborted(&self) -> Option<&Event> {
        let mut events = self.past.iter().rev().flat_map(|entry| entry.events.iter().rev());
        events.find(|event| matches!(event, Event::Aborted { .. }))
    }

    /// The run that goes on from where this one was stopped, if one does: [`Event::Superseded`].
    pub fn superseded(&self) -> Option<&str> {
        let mut events = self.past.iter().rev().flat_map(|entry| entry.events.iter().rev());
        events.find_map(|event| match event {
            Event::Superseded { by, .. } => Some(by.as_str()),
            _ => None,
        })
    }

    /// Writes down something that happens between two executions.
    ///
    /// # Errors
    /// The journal can't be written, or it can't happen to the run as it stands.
    pub fn record(&mut self, events: Vec<Event>) -> Result<(), RunError> {
        for event in &events {
            self.progress.record(event)?;
        }
        let entry = Entry { at: jiff::Timestamp::now(), events };
        self.journal.append(&entry)?;
        self.past.push(entry);
        Ok(())
    }
}

/// How a run is done.
pub struct Options<'a> {
    /// At most so many batches and tasks are under way at once; at least one.
    pub parallelism: usize,
    /// Where approvals are found.
    pub approvals: &'a dyn Approvals,
    /// Steps that are taken for done although they are not.
    pub waivers: Vec<Waiver>,
    /// How long to wait before a step is tried again whose answer was lost, each later attempt twice as long; and between
    /// two looks at something that is waited for.
    pub pause: Duration,
    /// What asks it to stop.
    pub stop: &'a Stop,
    /// Who watches it.
    pub witness: &'a dyn Witness,
}

impl<'a> Options<'a> {
    /// Ten at once, as Terraform's users are used to, and nobody who approves.
    pub const fn new(stop: &'a Stop, witness: &'a dyn Witness) -> Self {
        Self {
            parallelism: 10,
            approvals: &Nobody,
            waivers: Vec::new(),
            pause: Duration::from_millis(200),
            stop,
            witness,
        }
    }
}

/// How a run came to its end, for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The state as it was last written.
    pub state: State,
    /// Whether every step is done.
    pub whole: bool,
    /// Whether it was asked to stop and left steps to do.
    pub stopped: bool,
}

/// Why a run could not go on. What was under way may have had its effect; the journal tells.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The journal can't be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The plan or its journal does not make sense.
    #[error(transparent)]
    Progress(#[from] ProgressError),
    /// The state can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The state is about another estate.
    #[error(
        "the state has lineage {state}, and the plan was made from {plan}: they are about different estates"
    )]
    Lineage {
        /// The lineage of the state.
        state: String,
        /// The lineage of the plan's basis.
        plan: String,
    },
    /// Something else has written the state.
    #[error("the state has serial {state} and should have {expected}: it was changed since; make a new plan")]
    Serial {
        /// The serial of the state.
        state: u64,
        /// The serial that the plan or the journal left it with.
        expected: u64,
    },
}

/// Does what is left to do of a run, and keeps the state in the store. The caller holds the store's lock, and
/// `state` is what the store has, or a new one.
///
/// A step that fails poisons the steps that need it; all others are done all the same. A failed step is no error
/// of the run: `run.progress` tells.
///
/// # Errors
/// The journal or the state can't be written, or the state is not the one that the run goes on from.
pub async fn execute(
    run: &mut Run,
    mut state: State,
    world: World<'_>,
    store: &dyn Store,
    options: &Options<'_>,
) -> Result<Ending, RunError> {
    let Run { id, plan, progress, journal, past } = run;
    if state.serial == 0 {
        // It was never written: it begins as the one that the plan was made from.
        state.lineage.clone_from(&plan.based_on.lineage);
    }
    check_state(plan, past, &state)?;
    let (steps, done) = (plan.steps.len(), progress.done());
    let mut keeper = Keeper::new(plan, past, state, store);
    let ledger = Ledger::new(id, plan, journal, progress, options.witness);
    ledger.mention(&Happening::Begun { run: id, steps, done });
    let resumed = (!past.is_empty()).then_some(Event::Resumed);
    let waived =
        options.waivers.iter().cloned().map(|Waiver { step, reason }| Event::Waived { step, reason });
    ledger.record(resumed.into_iter().chain(waived).collect())?;
    let driver = Driver { plan, world, ledger: &ledger, options };
    let stopped = driver.drive(&mut keeper).await?;
    keeper.learn(&ledger);
    let whole = ledger.is_whole();
    if whole {
        learn_outputs(&mut keeper.state, plan);
    }
    keeper.save(&ledger).await?;
    ledger.record(vec![if stopped { Event::Interrupted } else { Event::Finished { whole } }])?;
    ledger.mention(&Happening::Ended);
    Ok(Ending { state: keeper.state, whole, stopped })
}

/// Teaches the state all that a run wrote down, and writes it if that is news: a run that was killed may know more. The
/// caller holds the store's lock, and `state` is what the store has.
///
/// # Errors
/// The journal or the state can't be written, or the state is not the one that the run left.
pub async fn settle(run: &mut Run, mut state: State, store: &dyn Store) -> Result<State, RunError> {
    if state.serial == 0 {
        state.lineage.clone_from(&run.plan.based_on.lineage);
    }
    check_state(&run.plan, &run.past, &state)?;
    let written = state.clone();
    recall(&mut state, &run.plan, &run.past);
    if state != written {
        run.record(vec![Event::Saving { serial: state.serial + 1 }])?;
        store.save(&mut state).await?;
    }
    Ok(state)
}

/// The state with all that a run wrote down, as [`settle`] would write it.
pub fn recalled(mut state: State, plan: &Plan, past: &[Entry]) -> State {
    recall(&mut state, plan, past);
    state
}

/// Teaches the state what the plan says, and what came of it by now.
fn recall(state: &mut State, plan: &Plan, past: &[Entry]) {
    learn_plan(state, plan);
    for entry in past {
        for event in &entry.events {
            match event {
                Event::Done { step, fact } => {
                    learn(state, plan, &plan.steps[step.0 as usize], fact, entry.at);
                }
                Event::Waived { step, .. } => learn_waived(state, plan, &plan.steps[step.0 as usize]),
                _ => {}
            }
        }
    }
}

/// Whether the state is the one that the plan was made from, or that the run itself wrote since.
fn check_state(plan: &Plan, past: &[Entry], state: &State) -> Result<(), RunError> {
    if state.lineage != plan.based_on.lineage {
        let (state, plan) = (state.lineage.clone(), plan.based_on.lineage.clone());
        return Err(RunError::Lineage { state, plan });
    }
    let events = past.iter().flat_map(|entry| &entry.events);
    let saving = events.rev().find_map(|event| match event {
        Event::Saving { serial } => Some(*serial),
        _ => None,
    });
    let expected = saving.unwrap_or(plan.based_on.serial);
    // The run may have died between saying that it writes and writing.
    let unwritten = saving.is_some() && state.serial + 1 == expected;
    if state.serial == expected || unwritten {
        return Ok(());
    }
    Err(RunError::Serial { state: state.serial, expected })
}

/// Keeps the state: learns what the run finds out, and writes it now and then.
struct Keeper<'a> {
    store: &'a dyn Store,
    state: State,
    /// What the store has.
    written: State,
    unwritten: usize,
}

impl<'a> Keeper<'a> {
    fn new(plan: &Plan, past: &[Entry], state: State, store: &'a dyn Store) -> Self {
        let mut keeper = Self { store, written: state.clone(), state, unwritten: 0 };
        recall(&mut keeper.state, plan, past);
        keeper
    }

    fn learn(&mut self, ledger: &Ledger<'_>) {
        for (step, fact, at) in ledger.unlearned() {
            match fact {
                Some(fact) => learn(&mut self.state, ledger.plan(), ledger.step(step), &fact, at),
                None => learn_waived(&mut self.state, ledger.plan(), ledger.step(step)),
            }
            self.unwritten += 1;
        }
    }

    /// Whether enough was learnt to be worth a write. A write costs what the state is large: so a run of n steps
    /// writes O(n) in all, and what is not written yet is in the journal.
    fn is_due(&self) -> bool {
        self.unwritten > 0 && self.unwritten * 4 >= self.state.resources.len()
    }

    async fn save(&mut self, ledger: &Ledger<'_>) -> Result<(), RunError> {
        self.unwritten = 0;
        if self.state == self.written {
            return Ok(());
        }
        ledger.record(vec![Event::Saving { serial: self.state.serial + 1 }])?;
        self.store.save(&mut self.state).await?;
        self.written = self.state.clone();
        Ok(())
    }
}

/// Keeps hands busy until nothing is left to do.
struct Driver<'a> {
    plan: &'a Plan,
    world: World<'a>,
    ledger: &'a Ledger<'a>,
    options: &'a Options<'a>,
}

/// A batch or a task under way.
type Hand<'a> = LocalBoxFuture<'a, (Lane, usize, Result<(), RunError>)>;

impl<'a> Driver<'a> {
    /// Does what can be done; answers whether it was stopped before the end.
    async fn drive(&self, keeper: &mut Keeper<'_>) -> Result<bool, RunError> {
        let (mut lanes, mut under_way) = (Lanes::default(), 0);
        let mut hands: FuturesUnordered<Hand<'a>> = FuturesUnordered::new();
        loop {
            let finished = self.take_up(&mut lanes)?;
            let urgency = self.options.stop.urgency();
            if urgency == Urgency::AtOnce {
                return Ok(!finished);
            }
            while urgency == Urgency::None && hands.len() < self.options.parallelism.max(1) {
                let Some((lane, batch)) = lanes.pop() else { break };
                under_way += batch.len();
                hands.push(self.hand(lane, batch, &keeper.state));
            }
            if hands.is_empty() {
                return Ok(!finished);
            }
            tokio::select! {
                Some((lane, count, result)) = hands.next() => {
                    lanes.free(&lane);
                    under_way -= count;
                    result?;
                    self.keep(keeper).await?;
                }
                () = self.options.stop.beyond(urgency) => {
                    self.ledger.mention(&Happening::Stopping { under_way });
                }
            }
        }
    }

    /// Takes what is ready into the lanes and leaves out what is poisoned; answers whether all has come to an end.
    fn take_up(&self, lanes: &mut Lanes) -> Result<bool, RunError> {
        loop {
            let next = self.ledger.next();
            for ready in next.ready {
                lanes.push(self.ledger.step(ready.step), ready);
            }
            if next.poisoned.is_empty() {
                return Ok(next.finished);
            }
            let skips = next.poisoned.into_iter().map(|(step, because)| Event::Skipped { step, because });
            self.ledger.record(skips.collect())?;
        }
    }

    fn hand(&self, lane: Lane, batch: Vec<Ready>, state: &State) -> Hand<'a> {
        let Self { plan, world, ledger, options } = *self;
        let task = match (&lane, batch.first()) {
            (Lane::Task, Some(ready)) => match &plan.steps[ready.step.0 as usize].action {
                Action::Task(task) => Some((ready.step, task, Memory::of(task, state))),
                _ => None,
            },
            _ => None,
        };
        Box::pin(async move {
            let result = match (&lane, task) {
                (_, Some((step, task, memory))) => {
                    batch::perform(world, ledger, step, task, &memory, options).await
                }
                (Lane::Forget, None) => batch::forget(ledger, &batch),
                _ => batch::change(world.objects, ledger, &batch, options.pause).await,
            };
            (lane, batch.len(), result)
        })
    }

    /// Teaches the state what came of what is done. A change of roles is written before anything follows it.
    async fn keep(&self, keeper: &mut Keeper<'_>) -> Result<(), RunError> {
        let pairs = keeper.state.pairs.clone();
        keeper.learn(self.ledger);
        if keeper.is_due() || keeper.state.pairs != pairs {
            keeper.save(self.ledger).await?;
        }
        Ok(())
    }
}
