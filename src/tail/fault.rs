//! What keeps a tail from being found, kept or replayed.

use crate::estate::{Address, Fault};
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong with a tail.
#[derive(Debug, thiserror::Error)]
pub enum TailError {
    /// The estate has no such pair.
    #[error("{0} is not declared")]
    NoPair(Address),
    /// Nothing flows between the pair's sides.
    #[error("no replication of {0} is declared, so nothing says which topics it carries")]
    NoFlow(Address),
    /// A part of the world.
    #[error("{}", .0.message)]
    World(#[from] Fault),
    /// A file of the export.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The folder holds something that is no export.
    #[error("{} holds files and is no export of leeward's", .0.display())]
    Occupied(PathBuf),
    /// The folder holds no export.
    #[error("{} holds no export", .0.display())]
    NoExport(PathBuf),
    /// The export is of something else.
    #[error("{} holds the tail of {there}, not of {wanted}", .path.display())]
    Other {
        /// The folder.
        path: PathBuf,
        /// What it is the tail of.
        there: String,
        /// What was to be exported.
        wanted: String,
    },
    /// Another leeward writes to the folder.
    #[error("another leeward is writing to {}", .0.display())]
    Busy(PathBuf),
    /// A newer leeward wrote the export.
    #[error("{} has format {format}; this leeward reads format {known}", .path.display())]
    Newer {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        format: u32,
        /// The newest format that this leeward knows.
        known: u32,
    },
    /// A file is not as it was written.
    #[error("{}: {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The export was never finished.
    #[error("the export in {} is not finished", .0.display())]
    Unfinished(PathBuf),
    /// The cluster does not have the topics, or too few partitions.
    #[error("{cluster} does not have {}", .missing.join(", "))]
    NoTopic {
        /// The cluster.
        cluster: String,
        /// Topics, or partitions as `topic-3`.
        missing: Vec<String>,
    },
    /// The log ends before offsets that it had reached.
    #[error("{topic}-{partition} ends at {end} and had reached {wanted}: the topic was made anew")]
    Shrunk {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Where it ends now.
        end: i64,
        /// Where the export's range ends.
        wanted: i64,
    },
}

impl TailError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::World(fault) => return fault.hint.clone(),
            Self::NoPair(_) => "name one of the estate's pairs".into(),
            Self::NoFlow(_) => "declare its replication, at least while its tail is looked at".into(),
            Self::Occupied(_) | Self::Other { .. } => "name a folder of its own for each export".into(),
            Self::NoExport(_) => "name the folder that `leeward tail export -out` was given".into(),
            Self::Busy(_) => "wait until it has finished, or stop it".into(),
            Self::Newer { .. } => "use the leeward that wrote it, or a newer one".into(),
            Self::Damaged { .. } => {
                "copy the export again from where it was made, or export the tail again into another folder"
                    .into()
            }
            Self::Unfinished(path) => {
                format!("finish it: leeward tail export PAIR -out {}", path.display())
            }
            Self::NoTopic { .. } => "make the topics there with as many partitions, then try again".into(),
            Self::Shrunk { .. } => {
                "what it held is gone; export what is there now into another folder".into()
            }
            Self::File { .. } => return None,
        })
    }

    /// The error of a file.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |error| Self::File { path: path.to_owned(), error }
    }

    /// A file that is not as it was written.
    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }
}
