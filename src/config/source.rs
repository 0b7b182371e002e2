//! The files of a folder, and places in them.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that was read: its name as a person knows it, and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as it is shown, relative to the root folder where it lies below it.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The byte where each line begins: places of large files are asked for thousands of times.
    lines: Vec<usize>,
}

impl SourceFile {
    /// A file with this name and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        Arc::new(Self { path: path.into(), text, lines })
    }

    /// The line and the column, both from 1, of a byte; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }
}

/// A stretch of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes of its text.
    pub range: Range<usize>,
}

impl Place {
    /// These bytes of this file.
    pub fn new(file: &Arc<SourceFile>, range: Range<usize>) -> Self {
        Self { file: Arc::clone(file), range }
    }

    /// The line, from 1, where the place begins.
    pub fn line(&self) -> usize {
        self.file.position(self.range.start).0
    }

    /// The text that stands there.
    pub fn text(&self) -> &str {
        self.file.text.get(self.range.clone()).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.path, self.line())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.file.position(self.range.start);
        write!(f, "{}:{line}:{column}", self.file.path)
    }
}

/// Why a file or a folder gave no text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The folder or file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// As it was asked for.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not UTF-8.
    #[error("{path} is not UTF-8 text (byte {byte})")]
    NotText {
        /// As it was asked for.
        path: String,
        /// The first byte that is wrong.
        byte: usize,
    },
}

/// The files of a folder: what it declares, and what sets variables.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// `*.hcl`, by name.
    pub declarations: Vec<Arc<SourceFile>>,
    /// `*.vars.hcl`, by name.
    pub variables: Vec<Arc<SourceFile>>,
    /// What could not be read.
    pub unreadable: Vec<ReadError>,
}

/// Reads the `*.hcl` files that lie directly in `folder`; names are shown relative to `root`.
pub(super) fn read_folder(folder: &Path, root: &Path) -> Result<Folder, ReadError> {
    let mut read = Folder::default();
    for path in hcl_files(folder)? {
        match read_file(&path, root) {
            Err(error) => read.unreadable.push(error),
            Ok(file) if file.path.ends_with(".vars.hcl") => read.variables.push(file),
            Ok(file) => read.declarations.push(file),
        }
    }
    Ok(read)
}

/// The `*.hcl` files directly in a folder, by name; hidden files are not counted.
pub fn hcl_files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: folder.display().to_string(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".hcl") && !name.starts_with('.') && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads one file; its name is shown relative to `root`.
pub(super) fn read_file(path: &Path, root: &Path) -> Result<Arc<SourceFile>, ReadError> {
    let shown = shown(path, root);
    let bytes =
        std::fs::read(path).map_err(|source| ReadError::Unreadable { path: shown.clone(), source })?;
    let text = String::from_utf8(bytes).map_err(|error| ReadError::NotText {
        path: shown.clone(),
        byte: error.utf8_error().valid_up_to(),
    })?;
    Ok(SourceFile::new(shown, text))
}

/// A path as a person reads it: relative to the root where it lies below it.
pub(super) fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
