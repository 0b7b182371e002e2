//! A state in a file.

use super::{Held, LockError, LockInfo, State, Store, StoreError, file, local_lock};
use futures::future::BoxFuture;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A state in a file, with its lock (`PATH.lock`) and its backup (`PATH.backup`) beside it.
#[derive(Debug, Clone)]
pub struct Local {
    path: PathBuf,
}

impl Local {
    /// The state at `path`, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        // A link stays a link: the file that it names is the one that is replaced.
        Self { path: fs::canonicalize(&path).unwrap_or(path) }
    }

    /// The file of the state.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that holds the state before the last write.
    pub fn backup(&self) -> PathBuf {
        beside(&self.path, ".backup")
    }

    fn read(&self) -> Result<Option<State>, StoreError> {
        let path = || self.path.display().to_string();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StoreError::Read { path: path(), source }),
        };
        file::decode(&bytes).map(Some).map_err(|source| StoreError::File { path: path(), source })
    }

    fn write(&self, state: &mut State) -> Result<(), StoreError> {
        state.serial += 1;
        let written = file::encode(state)
            .map_err(io::Error::from)
            .and_then(|bytes| replace(&self.path, &self.backup(), &bytes));
        written.map_err(|source| {
            state.serial -= 1;
            StoreError::Write { path: self.path.display().to_string(), source }
        })
    }
}

impl Store for Local {
    fn load(&self) -> BoxFuture<'_, Result<Option<State>, StoreError>> {
        Box::pin(async { self.read() })
    }

    fn save<'a>(&'a self, state: &'a mut State) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async { self.write(state) })
    }

    fn lock<'a>(
        &'a self,
        holder: &'a LockInfo,
        timeout: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Held>, LockError>> {
        Box::pin(async move {
            let held = local_lock::take(&self.path, holder, timeout).await?;
            Ok(Box::new(held) as Box<dyn Held>)
        })
    }

    fn force_unlock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<LockInfo, LockError>> {
        Box::pin(async move { local_lock::take_away(&self.path, id) })
    }
}

/// `path` with `suffix` behind its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The folder of a file; a bare name is in the current one.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts `bytes` at `path` whole or not at all, and what was there at `backup`. Both are on the disk once it
/// returns.
fn replace(path: &Path, backup: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    let mut fresh = temporary(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    keep(path, backup)?;
    fresh.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// Lets `backup` be what is at `path`, if anything is; `path` itself is never away.
fn keep(path: &Path, backup: &Path) -> io::Result<()> {
    if !path.try_exists()? {
        return Ok(());
    }
    let link = beside(backup, &format!(".{}", uuid::Uuid::new_v4().simple()));
    // A second name for the same bytes costs nothing, where the file system has it.
    if fs::hard_link(path, &link).is_err() {
        fs::copy(path, &link)?;
        File::open(&link)?.sync_all()?;
    }
    fs::rename(&link, backup)
}

/// A file to be renamed, with the rights that any new file gets.
///
/// # Errors
/// The folder can't be written.
pub fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leeward-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
