//! Changes of files: whole, so that a reader finds either the old one or the new one.

use super::{fault, read};
use crate::estate::{Change, Fault, FileObject, Object, Outcome, Verb, What};
use crate::provider::fault::unchangeable;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Who may read a file that is made: everybody, for it holds no secret.
const MODE: u32 = 0o644;

/// Makes one change, if the file is as expected.
pub(super) fn change(change: &Change) -> Outcome {
    let What::File(path) = &change.id.what else { return Outcome::Failed(unchangeable(&change.id)) };
    let path = Path::new(path);
    let (from, to) = match &change.verb {
        Verb::Create(to) => (None, Some(to)),
        Verb::Update { from, to } => (Some(from), Some(to)),
        Verb::Delete(from) => (Some(from), None),
    };
    let there = read::file(path);
    match (there.object(), to) {
        (Some(there), Some(to)) if there == to => return Outcome::Done(()),
        (None, None) => return Outcome::Done(()),
        (there, _) if there == from => {}
        _ => return Outcome::Moved(there),
    }
    let made = match to {
        Some(Object::File(FileObject { text })) => write(path, text),
        Some(_) => return Outcome::Failed(unchangeable(&change.id)),
        None => fs::remove_file(path),
    };
    match made {
        Ok(()) => Outcome::Done(()),
        Err(error) => Outcome::Failed(failed(path, &error)),
    }
}

fn failed(path: &Path, error: &io::Error) -> Fault {
    fault::of(path, "written", error)
}

/// Writes the file beside itself and puts it in its place. A link stays one, and leads to the new file.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let path: PathBuf = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mode = fs::metadata(&path).map_or(MODE, |known| known.permissions().mode() & 0o777);
    let mut file = tempfile::Builder::new().prefix(".leeward").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
