//! One command at a time changes a sandbox.

use super::files::{self, FileError, at};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The right to change the sandbox in a folder; given back when dropped.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other command changes the sandbox in this folder, which is made if it isn't there.
    pub(super) fn acquire(dir: &Path) -> Result<Self, FileError> {
        let path = dir.join("lock");
        loop {
            files::folder(dir)?;
            let file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(at(&path))?;
            file.lock().map_err(at(&path))?;
            if is_still(&file, &path) {
                return Ok(Self { _file: file });
            }
        }
    }
}

/// Whether the path still leads to this file: whoever held the lock before may have removed the folder.
fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}
