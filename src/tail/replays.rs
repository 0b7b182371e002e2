//! What was replayed from an export: a note beside it.
//!
//! How far a replay has come is the cluster's to say, since it is written with the records. But a cluster forgets positions
//! of a group that is not used (`offsets.retention.minutes`); then this note tells where the marked records begin, or that
//! all was done.

use super::{TailError, index};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const FILE: &str = "replays";

/// One line of the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    pub at: Timestamp,
    /// Kafka's id of the cluster.
    pub cluster: String,
    /// What is added to the names of topics.
    pub suffix: String,
    pub what: Happening,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Happening {
    /// Nothing was written yet: by part, where its partition ended.
    Begun { ends: Vec<i64> },
    /// All was written.
    Finished { records: u64 },
}

fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What was noted of replays to a cluster.
pub(super) fn read(folder: &Path, cluster: &str, suffix: &str) -> Result<Vec<Note>, TailError> {
    let path = file(folder);
    let bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(TailError::file(&path))?,
    };
    let (mut notes, _) = index::read::<Note>(&path, &bytes)?;
    notes.retain(|note| note.cluster == cluster && note.suffix == suffix);
    Ok(notes)
}

/// Adds a line; it is on the disk then.
pub(super) fn add(folder: &Path, note: &Note) -> Result<(), TailError> {
    let path = file(folder);
    let mut bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        read => read.map_err(TailError::file(&path))?,
    };
    // A line that a crash tore is cut off first.
    let (_, whole) = index::read::<Note>(&path, &bytes)?;
    bytes.truncate(whole);
    let add = || {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        file.set_len(whole as u64)?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0))?;
        file.write_all(&index::line(note))?;
        file.sync_all()
    };
    add().map_err(TailError::file(&path))
}
