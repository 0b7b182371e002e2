//! Approvals in a run's folder: one file each, so that a word can be given from another terminal while the run goes on.

use super::{Approval, Approvals, Progress, RunId, Runs, RunsError, Status};
use crate::estate::{Fault, FaultKind, Task};
use crate::plan::{Action, Plan, StepId};
use crate::state::temporary;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// The approvals that were given for one run: `approvals/NAME.json` in its folder.
#[derive(Debug, Clone)]
pub struct GivenApprovals {
    folder: PathBuf,
}

impl Runs {
    /// The approvals that were given for a run.
    pub fn approvals(&self, run: &RunId) -> GivenApprovals {
        GivenApprovals { folder: self.path_of(run).join("approvals") }
    }
}

impl GivenApprovals {
    /// Gives a person's word; the run sees it at its next look. Answers the word that stands: the first one does.
    ///
    /// # Errors
    /// The folder can't be written or read.
    pub fn give(&self, name: &str, approval: &Approval) -> Result<Approval, RunsError> {
        let path = self.path(name);
        let written = serde_json::to_vec_pretty(approval).map_err(io::Error::from).and_then(|bytes| {
            fs::create_dir_all(&self.folder)?;
            let mut file = temporary(&self.folder)?;
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            match file.persist_noclobber(&path) {
                Ok(_) => File::open(&self.folder)?.sync_all(),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                Err(error) => Err(error.error),
            }
        });
        let at = |source| RunsError::File { path: path.display().to_string(), source };
        written.map_err(at)?;
        let given = self.read(name).map_err(at)?;
        Ok(given.unwrap_or_else(|| approval.clone()))
    }

    fn read(&self, name: &str) -> io::Result<Option<Approval>> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.json", file_name(name)))
    }
}

impl Approvals for GivenApprovals {
    fn given(&self, name: &str) -> Result<Option<Approval>, Fault> {
        self.read(name).map_err(|error| {
            let message = format!("the approval {} can't be read: {error}", self.path(name).display());
            Fault::new(FaultKind::Invalid, message).hint("remove the file, approve again, and resume the run")
        })
    }
}

/// A name as the name of a file: whatever is more than a letter, a digit, `-` or `_` is written as its bytes.
fn file_name(name: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let shown = |byte: u8| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") };
    name.bytes().map(shown).collect()
}

/// An approval that a plan asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The step that asks.
    pub step: StepId,
    /// The approval's name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
}

/// How an approval stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was given.
    Given(Approval),
    /// It is waited for now, or will be as soon as the run goes on.
    Awaited,
    /// Other steps come first.
    Later,
    /// The run went on without it.
    Passed,
}

/// The approvals that a plan asks for, in order, as they stand.
///
/// # Errors
/// What was given can't be read.
pub fn asked(plan: &Plan, progress: &Progress, given: &dyn Approvals) -> Result<Vec<Asked>, Fault> {
    let mut all = Vec::new();
    for step in &plan.steps {
        let Action::Task(Task::Approve { name, .. }) = &step.action else { continue };
        let is_next = step.after.iter().all(|need| progress.status(*need) == Some(Status::Done));
        let standing = match (given.given(name)?, progress.status(step.id)) {
            (Some(approval), _) => Standing::Given(approval),
            (None, Some(Status::Done)) => Standing::Passed,
            (None, _) if is_next => Standing::Awaited,
            (None, _) => Standing::Later,
        };
        all.push(Asked { step: step.id, name: name.clone(), standing });
    }
    Ok(all)
}
