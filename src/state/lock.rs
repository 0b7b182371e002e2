//! Who holds a state's lock.

use super::Process;
use futures::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who holds a lock, since when and what for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockInfo {
    /// Names this hold of the lock; `force-unlock` asks for it.
    pub id: String,
    /// `user@host`.
    pub who: String,
    /// What is done under it: `apply`, `state mv`.
    pub operation: String,
    /// Since when.
    pub since: Timestamp,
    /// The leeward that holds it.
    pub version: String,
    /// The process that holds it.
    pub process: Process,
}

impl LockInfo {
    /// A hold by this process.
    pub fn new(operation: impl Into<String>, since: Timestamp) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            who: super::process::who(),
            operation: operation.into(),
            since,
            version: env!("CARGO_PKG_VERSION").into(),
            process: Process::this(),
        }
    }
}

impl fmt::Display for LockInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, who, operation, since, process, .. } = self;
        write!(f, "{who} (process {}) for `leeward {operation}` since {since:.0}, lock id {id}", process.pid)
    }
}

/// A lock that is held. Dropping it gives it back as well, without a word about what goes wrong.
pub trait Held: Send + Sync + fmt::Debug {
    /// Who holds it.
    fn info(&self) -> &LockInfo;

    /// The dead holder that it was taken over from, if it was.
    fn taken_over_from(&self) -> Option<&LockInfo>;

    /// Gives it back.
    ///
    /// # Errors
    /// It is not ours any more, or can't be removed.
    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), LockError>>;
}

/// Why a lock could not be taken or given back.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("the state {path} is locked by {holder}")]
    Taken {
        /// The state.
        path: String,
        /// Who has it.
        holder: Box<LockInfo>,
    },
    /// It was taken away with `force-unlock`.
    #[error("the lock of the state {path} is not ours any more: it was taken away while we worked")]
    Lost {
        /// The state.
        path: String,
    },
    /// Nobody has it.
    #[error("the state {path} is not locked")]
    Free {
        /// The state.
        path: String,
    },
    /// Somebody has it, under another id.
    #[error("the state {path} is not locked under id {asked} but by {holder}")]
    Other {
        /// The state.
        path: String,
        /// The id that was asked for.
        asked: String,
        /// Who has it.
        holder: Box<LockInfo>,
    },
    /// The lock file is not one that leeward wrote.
    #[error("the lock file {path} is unreadable: {reason}")]
    Unreadable {
        /// The lock file.
        path: String,
        /// What is the matter with it.
        reason: String,
    },
    /// The operating system did not let it be written or removed.
    #[error("the lock file {path} can't be written or removed: {source}")]
    File {
        /// The lock file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl LockError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Taken { holder, .. } => Some(format!(
                "wait for it with -lock-timeout=5m; if that process is surely gone: leeward force-unlock {}",
                holder.id
            )),
            Self::Lost { .. } => Some("look at what the other one did before you go on: leeward plan".into()),
            Self::Other { holder, .. } => Some(format!("leeward force-unlock {}", holder.id)),
            Self::Unreadable { path, .. } => {
                Some(format!("if no leeward is running on this state, remove {path}"))
            }
            Self::Free { .. } | Self::File { .. } => None,
        }
    }
}
