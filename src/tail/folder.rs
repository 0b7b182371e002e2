//! An export in a folder, as it is read.

use super::frame::Kept;
use super::index::{self, Entry, Gap};
use super::manifest::Manifest;
use super::segment::{Frames, Next, hex, sha256};
use super::{Count, TailError};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";
/// The manifest until it is whole.
pub(super) const DRAFT: &str = "manifest.json.new";
pub(super) const INDEX: &str = "index";

/// A finished export, whose files were all found to be as they were written.
#[derive(Debug, Clone)]
pub struct Export {
    folder: PathBuf,
    /// What it is of.
    pub manifest: Manifest,
    /// What is in it, by part.
    pub parts: Vec<Count>,
    /// What retention took away while it was made.
    pub gaps: Vec<Gap>,
    segments: u32,
}

/// How an export stands.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What it is of.
    pub manifest: Manifest,
    /// The lines of its index behind the manifest's.
    pub entries: Vec<Entry>,
    /// How many bytes of the index are whole.
    pub whole: usize,
}

impl Stored {
    /// Reads manifest and index; none if the folder is not there or empty, or if an export was killed in it before its
    /// manifest was there.
    ///
    /// # Errors
    /// The folder holds something else, or the export is damaged or newer.
    pub fn read(folder: &Path) -> Result<Option<Self>, TailError> {
        let path = folder.join(MANIFEST);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return nothing(folder),
            Err(error) => return Err(TailError::File { path, error }),
        };
        let manifest = Manifest::read(&path, &bytes)?;
        let index = folder.join(INDEX);
        let lines = match std::fs::read(&index) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(TailError::file(&index))?,
        };
        let (mut entries, whole) = index::read::<Entry>(&index, &lines)?;
        if !entries.is_empty() {
            let wanted = Entry::Manifest { sha256: hex(&Sha256::digest(&bytes)) };
            if entries.remove(0) != wanted {
                return Err(TailError::damaged(&path, "is not as it was written: its SHA-256 differs"));
            }
        }
        Ok(Some(Self { manifest, entries, whole }))
    }

    /// What the last line says, once the export is whole.
    pub fn end(&self) -> Option<&[Count]> {
        match self.entries.last() {
            Some(Entry::End { parts }) => Some(parts),
            _ => None,
        }
    }

    /// What retention took away.
    pub fn gaps(&self) -> Vec<Gap> {
        let gap = |entry: &Entry| if let Entry::Gap(gap) = entry { Some(*gap) } else { None };
        self.entries.iter().filter_map(gap).collect()
    }

    /// The finished segments: number, length, SHA-256.
    pub(super) fn segments(&self) -> impl Iterator<Item = (u32, u64, &str)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Segment { number, bytes, sha256, .. } => Some((*number, *bytes, sha256.as_str())),
            _ => None,
        })
    }
}

/// There is no manifest: the folder has to be absent, or to hold no more than what an export begins with.
fn nothing(folder: &Path) -> Result<Option<Stored>, TailError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(TailError::file(folder))?,
    };
    for entry in entries {
        let entry = entry.map_err(TailError::file(folder))?;
        let name = entry.file_name();
        let empty = || entry.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if name != DRAFT && !(name == INDEX && empty()) {
            return Err(TailError::Occupied(folder.to_owned()));
        }
    }
    Ok(None)
}

/// The file of a segment.
pub(super) fn segment(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.records"))
}

impl Export {
    /// Opens an export and checks every file of it.
    ///
    /// # Errors
    /// There is none, or it is unfinished, damaged or newer.
    pub fn open(folder: &Path) -> Result<Self, TailError> {
        let stored = match Stored::read(folder) {
            Ok(Some(stored)) => stored,
            Ok(None) | Err(TailError::Occupied(_)) => return Err(TailError::NoExport(folder.to_owned())),
            Err(error) => return Err(error),
        };
        let Some(parts) = stored.end() else { return Err(TailError::Unfinished(folder.to_owned())) };
        let (parts, gaps) = (parts.to_vec(), stored.gaps());
        let mut segments = 0;
        for (number, bytes, wanted) in stored.segments() {
            let path = segment(folder, number);
            let length = std::fs::metadata(&path).map_err(TailError::file(&path))?.len();
            segments += 1;
            if number != segments || length != bytes || sha256(&path)? != wanted {
                return Err(TailError::damaged(&path, "is not as it was written: its SHA-256 differs"));
            }
        }
        Ok(Self { folder: folder.to_owned(), manifest: stored.manifest, parts, gaps, segments })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it is of.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// All that is in it.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        self.parts.iter().for_each(|part| total.merge(part));
        total
    }

    /// The records, in order within each part.
    pub fn records(&self) -> impl Iterator<Item = Result<Kept, TailError>> + '_ {
        (1..=self.segments).flat_map(|number| {
            let path = segment(&self.folder, number);
            let mut frames = Some(Frames::open(&path));
            std::iter::from_fn(move || match frames.take()? {
                Err(error) => Some(Err(TailError::File { path: path.clone(), error })),
                Ok(None) => Some(Err(TailError::damaged(&path, "does not begin like a segment"))),
                Ok(Some(mut open)) => match open.next() {
                    Err(error) => Some(Err(TailError::File { path: path.clone(), error })),
                    Ok(Next::End) => None,
                    Ok(Next::Torn) => Some(Err(TailError::damaged(&path, "holds a damaged record"))),
                    Ok(Next::Record(record)) => {
                        frames = Some(Ok(Some(open)));
                        Some(Ok(record))
                    }
                },
            })
        })
    }
}
