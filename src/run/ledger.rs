//! The one place through which events go: into the journal, the progress, the log and to the witness.

use super::witness::{Happening, Witness};
use super::{Entry, Event, Fact, Journal, Next, Progress, RunError, RunId, next};
use crate::plan::{Plan, Step, StepId};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The books of a run, shared by all that is under way in it.
pub(super) struct Ledger<'a> {
    run: &'a RunId,
    plan: &'a Plan,
    witness: &'a dyn Witness,
    books: Mutex<Books<'a>>,
}

struct Books<'a> {
    journal: &'a mut Journal,
    progress: &'a mut Progress,
    begun: HashMap<StepId, Instant>,
    /// What was found out by steps that are done; nothing for one that is taken for done.
    unlearned: Vec<(StepId, Option<Fact>, Timestamp)>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(
        run: &'a RunId,
        plan: &'a Plan,
        journal: &'a mut Journal,
        progress: &'a mut Progress,
        witness: &'a dyn Witness,
    ) -> Self {
        let books = Books { journal, progress, begun: HashMap::new(), unlearned: Vec::new() };
        Self { run, plan, witness, books: Mutex::new(books) }
    }

    pub(super) const fn run(&self) -> &'a RunId {
        self.run
    }

    pub(super) const fn plan(&self) -> &'a Plan {
        self.plan
    }

    pub(super) fn step(&self, id: StepId) -> &'a Step {
        &self.plan.steps[id.0 as usize]
    }

    /// Records what happened together, and returns when it is on the disk.
    pub(super) fn record(&self, events: Vec<Event>) -> Result<(), RunError> {
        if events.is_empty() {
            return Ok(());
        }
        let mut books = self.books();
        let events: Vec<Event> = events.into_iter().map(|event| self.let_pass(event)).collect();
        for event in &events {
            books.progress.record(event)?;
        }
        let entry = Entry { at: Timestamp::now(), events };
        books.journal.append(&entry)?;
        for event in entry.events {
            self.tell(&mut books, event, entry.at);
        }
        Ok(())
    }

    /// What the run can do without is left out where it fails, and the failure is the reason.
    fn let_pass(&self, event: Event) -> Event {
        match event {
            Event::Failed { step, fault } if self.step(step).optional => {
                Event::Waived { step, reason: fault.to_string() }
            }
            event => event,
        }
    }

    /// The event that begins a step: the next attempt at it.
    pub(super) fn begins(&self, step: StepId) -> Event {
        let attempts = self.books().progress.status(step).map_or(0, super::Status::attempts);
        Event::Started { step, attempt: attempts + 1 }
    }

    /// What is next.
    pub(super) fn next(&self) -> Next {
        next(self.books().progress)
    }

    /// What was found out since this was last asked for.
    pub(super) fn unlearned(&self) -> Vec<(StepId, Option<Fact>, Timestamp)> {
        std::mem::take(&mut self.books().unlearned)
    }

    /// Tells the witness something that is in no journal.
    pub(super) fn mention(&self, happening: &Happening<'_>) {
        self.witness.saw(happening);
    }

    pub(super) fn is_whole(&self) -> bool {
        self.books().progress.is_whole()
    }

    fn books(&self) -> MutexGuard<'_, Books<'a>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, books: &mut Books<'_>, event: Event, at: Timestamp) {
        match event {
            Event::Started { step, attempt } => {
                books.begun.insert(step, Instant::now());
                self.witness.saw(&Happening::Started { step: self.step(step), attempt });
            }
            Event::Done { step: id, fact } => {
                let took = books.begun.remove(&id).map_or(Duration::ZERO, |begun| begun.elapsed());
                let step = self.step(id);
                tracing::info!(address = %step.address, step = id.0, ?took, "{} done", verb(step));
                self.witness.saw(&Happening::Done { step, fact: &fact, took });
                books.unlearned.push((id, Some(fact), at));
            }
            Event::Failed { step, fault } => {
                books.begun.remove(&step);
                let step = self.step(step);
                tracing::error!(address = %step.address, step = step.id.0, "{} failed: {fault}", verb(step));
                self.witness.saw(&Happening::Failed { step, fault: &fault });
            }
            Event::Skipped { step, because } => {
                let (step, because) = (self.step(step), self.step(because));
                tracing::warn!(address = %step.address, step = step.id.0, "left out");
                self.witness.saw(&Happening::Skipped { step, because });
            }
            Event::Waived { step, reason } => {
                books.unlearned.push((step, None, at));
                let step = self.step(step);
                tracing::warn!(address = %step.address, step = step.id.0, reason, "{} waived", verb(step));
                self.witness.saw(&Happening::Waived { step, reason: &reason });
            }
            Event::Saving { .. }
            | Event::Interrupted
            | Event::Resumed
            | Event::Aborted { .. }
            | Event::Superseded { .. }
            | Event::Finished { .. } => {}
        }
    }
}

/// What a step does, in one word and its object.
fn verb(step: &Step) -> String {
    use crate::plan::Action;
    let word = match &step.action {
        Action::Create(_) => "create",
        Action::Update { .. } => "update",
        Action::Replace { .. } => "replace",
        Action::Adopt { .. } => "adopt",
        Action::Forget => "forget",
        Action::Delete { .. } => "delete",
        Action::Task(task) => return task.to_string(),
    };
    step.object.as_ref().map_or_else(|| word.to_owned(), |object| format!("{word} {object}"))
}
