//! A planned failover whose active side died in its middle.

use super::{Asked, Read, Target};
use crate::cli::Failure;
use crate::cli::apply::seed;
use crate::cli::configuration::Configuration;
use crate::cli::named::named_pair;
use crate::cli::workspace::{Workspace, store_failure};
use crate::estate::Address;
use crate::plan::{Plan, Recipe};
use crate::run::{Entry, Event, Run, RunError, RunId, Runs, RunsError, found, recalled, settle};
use crate::runbook::{Begun, BegunError};
use crate::state::{State, who};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A planned failover that stopped before the roles changed.
pub(in crate::cli) struct Stopped {
    /// What it has done of each pair that is not done with.
    begun: BTreeMap<Address, Begun>,
    /// Those pairs, by wave.
    target: Target,
    /// The state with all that it taught.
    state: State,
    /// Itself, where it is to be ended.
    run: Option<Run>,
}

impl Stopped {
    /// As it stands, for a look.
    pub async fn viewed(workspace: &Workspace, run: &str) -> Result<Self, Failure> {
        let runs = workspace.runs();
        let viewed = runs.view(&runs.find(run)?)?;
        let entries = &viewed.recording.entries;
        let (begun, target) = begun(&runs, &viewed.id, &viewed.plan, entries)?;
        let state = recalled(workspace.load_state().await?, &viewed.plan, entries);
        Ok(Self { begun, target, state, run: None })
    }

    /// Ready to be ended. The caller holds the state's lock, so that no process goes on with it.
    pub async fn recovered(workspace: &Workspace, run: &str) -> Result<Self, Failure> {
        let runs = workspace.runs();
        let mut run = runs.recover(&runs.find(run)?)?.run;
        let (begun, target) = begun(&runs, &run.id, &run.plan, &run.past)?;
        let state = workspace.load_state().await?;
        let settled = settle(&mut run, state, &workspace.store).await;
        let state = settled.map_err(|error| match error {
            RunError::Store(store) => store_failure(&store),
            error => Failure::new(error),
        })?;
        Ok(Self { begun, target, state, run: Some(run) })
    }

    /// Plans the unplanned failover that goes on from here.
    pub async fn plan(
        &self,
        asked: &Asked,
        workspace: &Workspace,
        configuration: &Configuration,
    ) -> Result<Read, Failure> {
        let now = configuration.load(self.state.actives())?.estate;
        for pair in self.target.pairs() {
            named_pair(&now, Some(&pair.to_string()))?;
        }
        let (target, how) = (self.target.clone(), (Recipe::Unplanned, &self.begun));
        let planned =
            asked.plan_after(workspace, configuration, (self.state.clone(), now), &target, how).await?;
        Ok(Read { target, planned })
    }

    /// Ends it, and begins the run that goes on: from then on it is the other one that is resumed.
    pub fn supersede(&mut self, workspace: &Workspace, plan: &Plan) -> Result<Run, Failure> {
        let (runs, now) = (workspace.runs(), Timestamp::now());
        let id = runs.reserve(now, seed())?;
        if let Some(run) = &mut self.run {
            let reason = "its active side is taken for dead".to_owned();
            run.record(vec![Event::Superseded { by: id.to_string(), who: who(), reason }])?;
        }
        Ok(runs.begin_as(id, plan.clone(), now)?)
    }
}

/// What a run has done, and of which pairs; or why nothing can go on from it.
fn begun(
    runs: &Runs,
    id: &RunId,
    plan: &Plan,
    entries: &[Entry],
) -> Result<(BTreeMap<Address, Begun>, Target), Failure> {
    refuse_over(runs, id, entries)?;
    let begun = Begun::each(&id.to_string(), plan, &found(entries));
    let begun = begun.map_err(|error| {
        let failure = Failure::new(format!("nothing unplanned goes on from run {id}: {error}"));
        match error {
            BegunError::NotPlanned => failure.hint("leeward failover run PAIR -unplanned begins one"),
            BegunError::NoReturn => failure.hint(format!(
                "clients belong on the new side: `leeward resume {id}` goes on there; with the old side dead, \
                 `leeward resume {id} -without-old-side WHY`"
            )),
        }
    })?;
    let all = Target::of(plan).ok_or_else(|| Failure::new(format!("run {id} is no failover")))?;
    let target = all.only(|pair| begun.contains_key(pair));
    Ok((begun, target))
}

fn refuse_over(runs: &Runs, id: &RunId, entries: &[Entry]) -> Result<(), Failure> {
    let mut events = entries.iter().rev().flat_map(|entry| entry.events.iter().rev());
    match events.find(|event| {
        matches!(event, Event::Superseded { .. } | Event::Aborted { .. } | Event::Finished { whole: true })
    }) {
        // The process may have died before the other run was begun: then it is begun anew.
        Some(Event::Superseded { by, .. }) if !is_there(runs, by) => Ok(()),
        Some(Event::Superseded { by, .. }) => {
            let failure = Failure::new(format!("run {by} goes on from run {id} already"));
            Err(failure.hint(format!("`leeward resume {by}` takes it up")))
        }
        Some(Event::Aborted { .. }) => Err(Failure::new(format!("run {id} was given up"))
            .hint("leeward failover run PAIR -unplanned begins another one")),
        Some(_) => Err(Failure::new(format!("run {id} is finished"))),
        None => Ok(()),
    }
}

/// Whether a run was begun.
pub(in crate::cli) fn is_there(runs: &Runs, run: &str) -> bool {
    RunId::parse(run).is_some_and(|run| runs.view(&run).is_ok())
}

/// What a person is told whose failover is in the way of another run: if that is a planned one before its line, it may be that
/// its active side has died.
pub(super) fn busy(workspace: &Workspace, error: RunsError) -> Failure {
    let RunsError::Busy { run, .. } = &error else { return Failure::new(error) };
    let viewed = RunId::parse(run).and_then(|run| workspace.runs().view(&run).ok());
    let goes_on = viewed
        .filter(|viewed| Begun::each(run, &viewed.plan, &found(&viewed.recording.entries)).is_ok())
        .and_then(|viewed| Target::of(&viewed.plan));
    let failure = Failure::new(&error);
    if let Some(target) = goes_on {
        let name = target.name();
        return failure.hint(format!(
            "if its active side has died: leeward failover run -continue-unplanned {run} -confirm-lost {name}"
        ));
    }
    failure
}
