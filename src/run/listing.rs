//! The runs beside a state: listing, sweeping, and which of them are under way.

use super::folder::{at, read};
use super::{Entry, Event, Header, Recording, RunId, Runs, RunsError};
use crate::estate::{Address, Task};
use crate::plan::{self, Action, Plan};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;

/// A run in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: RunId,
    /// What its journal says, or why that can't be read.
    pub run: Result<RunSummary, RunsError>,
}

/// A run in few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// Its journal's first line.
    pub header: Header,
    /// When it last wrote something down.
    pub last: Timestamp,
    /// How many steps are done.
    pub done: usize,
    /// How many steps failed and were not taken up again.
    pub failed: usize,
    /// How many steps were left out because a person said so.
    pub waived: usize,
    /// Whether it came to its end; `Some(true)` if every step is done.
    pub finished: Option<bool>,
    /// Whether it was asked to stop, did, and was not taken up again.
    pub stopped: bool,
    /// Whether it was given up: it is not taken up again.
    pub aborted: bool,
    /// The run that goes on from where this one was stopped, if one does.
    pub superseded: Option<String>,
}

impl RunSummary {
    /// Whether nothing more comes of it.
    pub fn is_over(&self) -> bool {
        self.finished == Some(true) || self.aborted || self.superseded.is_some()
    }
}

impl Runs {
    /// All runs, the latest first; one whose journal can't be read is given with the reason.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn list(&self) -> Result<Vec<Listed>, RunsError> {
        let ids = self.ids()?.into_iter();
        let mut runs: Vec<_> = ids.map(|id| Listed { run: self.summary(&id), id }).collect();
        runs.sort_by_key(|listed| std::cmp::Reverse(listed.run.as_ref().ok().map(|run| run.header.started)));
        Ok(runs)
    }

    fn summary(&self, id: &RunId) -> Result<RunSummary, RunsError> {
        let bytes = read(id, &self.journal_of(id))?;
        let in_run = |source| RunsError::Journal { run: id.to_string(), source };
        Recording::read(&bytes).map(|recording| summary(&recording)).map_err(in_run)
    }

    /// Removes the runs that are over and wrote nothing since `before`; answers them.
    ///
    /// # Errors
    /// The folder can't be read, or one of them can't be removed.
    pub fn prune(&self, before: Timestamp) -> Result<Vec<RunId>, RunsError> {
        let is_old =
            |listed: &Listed| listed.run.as_ref().is_ok_and(|run| run.is_over() && run.last < before);
        let mut gone = Vec::new();
        for listed in self.list()?.into_iter().filter(is_old) {
            let path = self.path_of(&listed.id);
            fs::remove_dir_all(&path).map_err(at(&path))?;
            gone.push(listed.id);
        }
        Ok(gone)
    }

    /// Refuses a plan that changes the roles of a pair while another run that does is not over.
    ///
    /// A run that can't be read does not count: a damaged journal must not forbid the failover that is needed now.
    ///
    /// # Errors
    /// There is such a run, or the folder can't be read.
    pub fn refuse_second(&self, plan: &Plan) -> Result<(), RunsError> {
        let pairs = moves(plan);
        if pairs.is_empty() {
            return Ok(());
        }
        for listed in self.list()? {
            let is_over = listed.run.as_ref().map_or(true, RunSummary::is_over);
            let other = if is_over { None } else { self.plan_of(&listed.id) };
            let other = other.map(|other| moves(&other)).unwrap_or_default();
            if let Some(pair) = pairs.intersection(&other).next() {
                return Err(RunsError::Busy { run: listed.id.to_string(), pair: pair.clone() });
            }
        }
        Ok(())
    }

    fn plan_of(&self, id: &RunId) -> Option<Plan> {
        plan::from_bytes(&fs::read(self.plan_path_of(id)).ok()?).ok()
    }
}

/// The pairs whose roles a plan changes.
fn moves(plan: &Plan) -> BTreeSet<Address> {
    let pair = |step: &plan::Step| match &step.action {
        Action::Task(Task::SetActive { pair, .. }) => Some(pair.clone()),
        _ => None,
    };
    plan.steps.iter().filter_map(pair).collect()
}

fn summary(recording: &Recording) -> RunSummary {
    let Recording { header, entries, .. } = recording;
    let mut run = RunSummary {
        header: header.clone(),
        last: entries.last().map_or(header.started, |entry: &Entry| entry.at),
        done: 0,
        failed: 0,
        waived: 0,
        finished: None,
        stopped: false,
        aborted: false,
        superseded: None,
    };
    for event in entries.iter().flat_map(|entry| &entry.events) {
        match event {
            Event::Done { .. } => run.done += 1,
            Event::Failed { .. } => run.failed += 1,
            Event::Waived { .. } => run.waived += 1,
            Event::Resumed => (run.failed, run.finished, run.stopped) = (0, None, false),
            Event::Interrupted => run.stopped = true,
            Event::Finished { whole } => run.finished = Some(*whole),
            Event::Aborted { .. } => run.aborted = true,
            Event::Superseded { by, .. } => run.superseded = Some(by.clone()),
            Event::Started { .. } | Event::Skipped { .. } | Event::Saving { .. } => {}
        }
    }
    run
}
