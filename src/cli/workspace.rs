//! The current folder: its configuration, its state, its runs.

use super::Failure;
use super::configuration::{refused, tell};
use super::flags::LockFlags;
use crate::config::settings;
use crate::report::expected::Expected;
use crate::run::{Listed, Runs};
use crate::state::{Held, Local, LockError, LockInfo, Sightings, State, Store, StoreError};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// The current folder, with the state that its `leeward` block names.
pub(super) struct Workspace {
    state: PathBuf,
    /// Where the state is kept.
    pub store: Local,
}

impl Workspace {
    /// Reads the `leeward` block, and nothing else yet.
    pub fn open() -> Result<Self, Failure> {
        let settings = settings(Path::new(".")).map_err(|diagnostics| {
            tell(&diagnostics);
            refused(&diagnostics)
        })?;
        let state = PathBuf::from(settings.state);
        Ok(Self { store: Local::new(&state), state })
    }

    /// Where the journals of runs are kept.
    pub fn runs(&self) -> Runs {
        Runs::beside(&self.state)
    }

    /// How long steps took in the latest failovers. A run that can't be read tells nothing.
    pub fn expected(&self) -> Expected {
        const LATEST: usize = 20;
        const MOST_STEPS: usize = 5_000;
        let runs = self.runs();
        let listed = runs.list().unwrap_or_default();
        let is_small = |listed: &&Listed| listed.run.as_ref().is_ok_and(|run| run.header.steps <= MOST_STEPS);
        let viewed: Vec<_> = listed
            .iter()
            .filter(is_small)
            .take(LATEST)
            .filter_map(|listed| runs.view(&listed.id).ok())
            .collect();
        let failovers = viewed.iter().filter(|viewed| viewed.plan.recipe().is_some());
        Expected::learn(failovers.map(|viewed| (&viewed.plan, &viewed.recording)))
    }

    /// Where the active sides were last seen to end.
    pub fn sightings(&self) -> Sightings {
        Sightings::beside(&self.state)
    }

    /// The state, or the beginning of one.
    pub async fn load_state(&self) -> Result<State, Failure> {
        let found = self.store.load().await.map_err(|error| store_failure(&error))?;
        Ok(found.unwrap_or_else(|| State::new(uuid::Uuid::new_v4().to_string())))
    }

    /// Writes the state.
    pub async fn save_state(&self, state: &mut State) -> Result<(), Failure> {
        self.store.save(state).await.map_err(|error| store_failure(&error))
    }

    /// Takes the state's lock for an operation, unless the flags say not to.
    pub async fn lock(&self, operation: &str, flags: &LockFlags) -> Result<Option<Box<dyn Held>>, Failure> {
        if !flags.lock {
            return Ok(None);
        }
        let holder = LockInfo::new(operation, Timestamp::now());
        let held =
            self.store.lock(&holder, flags.lock_timeout).await.map_err(|error| lock_failure(&error))?;
        if let Some(dead) = held.taken_over_from() {
            eprintln!("note: took over the lock of {dead}; that process is gone");
        }
        Ok(Some(held))
    }

    /// Gives the lock back.
    pub async fn unlock(&self, held: Option<Box<dyn Held>>) -> Result<(), Failure> {
        match held {
            Some(held) => held.release().await.map_err(|error| lock_failure(&error)),
            None => Ok(()),
        }
    }
}

/// What a person is told when the store fails.
pub(super) fn store_failure(error: &StoreError) -> Failure {
    with_hint(Failure::new(error), error.hint())
}

/// What a person is told when the lock can't be had.
pub(super) fn lock_failure(error: &LockError) -> Failure {
    with_hint(Failure::new(error), error.hint())
}

fn with_hint(failure: Failure, hint: Option<String>) -> Failure {
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
