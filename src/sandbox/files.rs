//! Files, with their path in every error.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file or folder that could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Names the path in an error of the system.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError + '_ {
    move |source| FileError { path: path.to_owned(), source }
}

pub(super) fn read(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(at(path))
}

/// Makes a folder and those above it.
pub(super) fn folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(at(path))
}

/// Writes a file that only its owner may read, since most of them hold a password.
pub(super) fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(at(path))
}

/// Writes a file only if it isn't there: data that its server changes afterwards.
pub(super) fn write_once(path: &Path, text: &str) -> Result<(), FileError> {
    if path.exists() { Ok(()) } else { write(path, text) }
}

/// Replaces a file in one step.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), FileError> {
    let new = path.with_extension("new");
    write(&new, text)?;
    fs::rename(&new, path).map_err(at(path))
}

/// Removes a file or a folder with all that is in it; its absence is fine.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// The length of a file; 0 if there is none.
pub(super) fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// What stands in a file behind a place, as far as it can be read.
pub(super) fn behind(path: &Path, place: u64) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let place = usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    String::from_utf8_lossy(&bytes[place..]).into_owned()
}

/// The last lines of a text.
pub(super) fn last_lines(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
