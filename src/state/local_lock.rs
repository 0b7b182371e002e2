//! The lock of a state in a file: a file beside it that only one can create.
//!
//! A lock file appears whole (it is linked into place, which fails if the name is taken) and is removed or
//! replaced only by who holds the operating system's lock on that very file and has seen that the name still
//! means it. So of two who find the same dead holder one takes over, and the other sees a living one.

use super::local::{beside, folder, temporary};
use super::{Held, LockError, LockInfo};
use futures::future::BoxFuture;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a lock that is taken is looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// A lock file that is ours.
#[derive(Debug)]
struct Lock {
    state: PathBuf,
    file: PathBuf,
    info: LockInfo,
    taken_over_from: Option<LockInfo>,
    held: bool,
}

/// Takes the lock of the state at `state`.
pub(super) async fn take(
    state: &Path,
    holder: &LockInfo,
    timeout: Duration,
) -> Result<impl Held + use<>, LockError> {
    let deadline = Instant::now() + timeout;
    let file = beside(state, ".lock");
    loop {
        match attempt(state, &file, holder) {
            Err(LockError::Taken { .. }) if Instant::now() < deadline => {
                let left = deadline.saturating_duration_since(Instant::now());
                tokio::time::sleep(PAUSE.min(left)).await;
            }
            Ok(taken_over_from) => {
                let (state, info) = (state.to_owned(), holder.clone());
                return Ok(Lock { state, file, info, taken_over_from, held: true });
            }
            Err(error) => return Err(error),
        }
    }
}

/// Takes the lock away from whoever has it under that id.
pub(super) fn take_away(state: &Path, id: &str) -> Result<LockInfo, LockError> {
    let file = beside(state, ".lock");
    let path = || state.display().to_string();
    match Present::open(&file)? {
        None => Err(LockError::Free { path: path() }),
        Some(present) if present.info.id == id => {
            present.remove(&file)?;
            Ok(present.info)
        }
        Some(present) => {
            Err(LockError::Other { path: path(), asked: id.into(), holder: Box::new(present.info) })
        }
    }
}

/// Takes the lock if it is free or its holder dead; answers the dead one.
fn attempt(state: &Path, file: &Path, holder: &LockInfo) -> Result<Option<LockInfo>, LockError> {
    loop {
        let ours = written(file, holder).map_err(|source| failure(file, source))?;
        match ours.persist_noclobber(file) {
            Ok(_) => return Ok(None),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let Some(present) = Present::open(file)? else { continue };
                if !present.info.process.is_dead() {
                    let path = state.display().to_string();
                    return Err(LockError::Taken { path, holder: Box::new(present.info) });
                }
                error.file.persist(file).map_err(|error| failure(file, error.error))?;
                return Ok(Some(present.info));
            }
            Err(error) => return Err(failure(file, error.error)),
        }
    }
}

/// A file with what the lock says, not in its place yet.
fn written(file: &Path, holder: &LockInfo) -> io::Result<tempfile::NamedTempFile> {
    let folder = folder(file);
    fs::create_dir_all(folder)?;
    let mut ours = temporary(folder)?;
    serde_json::to_writer_pretty(&mut ours, holder)?;
    ours.write_all(b"\n")?;
    Ok(ours)
}

/// A lock file that is there, and that nobody replaces or removes as long as this lives.
struct Present {
    info: LockInfo,
    _guard: File,
}

impl Present {
    /// The lock file at `file`, if there is one.
    fn open(file: &Path) -> Result<Option<Self>, LockError> {
        loop {
            let mut guard = match File::open(file) {
                Ok(guard) => guard,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(source) => return Err(failure(file, source)),
            };
            guard.lock().map_err(|source| failure(file, source))?;
            // Who had the file before us may have removed or replaced it.
            if !same_file(&guard, file) {
                continue;
            }
            let mut text = String::new();
            guard.read_to_string(&mut text).map_err(|source| failure(file, source))?;
            let info = serde_json::from_str(&text).map_err(|error| LockError::Unreadable {
                path: file.display().to_string(),
                reason: error.to_string(),
            })?;
            return Ok(Some(Self { info, _guard: guard }));
        }
    }

    fn remove(&self, file: &Path) -> Result<(), LockError> {
        fs::remove_file(file).map_err(|source| failure(file, source))
    }
}

/// Whether the name still means the file that is open.
#[cfg(unix)]
fn same_file(open: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |metadata: io::Result<fs::Metadata>| metadata.ok().map(|file| (file.dev(), file.ino()));
    let named = identity(fs::metadata(path));
    named.is_some() && named == identity(open.metadata())
}

/// Whether the name still means the file that is open: elsewhere an open file can't be replaced.
#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

fn failure(file: &Path, source: io::Error) -> LockError {
    LockError::File { path: file.display().to_string(), source }
}

impl Lock {
    fn give_back(&mut self) -> Result<(), LockError> {
        if !std::mem::take(&mut self.held) {
            return Ok(());
        }
        match Present::open(&self.file)? {
            Some(present) if present.info.id == self.info.id => present.remove(&self.file),
            _ => Err(LockError::Lost { path: self.state.display().to_string() }),
        }
    }
}

impl Held for Lock {
    fn info(&self) -> &LockInfo {
        &self.info
    }

    fn taken_over_from(&self) -> Option<&LockInfo> {
        self.taken_over_from.as_ref()
    }

    fn release(mut self: Box<Self>) -> BoxFuture<'static, Result<(), LockError>> {
        Box::pin(async move { self.give_back() })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever wants to know calls `release`.
        let _ = self.give_back();
    }
}
