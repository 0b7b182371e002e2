//! Queries → readings.

use super::fault;
use crate::estate::{Fault, FaultKind, FileObject, Object, Query, Reading};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// The most that is read of a file: what leeward writes is far shorter, and whatever else stands there differs from it.
const LONGEST: u64 = 64 * 1024;

/// The reading of a file.
pub(super) fn read(query: &Query) -> Reading {
    match query {
        Query::File { path, .. } => file(Path::new(path)),
        other => {
            let message = format!("{} is no file", other.id());
            Reading::Unreachable(Fault::new(FaultKind::Invalid, message))
        }
    }
}

/// What a file holds.
pub(super) fn file(path: &Path) -> Reading {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    match read {
        Ok(_) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Reading::Present(Object::File(FileObject { text }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Reading::Absent,
        Err(error) => Reading::Unreachable(fault::of(path, "read", &error)),
    }
}
