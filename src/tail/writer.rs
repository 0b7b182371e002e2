//! An export in a folder, as it is written: whatever a crash leaves can be gone on from.
//!
//! The index is made first, and its lock held; then the manifest is written, whole. Records go into the open segment; once it is large enough it is synced and listed
//! in the index, synced too. After a crash the open segment is read up to its last whole frame, and cut there.

use super::folder::{DRAFT, INDEX, MANIFEST, Stored, segment};
use super::frame::encode;
use super::index::{Entry, Gap, line};
use super::manifest::Manifest;
use super::segment::{FRAME, Frames, Next, OPENING, hex, seal, sha256};
use super::{Count, TailError};
use crate::provider::records::Record;
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A segment of this size is finished.
const SEGMENT: u64 = 64 << 20;

/// Writes an export.
pub struct Writer {
    folder: PathBuf,
    /// What it is of.
    pub manifest: Manifest,
    index: File,
    segment: BufWriter<File>,
    number: u32,
    /// Length and records of the open segment.
    length: u64,
    records: u64,
    largest: u64,
    next: Vec<i64>,
    counts: Vec<Count>,
    gaps: Vec<Gap>,
    scratch: Vec<u8>,
}

impl Writer {
    /// Begins an export in a folder that is absent or empty, or goes on with the one that is there; its manifest holds
    /// then, not this one.
    ///
    /// # Errors
    /// The folder holds something else, a damaged or a finished export, or can't be written; another leeward writes
    /// to it.
    pub fn open(folder: &Path, manifest: impl FnOnce() -> Manifest) -> Result<Self, TailError> {
        Self::with_segments(folder, manifest, SEGMENT)
    }

    /// As [`Writer::open`], with segments of at least `largest` bytes.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn with_segments(
        folder: &Path,
        manifest: impl FnOnce() -> Manifest,
        largest: u64,
    ) -> Result<Self, TailError> {
        // Nothing is made in a folder of somebody else's.
        Stored::read(folder)?;
        let mut index = lock(folder)?;
        // Read behind the lock: until then another leeward could begin the export, or go on with it.
        let stored = match Stored::read(folder)? {
            Some(stored) => stored,
            None => begin(folder, manifest())?,
        };
        let path = folder.join(INDEX);
        let whole = stored.whole as u64;
        index.set_len(whole).map_err(TailError::file(&path))?;
        index.seek(SeekFrom::End(0)).map_err(TailError::file(&path))?;
        let mut counts = vec![Count::default(); stored.manifest.parts.len()];
        let mut next: Vec<i64> = stored.manifest.parts.iter().map(super::ManifestPart::first).collect();
        for (number, ..) in stored.segments() {
            recount(&segment(folder, number), &mut next, &mut counts)?;
        }
        let number = stored.segments().map(|(number, ..)| number).max().unwrap_or(0) + 1;
        let path = segment(folder, number);
        let (file, length, records) = reopen(&path, &mut next, &mut counts)?;
        let mut writer = Self {
            folder: folder.to_owned(),
            index,
            segment: BufWriter::with_capacity(1 << 18, file),
            number,
            length,
            records,
            largest,
            next,
            counts,
            gaps: stored.gaps(),
            scratch: Vec::new(),
            manifest: stored.manifest,
        };
        if whole == 0 {
            let sha256 = hex(&Sha256::digest(writer.manifest.bytes()));
            writer.list(&Entry::Manifest { sha256 })?;
        }
        Ok(writer)
    }

    /// The next offset of each part.
    pub fn next(&self) -> &[i64] {
        &self.next
    }

    /// What was written of each part.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Adds a record of a part.
    ///
    /// # Errors
    /// The disk.
    pub fn add(&mut self, part: usize, record: &Record<'_>) -> Result<(), TailError> {
        self.scratch.clear();
        self.scratch.resize(FRAME, 0);
        encode(&mut self.scratch, u32::try_from(part).unwrap_or(u32::MAX), record);
        seal(&mut self.scratch);
        let path = segment(&self.folder, self.number);
        self.segment.write_all(&self.scratch).map_err(TailError::file(&path))?;
        self.length += self.scratch.len() as u64;
        self.records += 1;
        self.next[part] = record.offset + 1;
        self.counts[part].add(record.size(), record.timestamp.map(|timestamp| timestamp.millis));
        if self.length >= self.largest {
            self.close()?;
            self.number += 1;
            let path = segment(&self.folder, self.number);
            let (file, length, records) = reopen(&path, &mut self.next, &mut self.counts)?;
            (self.length, self.records) = (length, records);
            self.segment = BufWriter::with_capacity(1 << 18, file);
        }
        Ok(())
    }

    /// Notes offsets of a part that are gone.
    ///
    /// # Errors
    /// The disk.
    pub fn gap(&mut self, gap: Gap) -> Result<(), TailError> {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
            self.list(&Entry::Gap(gap))?;
        }
        Ok(())
    }

    /// Ends the export: from here on it is whole.
    ///
    /// # Errors
    /// The disk.
    pub fn finish(mut self) -> Result<(Vec<Count>, Vec<Gap>), TailError> {
        self.close()?;
        let (parts, gaps) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.gaps));
        self.list(&Entry::End { parts: parts.clone() })?;
        Ok((parts, gaps))
    }

    /// Syncs the open segment and lists it.
    fn close(&mut self) -> Result<(), TailError> {
        let path = segment(&self.folder, self.number);
        self.segment.flush().map_err(TailError::file(&path))?;
        self.segment.get_ref().sync_all().map_err(TailError::file(&path))?;
        sync_folder(&self.folder)?;
        let (number, records, bytes) = (self.number, self.records, self.length);
        self.list(&Entry::Segment { number, records, bytes, sha256: sha256(&path)? })
    }

    fn list(&mut self, entry: &Entry) -> Result<(), TailError> {
        let path = self.folder.join(INDEX);
        self.index.write_all(&line(entry)).map_err(TailError::file(&path))?;
        self.index.sync_all().map_err(TailError::file(&path))?;
        sync_folder(&self.folder)
    }
}

