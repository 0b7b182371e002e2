//! Where runs are kept: `.leeward/runs/ID/{plan.json,journal.jsonl}` beside the state.

use super::{Header, Journal, JournalError, Progress, ProgressError, Recording, Run};
use crate::estate::Address;
use crate::plan::{self, Plan};
use crate::state::LockInfo;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const PLAN: &str = "plan.json";
const JOURNAL: &str = "journal.jsonl";

/// The short name of a run: four hexadecimal digits, or more where those are taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// The id that `text` is, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let hexadecimal = text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
        (!text.is_empty() && hexadecimal).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The runs beside a state.
#[derive(Debug, Clone)]
pub struct Runs {
    folder: PathBuf,
}

/// A run as it was when it was looked at.
#[derive(Debug)]
pub struct Viewed {
    /// Its id.
    pub id: RunId,
    /// What it obeys.
    pub plan: Plan,
    /// Where it stood.
    pub progress: Progress,
    /// What its journal said.
    pub recording: Recording,
}

/// A run as its journal has it.
pub struct Recovered {
    /// The run, ready to go on.
    pub run: Run,
    /// Its journal's first line.
    pub header: Header,
}

/// Why a run can't be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum RunsError {
    /// There is no such run.
    #[error("there is no run {0}; leeward runs lists those that there are")]
    Missing(String),
    /// Several runs begin so.
    #[error("several runs begin with {0}; type more of the id")]
    Ambiguous(String),
    /// The operating system did not let it be read or written.
    #[error("{path}: {source}")]
    File {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The journal can't be written or read.
    #[error("run {run}: {source}")]
    Journal {
        /// The run.
        run: String,
        /// Why not.
        source: JournalError,
    },
    /// The journal does not fit the plan.
    #[error("run {run}: {source}")]
    Progress {
        /// The run.
        run: String,
        /// Why not.
        source: ProgressError,
    },
    /// The plan beside the journal can't be read.
    #[error("run {run}: {source}")]
    Plan {
        /// The run.
        run: String,
        /// Why not.
        source: plan::FileError,
    },
    /// The plan beside the journal is not the one that the run was begun with.
    #[error("run {0}: the plan beside its journal is another one than it was begun with")]
    OtherPlan(String),
    /// Another run changes the roles of the same pair, and is not over.
    #[error(
        "run {run} changes the roles of {pair} too, and is not finished: `leeward resume {run}` goes on with it, \
         `leeward abort {run}` gives it up"
    )]
    Busy {
        /// The other run.
        run: String,
        /// The pair.
        pair: Address,
    },
}

impl Runs {
    /// The runs of the state in the file at `state`.
    pub fn beside(state: &Path) -> Self {
        Self { folder: state.with_file_name(".leeward").join("runs") }
    }

    /// Begins the run of a plan: writes both down before anything is done. `seed` tells it apart from others.
    ///
    /// # Errors
    /// Another run changes the roles of the same pair, the folder can't be written, or the plan's steps are out of order.
    pub fn begin(&self, plan: Plan, now: Timestamp, seed: u64) -> Result<Run, RunsError> {
        self.refuse_second(&plan)?;
        let id = self.reserve(now, seed)?;
        self.begin_as(id, plan, now)
    }

    /// Begins the run of a plan under an id that was reserved for it.
    ///
    /// # Errors
    /// The folder can't be written, or the plan's steps are out of order.
    pub fn begin_as(&self, id: RunId, plan: Plan, now: Timestamp) -> Result<Run, RunsError> {
        let folder = self.path_of(&id);
        let in_run = |source| RunsError::Progress { run: id.to_string(), source };
        let progress = Progress::new(&plan).map_err(in_run)?;
        let header = Header {
            format: Header::FORMAT,
            run: id.to_string(),
            plan: plan.id.clone(),
            steps: plan.steps.len(),
            leeward: env!("CARGO_PKG_VERSION").into(),
            started: now,
            by: LockInfo::new("run", now).who,
            what: plan.what(),
        };
        let path = folder.join(PLAN);
        write_synced(&path, &plan::to_bytes(&plan)).map_err(at(&path))?;
        let path = folder.join(JOURNAL);
        let tape = File::options().append(true).create_new(true).open(&path).map_err(at(&path))?;
        let journal = Journal::begin(Box::new(tape), &header)
            .map_err(|source| RunsError::Journal { run: id.to_string(), source })?;
        for folder in [folder.as_path(), &self.folder] {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
        }
        Ok(Run { id, plan, progress, journal, past: Vec::new() })
    }

