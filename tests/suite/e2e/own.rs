//! A sandbox of a test's own, which it may break.

use super::may_destroy;
use crate::sandbox::life::Guard;
use leeward::sandbox::{Options, Sandbox};
use tempfile::TempDir;

/// Taken down however the test ends.
pub struct Own {
    guard: Guard,
    /// Goes last: servers write there until they are stopped.
    _folder: TempDir,
}

impl Own {
    /// Raises it; none where tests may not break anything.
    pub fn up() -> Option<Self> {
        may_destroy().then(|| {
            let folder = tempfile::tempdir().unwrap();
            let guard = Guard::up(&Options::new(folder.path().join("sandbox")));
            Self { guard, _folder: folder }
        })
    }

    /// The sandbox.
    pub fn get(&mut self) -> &mut Sandbox {
        self.guard.get()
    }
}
