//! From the current folder to a plan: what `plan`, `apply` and `destroy` have in common.

use super::Failure;
use super::configuration::Configuration;
use super::flags::PlanFlags;
use super::workspace::Workspace;
use crate::estate::{Estate, ObjectId, Observed, Query, What};
use crate::observe::{observe, queries, remembered};
use crate::plan::{Options, Plan, PlanKind, Step, plan};
use crate::policy::{check, ignore};
use crate::provider::{Live, LiveRecords};
use crate::state::State;
use std::time::{Duration, Instant};

/// A plan and all that it was made from.
pub(super) struct Planned {
    pub observed: Observed,
    pub state: State,
    pub plan: Plan,
    pub world: Live,
    pub records: LiveRecords,
    /// How long the world took to answer; absent if it was not asked.
    pub read: Option<Duration>,
}

/// What a plan is made from.
pub(super) struct Sources {
    pub estate: Estate,
    pub observed: Observed,
    pub state: State,
    pub world: Live,
    pub records: LiveRecords,
    pub read: Option<Duration>,
}

impl Sources {
    /// Loads the state and the configuration, and reads the world.
    pub async fn read(
        workspace: &Workspace,
        configuration: &Configuration,
        refresh: bool,
    ) -> Result<Self, Failure> {
        let state = workspace.load_state().await?;
        let estate = configuration.load(state.actives())?.estate;
        let (world, records) = (Live::new(&estate), LiveRecords::new(&estate));
        let queries = queries(&estate, &state.resources);
        let started = Instant::now();
        let (observed, read) = if refresh {
            (observe(&world, &queries).await, Some(started.elapsed()))
        } else {
            (remembered(&state.resources, &queries), None)
        };
        tracing::info!(queries = queries.len(), took = ?started.elapsed(), refresh, "world read");
        Ok(Self { estate, observed, state, world, records, read })
    }

    /// Reads the groups that a saved plan sets, which no estate declares.
    pub async fn read_groups(&mut self, plan: &Plan) {
        let group = |step: &Step| match step.object.as_ref()? {
            ObjectId { place, what: What::Group(name) } => {
                Some(Query::Group { cluster: place.clone(), name: name.clone() })
            }
            _ => None,
        };
        let queries: Vec<Query> = plan.steps.iter().filter_map(group).collect();
        if !queries.is_empty() {
            self.observed.readings.extend(observe(&self.world, &queries).await.readings);
        }
    }

    /// Makes the plan, with its findings.
    pub fn plan(self, flags: &PlanFlags, kind: PlanKind) -> Result<Planned, Failure> {
        let options = Options { kind, targets: flags.target.clone(), replace: flags.replace.clone() };
        let mut plan = plan(&self.estate, &self.observed, &self.state, &options)?;
        let mut findings = check(&plan, &self.estate, &self.observed);
        ignore(&mut findings, &flags.ignore);
        plan.set_findings(findings);
        let Self { observed, state, world, records, read, .. } = self;
        Ok(Planned { observed, state, plan, world, records, read })
    }
}

/// Refuses a plan with an impossible change or a finding of severity error.
pub(super) fn refuse_obstacles(plan: &Plan) -> Result<(), Failure> {
    let Some(obstacles) = plan.obstacles() else { return Ok(()) };
    let failure = Failure::new(format!("the plan can't be applied, and nothing was changed: {obstacles}"));
    Err(if plan.refused.is_empty() {
        failure.hint("mend what the findings say, or let one pass: leeward plan -ignore CODE=REASON")
    } else {
        failure.hint("each says above what can be done instead")
    })
}