    /// A run as it stands now. It needs no lock: the run may go on meanwhile.
    ///
    /// # Errors
    /// There is no such run, or its journal or plan can't be trusted.
    pub fn view(&self, id: &RunId) -> Result<Viewed, RunsError> {
        let in_journal = |source| RunsError::Journal { run: id.to_string(), source };
        let recording = Recording::read(&read(id, &self.journal_of(id))?).map_err(in_journal)?;
        let bytes = read(id, &self.plan_path_of(id))?;
        let in_plan = |source| RunsError::Plan { run: id.to_string(), source };
        let plan = plan::from_bytes(&bytes).map_err(in_plan)?;
        if plan.id != recording.header.plan {
            return Err(RunsError::OtherPlan(id.to_string()));
        }
        let in_progress = |source| RunsError::Progress { run: id.to_string(), source };
        let mut progress = Progress::new(&plan).map_err(in_progress)?;
        for event in recording.entries.iter().flat_map(|entry| &entry.events) {
            progress.record(event).map_err(in_progress)?;
        }
        Ok(Viewed { id: id.clone(), plan, progress, recording })
    }

    /// Takes up a run where its journal ends; a line that was torn in the middle of a write is cut off. The
    /// caller holds the state's lock.
    ///
    /// # Errors
    /// There is no such run, or its journal or plan can't be trusted.
    pub fn recover(&self, id: &RunId) -> Result<Recovered, RunsError> {
        let Viewed { id, plan, progress, recording } = self.view(id)?;
        let path = self.journal_of(&id);
        let tape = File::options().append(true).open(&path).map_err(at(&path))?;
        let cut = tape.set_len(recording.whole as u64).and_then(|()| tape.sync_all());
        cut.map_err(at(&path))?;
        let journal = Journal::resume(Box::new(tape), &recording);
        let Recording { header, entries: past, .. } = recording;
        Ok(Recovered { run: Run { id, plan, progress, journal, past }, header })
    }

    /// The run whose id begins with `prefix`.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn find(&self, prefix: &str) -> Result<RunId, RunsError> {
        let mut found = self.ids()?.into_iter().filter(|id| !prefix.is_empty() && id.0.starts_with(prefix));
        match (found.next(), found.next()) {
            (None, _) => Err(RunsError::Missing(prefix.to_owned())),
            (Some(id), None) => Ok(id),
            // A whole id is meant, even if a longer one begins with it.
            (Some(id), Some(_)) if id.0 == prefix => Ok(id),
            (Some(_), Some(_)) => Err(RunsError::Ambiguous(prefix.to_owned())),
        }
    }

    pub(super) fn ids(&self) -> Result<Vec<RunId>, RunsError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(at(&self.folder)(source)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(at(&self.folder))?.file_name();
            ids.extend(name.to_str().and_then(RunId::parse));
        }
        ids.sort();
        Ok(ids)
    }

    /// An id that no other run will get, for [`Runs::begin_as`].
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn reserve(&self, now: Timestamp, seed: u64) -> Result<RunId, RunsError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let hex = digest(format!("{} {seed}", now.as_nanosecond()).as_bytes());
        for length in 4..hex.len() {
            let folder = self.folder.join(&hex[..length]);
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(RunId(hex[..length].to_owned())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(at(&folder)(source)),
            }
        }
        Err(at(&self.folder)(io::ErrorKind::AlreadyExists.into()))
    }

    /// The folder of a run.
    pub(super) fn path_of(&self, id: &RunId) -> PathBuf {
        self.folder.join(&id.0)
    }

    pub(super) fn journal_of(&self, id: &RunId) -> PathBuf {
        self.path_of(id).join(JOURNAL)
    }

    pub(super) fn plan_path_of(&self, id: &RunId) -> PathBuf {
        self.path_of(id).join(PLAN)
    }
}

/// What is in a file of a run.
pub(super) fn read(id: &RunId, path: &Path) -> Result<Vec<u8>, RunsError> {
    fs::read(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => RunsError::Missing(id.to_string()),
        _ => at(path)(source),
    })
}

pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> RunsError {
    let path = path.display().to_string();
    move |source| RunsError::File { path: path.clone(), source }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
