//! Errors of the file system → faults.

use crate::estate::{Fault, FaultKind};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// Why a file could not be `done` with: read, or written.
pub(super) fn of(path: &Path, done: &str, error: &Error) -> Fault {
    let message = format!("{} can't be {done}: {error}", path.display());
    let (kind, hint) = match error.kind() {
        ErrorKind::NotFound => (FaultKind::Invalid, "make the folder that it is to lie in"),
        ErrorKind::PermissionDenied => (FaultKind::Denied, "let whoever runs leeward read and write there"),
        ErrorKind::IsADirectory => (FaultKind::Invalid, "name a file, not a folder"),
        _ => return Fault::new(FaultKind::Internal, message),
    };
    Fault::new(kind, message).hint(hint)
}
