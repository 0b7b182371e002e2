//! Where a state is kept.

use super::{FileError, Held, LockError, LockInfo, State};
use futures::future::BoxFuture;
use std::time::Duration;

/// Where a state is kept: object-safe, so that a store behind a network can take the place of a file.
pub trait Store: Send + Sync {
    /// The state, or nothing if the estate was never applied.
    ///
    /// # Errors
    /// It can't be read, or is not a state that this leeward can work with.
    fn load(&self) -> BoxFuture<'_, Result<Option<State>, StoreError>>;

    /// Writes the state with the next serial, which it has from then on; the previous one is kept as a backup.
    /// The caller holds the lock. Whoever reads meanwhile sees the old one or the new one, whole.
    ///
    /// # Errors
    /// It can't be written; what was there is still there, and so is the state's serial.
    fn save<'a>(&'a self, state: &'a mut State) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Takes the lock as `holder`, and waits for it at most that long. A lock whose holder is known to be dead
    /// is taken over.
    ///
    /// # Errors
    /// Somebody else has it and goes on having it, or it can't be written.
    fn lock<'a>(
        &'a self,
        holder: &'a LockInfo,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Held>, LockError>>;

    /// Takes the lock away from whoever has it, if its id is the one given.
    ///
    /// # Errors
    /// There is no lock, or it is another one.
    fn force_unlock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<LockInfo, LockError>>;
}

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system did not let it be read.
    #[error("the state {path} can't be read: {source}")]
    Read {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system did not let it be written.
    #[error("the state {path} can't be written: {source}; what was there before is untouched")]
    Write {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What is there is not a state that can be worked with.
    #[error("the state {path} {source}")]
    File {
        /// Where.
        path: String,
        /// What is the matter with it.
        source: FileError,
    },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } | Self::Write { .. } => None,
            Self::File { path, source } => Some(match source {
                FileError::Newer { .. } => "install that leeward or a newer one".into(),
                FileError::Truncated | FileError::Edited | FileError::Foreign(_) => format!(
                    "put back {path}.backup, the state before the last write; to keep what is there by intent, \
                     take its \"state\" part into a file of its own and `leeward state push -force FILE`"
                ),
            }),
        }
    }
}