/// Makes the folder and its index, and holds the index' lock until the file is closed.
fn lock(folder: &Path) -> Result<File, TailError> {
    std::fs::create_dir_all(folder).map_err(TailError::file(folder))?;
    let path = folder.join(INDEX);
    let index = private(&path).map_err(TailError::file(&path))?;
    match index.try_lock() {
        Ok(()) => Ok(index),
        Err(TryLockError::WouldBlock) => Err(TailError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(TailError::File { path, error }),
    }
}

/// Makes the manifest, which appears whole or not at all; a draft that a crash left is written over.
fn begin(folder: &Path, manifest: Manifest) -> Result<Stored, TailError> {
    let draft = folder.join(DRAFT);
    let write = || {
        let mut file = private(&draft)?;
        file.set_len(0)?;
        file.write_all(&manifest.bytes())?;
        file.sync_all()?;
        std::fs::rename(&draft, folder.join(MANIFEST))
    };
    write().map_err(TailError::file(&draft))?;
    sync_folder(folder)?;
    Ok(Stored { manifest, entries: Vec::new(), whole: 0 })
}

/// Opens a file, or makes it for nobody else to read: it holds what the topics hold.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The folder's own entries reach the disk only so (Linux).
fn sync_folder(folder: &Path) -> Result<(), TailError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(TailError::file(folder))
}

/// Counts what a finished segment holds.
fn recount(path: &Path, next: &mut [i64], counts: &mut [Count]) -> Result<(u64, u64), TailError> {
    let Some(mut frames) = Frames::open(path).map_err(TailError::file(path))? else { return Ok((0, 0)) };
    let mut records = 0;
    while let Next::Record(kept) = frames.next().map_err(TailError::file(path))? {
        let at = kept.part as usize;
        if at >= next.len() || kept.offset < next[at] {
            return Err(TailError::damaged(path, "holds a record that does not follow the one before"));
        }
        let size = kept.record("", 0).size();
        next[at] = kept.offset + 1;
        counts[at].add(size, kept.timestamp.map(|timestamp| timestamp.millis));
        records += 1;
    }
    Ok((frames.whole, records))
}

/// Opens the segment that is not finished, cut behind its last whole frame; makes it if it is not there.
fn reopen(path: &Path, next: &mut [i64], counts: &mut [Count]) -> Result<(File, u64, u64), TailError> {
    let mut file = private(path).map_err(TailError::file(path))?;
    let (mut whole, records) = recount(path, next, counts)?;
    file.set_len(whole).map_err(TailError::file(path))?;
    file.seek(SeekFrom::End(0)).map_err(TailError::file(path))?;
    if whole == 0 {
        file.write_all(OPENING).map_err(TailError::file(path))?;
        whole = OPENING.len() as u64;
    }
    Ok((file, whole, records))
}
